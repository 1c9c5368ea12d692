"""Pages of makers that carry terms."""
