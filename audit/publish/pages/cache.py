"""What the last `catalog` worked out, so that one changed record costs its own page and little more.

Kept outside of the tracked tree and never needed: every entry is named by a digest of all that it follows from, the
program included, and a file that is damaged in one character is not read at all.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from audit.core.errors import RegistryError
from audit.core.json_files import write_text_atomic
from audit.definitions.base import Step, Verdict
from audit.definitions.lineage import trace_lineage
from audit.records.model import Model, Registry

PACKAGE = Path(__file__).resolve().parents[2]
CACHE_VERSION = "1"
MAX_CACHE_BYTES = 1 << 30

VerdictRows = list[list[Any]]


class PageCache:
    """Verdicts by the key of their model, and the digest of each page by the keys of what stands on it."""

    def __init__(self, path: Path | None = None) -> None:
        """`path`: where they are kept; None keeps nothing."""
        self._path = path
        self._known = _read_entries(path) if path else {}
        self._used: dict[str, Any] = {}

    def load_verdicts(self, key: str) -> dict[str, Verdict] | None:
        """The verdicts of a model, as pages show them."""
        rows: VerdictRows | None = self._known.get(key) if key else None
        if rows is None:
            return None
        self._used[key] = rows
        return {
            row[0]: Verdict(
                row[0],
                row[1],
                row[2],
                tuple(map(_build_refusal_step, row[5])),
                tuple(row[3]),
                tuple(row[4]),
                second_hand=tuple(row[6]),
            )
            for row in rows
        }

    def load_page(self, key: str, path: Path) -> str | None:
        """A page as it stands, where it says what it would say again."""
        digest = self._known.get(key) if key else None
        if digest is None or not path.is_file():
            return None
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != digest:
            return None
        self._used[key] = digest
        return content.decode()

    def keep_verdicts(self, key: str, verdicts: Iterable[Verdict]) -> None:
        """Keep the verdicts of a model."""
        if key:
            self._used[key] = [
                [
                    each.framework,
                    each.version,
                    each.value,
                    each.missing,
                    each.to_improve,
                    [step.needs for step in each.steps],
                    each.second_hand,
                ]
                for each in verdicts
            ]

    def keep_page(self, key: str, text: str) -> None:
        """Keep the digest of a page."""
        if key:
            self._used[key] = hashlib.sha256(text.encode()).hexdigest()

    def store_cache(self) -> None:
        """Write it down where anything is new, without what was not used. A place that cannot be written costs only time."""
        if self._path is None or self._used.keys() == self._known.keys():
            return
        text = json.dumps(self._used, ensure_ascii=False)
        try:
            write_text_atomic(self._path, f"{hashlib.sha256(text.encode()).hexdigest()}\n{text}")
        except RegistryError:
            return


def _build_refusal_step(needs: str) -> Step:
    return Step("", "", "no", "", needs=needs)


def _read_entries(path: Path) -> Mapping[str, Any]:
    try:
        if path.stat().st_size > MAX_CACHE_BYTES:
            return {}
        digest, _, text = path.read_bytes().partition(b"\n")
    except OSError:
        return {}
    if hashlib.sha256(text).hexdigest().encode() != digest:
        return {}
    entries: Mapping[str, Any] = json.loads(text)
    return entries


@cache
def compute_program_digest() -> str:
    """Digest of the program itself: another version works everything out anew."""
    found = hashlib.sha256(CACHE_VERSION.encode())
    for path in sorted(PACKAGE.rglob("*.py")):
        found.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


class CacheKeys:
    """The digest of everything that a model's verdicts and its section of a page follow from."""

    def __init__(
        self,
        registry: Registry,
        digests: Mapping[str, str],
        events: Mapping[str, Iterable[Mapping[str, Any]]],
    ) -> None:
        """`digests`: of every record's bytes, by reference; without them nothing has a key."""
        self._registry = registry
        self._digests = digests
        self._events = events
        self._complete = all(digests.values())
        shared = [
            f"{ref} {digest}"
            for ref, digest in sorted(digests.items())
            if ref.startswith(("licenses/", "families/"))
        ]
        self._shared = combine_key_parts([compute_program_digest(), *shared])

    def compute_key(self, model: Model) -> str:
        """The key of a model; empty where its record has no digest."""
        if not self._complete or model.ref not in self._digests:
            return ""
        lineage = trace_lineage(model, self._registry)
        parts = [self._shared]
        for each in (model, *lineage.ancestors):
            parts.append(f"{each.ref} {self._digests.get(each.ref, '')}")
            # What the family gives stands in the shared part; datasets are records of their own.
            parts += [
                f"datasets/{id} {self._digests.get(f'datasets/{id}', '')}"
                for id in each.components["datasets"].datasets
            ]
        parts += [base.id for _, base in lineage.unrecorded_bases]
        if events := self._events.get(model.ref):
            parts.append(json.dumps(list(events), sort_keys=True))
        return combine_key_parts(parts)


def combine_key_parts(parts: Iterable[str]) -> str:
    """One digest for several texts; empty where one of them is, which has no key itself."""
    found = list(parts)
    return hashlib.sha256("\n".join(found).encode()).hexdigest() if all(found) else ""
