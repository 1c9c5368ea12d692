"""The only code that reads from the network."""
