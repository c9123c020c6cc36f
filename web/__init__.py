"""The edge: the only public address, from an HTTP request to a verified, recorded reply."""
