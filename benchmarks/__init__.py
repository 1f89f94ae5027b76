"""Measurements, not tests: `make bench` runs them and prints ratios against a peer in the same run."""
