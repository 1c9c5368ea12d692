"""Curated records: load, validate, merge."""
