"""The site in a real browser; `nox -s browser` installs what drives it."""
