"""The site: static pages, files for programs and exports, all from the same records."""
