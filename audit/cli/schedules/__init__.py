"""Definitions for schedulers: they only call nox, in two steps with separate credentials."""
