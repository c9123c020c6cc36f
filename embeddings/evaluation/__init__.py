"""Measures the current index on held-out messages and compares it with the last accepted measurement.

``cases`` asks, ``measures`` counts, ``accepted`` compares, ``report`` and ``plots`` show, ``run`` does all of it.
"""
