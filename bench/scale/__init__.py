"""Measures retrieval on real questions over a collection of statute articles (``make bench-scale``)."""
