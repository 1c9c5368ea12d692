"""The comparison of one declaration with one observation, split by question. Pure: no clock, no network, no disk."""
