"""Tests of the engine, run in its own environment."""
