"""Measures the quality of the data."""
