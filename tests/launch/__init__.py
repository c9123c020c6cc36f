"""Set-up and supervisor, tried with tiny processes of our own."""
