"""Benchmarks: `make bench` measures, prints, and writes bench/results.json and docs/benchmarks.md."""
