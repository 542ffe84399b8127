"""Benchmarks: each prints its figures beside a named peer, measured in the same run. Nothing here asserts a time."""
