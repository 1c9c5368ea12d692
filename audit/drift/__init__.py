"""Pure comparison of what is declared, what was seen before and what is seen now."""
