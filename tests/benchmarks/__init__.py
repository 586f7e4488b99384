"""Benchmarks print figures; they are no tests and never fail a build."""
