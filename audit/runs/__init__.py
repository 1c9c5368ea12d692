"""One audit: plan, collect, compare, report."""
