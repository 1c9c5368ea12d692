"""Tables of plain text."""

from collections.abc import Iterator, Sequence


def align_rows(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A line for each row, every column as wide as its longest cell."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()
