"""Terms as data: expressions, freedoms, comparison."""
