"""One declaration compared with one observation, split by question. No clock, network or disk."""
