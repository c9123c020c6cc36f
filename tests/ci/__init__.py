"""What CI decides by."""
