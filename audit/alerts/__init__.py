"""What reaches people: issues, feeds, digests. The only code that writes outward."""
