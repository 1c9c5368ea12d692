"""Generated pages: the catalogue and one page per owner. Pure text from records; the same registry gives the same bytes."""
