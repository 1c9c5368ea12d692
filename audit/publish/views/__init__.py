"""What readers see of a model in one row: for `search`, for the pages, and for the site."""
