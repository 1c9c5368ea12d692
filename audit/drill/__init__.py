"""A Hub and a GitHub of our own on loopback, and the rehearsal that runs the whole audit against them."""
