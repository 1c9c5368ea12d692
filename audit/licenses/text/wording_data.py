"""The file of wordings: written by `nox -s update-licenses`, read once."""

import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any

from audit.licenses.text.normalize import NORMALIZER_VERSION
from audit.licenses.text.wordings import Anchor, Part, Wording, WordingIndex, index_wordings

DATA_FILE = "spdx_wordings.json.gz"
Row = Mapping[str, Any]


def dump_wordings(wordings: Iterable[Wording], source: str) -> bytes:
    """The contents of the data file. The same wordings give the same bytes."""
    data = {
        "generated_by": "nox -s update-licenses",
        "source": source,
        "normalizer": NORMALIZER_VERSION,
        "wordings": [_dump_wording(each) for each in wordings],
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return gzip.compress(text.encode(), mtime=0)


def _dump_wording(wording: Wording) -> dict[str, Any]:
    anchor = wording.anchor
    return {
        "ids": wording.ids,
        "title": sorted(wording.title),
        "parts": [_dump_part(part) for part in wording.parts],
        "anchor": [anchor.part, anchor.offset, anchor.count, anchor.digest],
        "open": wording.ends_open,
    }


def _dump_part(part: Part) -> list[Any]:
    return [part.count, part.digest, part.gap, int(part.may_begin), int(part.may_end)]


def parse_wordings(content: bytes) -> WordingIndex:
    """The wordings of a data file."""
    data = json.loads(gzip.decompress(content))
    return index_wordings(map(_parse_wording, data["wordings"]))


def _parse_wording(row: Row) -> Wording:
    parts = tuple(map(_parse_part, row["parts"]))
    return Wording(
        tuple(row["ids"]), frozenset(row["title"]), parts, Anchor(*row["anchor"]), row["open"]
    )


def _parse_part(row: Sequence[Any]) -> Part:
    count, digest, gap, may_begin, may_end = row
    return Part(count, digest, gap, bool(may_begin), bool(may_end))


@lru_cache(maxsize=1)
def load_spdx_wordings() -> WordingIndex:
    """The wordings of the SPDX list."""
    return parse_wordings((files("audit.licenses.text") / DATA_FILE).read_bytes())
