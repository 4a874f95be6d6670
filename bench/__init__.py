"""Benchmarks with their references in the same run: `python -m bench <name>`."""
