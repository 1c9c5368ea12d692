"""License texts: cleaned, compared, recognized."""
