"""``make bench``: the whole product beside a stock Rasa project, measured in one interleaved run.

How it measures and what it compares: ``docs/benchmarks.md``.
"""
