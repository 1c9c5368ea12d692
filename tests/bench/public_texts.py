"""Texts of the SPDX list, and those that GitHub offers: does each get its name, in every form?

Ids that share one text are one group, and any of them is right. A text counts as named in a form
where `identify` gives it a name of its group and nothing else.
"""

import json
import re
import tarfile
import textwrap
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from audit.licenses.text.identify import identify_license_text
from audit.licenses.text.license_text import LicenseText
from audit.records.registry import Registry
from tests.bench.bench_row import BenchRow
from tests.update_licenses import read_offered_texts, read_spdx_texts

NPM_LICENSE = re.compile(r"package/licenses/(?P<id>[^/]+)\.json")
OPEN_PLACE = re.compile(
    r"<(?![^<>\n]{0,60}(?:://|@))[^<>\n]{1,60}>|\[(?:year|yyyy|fullname|login|email|project|projecturl"
    r"|name of copyright owner)\]",
    re.IGNORECASE,
)
OTHER_NAMES: Mapping[str, str] = {"StandardML-NJ": "SMLNJ"}
"""Ids that SPDX gave up for another one, though not for one that ends in -only."""
MAX_NAMED_MISSES = 40


@dataclass(frozen=True)
class PublicText:
    """One text with all ids that share it."""

    ids: frozenset[str]
    title: str
    text: str


TextForm = Callable[[PublicText], str]


def _add_title(given: PublicText) -> str:
    return f"# {given.title}\n\n{given.text}"


def _add_title_and_notice(given: PublicText) -> str:
    return f"{given.title}\n\nCopyright (c) 2024 Gravel Works, Inc.\n\n{given.text}"


def _fill_in(given: PublicText) -> str:
    return OPEN_PLACE.sub(_choose_filling, given.text)


def _choose_filling(place: re.Match[str]) -> str:
    return "2024" if re.search("year|yyyy", place.group(), re.IGNORECASE) else "Gravel Works"


def _rewrap(given: PublicText) -> str:
    paragraphs = given.text.split("\n\n")
    return "\n\n".join(textwrap.fill(each, 60, break_long_words=False) for each in paragraphs)


FORMS: Mapping[str, TextForm] = {
    "as given": lambda given: given.text,
    "under its title": _add_title,
    "under title and notice": _add_title_and_notice,
    "filled in": _fill_in,
    "line ends of Windows": lambda given: given.text.replace("\n", "\r\n"),
    "rewrapped": _rewrap,
}


def read_listed_texts(archive: Path) -> list[PublicText]:
    """The distinct texts of the list: of licenseclassifier's sources, or of npm's package."""
    if archive.name.endswith(".tgz"):
        return group_by_text(_read_npm_texts(archive))
    return group_by_text({id: (id, text) for id, text in read_spdx_texts(archive).items()})


def _read_npm_texts(archive: Path) -> dict[str, tuple[str, str]]:
    found = {}
    with tarfile.open(archive) as opened:
        for member in opened:
            name, file = NPM_LICENSE.fullmatch(member.name), opened.extractfile(member)
            if name and file:
                data = json.loads(file.read())
                found[name["id"]] = data["name"], data["licenseText"]
    return found


def collect_offered_texts(wheel: Path) -> list[PublicText]:
    """The texts that GitHub offers."""
    return group_by_text({id: (title, text) for id, title, text in read_offered_texts(wheel)})


def group_by_text(texts: Mapping[str, tuple[str, str]]) -> list[PublicText]:
    """Texts that differ in more than formatting and notices, each with its ids."""
    groups: dict[tuple[str, ...], set[str]] = {}
    for id, (_, text) in texts.items():
        groups.setdefault(tuple(LicenseText(text.encode()).body), set()).add(id)
    return [PublicText(_list_names(ids), *texts[min(ids)]) for _, ids in sorted(groups.items())]


def _list_names(ids: Iterable[str]) -> frozenset[str]:
    """The ids, and those of today for ones that SPDX withdrew."""
    names: set[str] = set()
    for id in ids:
        names |= {
            id,
            OTHER_NAMES.get(id, id),
            f"{id.removesuffix('+')}-only",
            f"{id.removesuffix('+')}-or-later",
        }
    return frozenset(names)


def measure_public_texts(
    what: str, texts: Iterable[PublicText], registry: Registry
) -> list[BenchRow]:
    """One row for each form."""
    given = list(texts)
    return [_measure_form(what, name, given, registry) for name in FORMS]


def _measure_form(what: str, name: str, texts: list[PublicText], registry: Registry) -> BenchRow:
    named, wrong, missed = 0, list[str](), list[str]()
    for each in texts:
        found = identify_license_text(FORMS[name](each).encode(), registry).license
        if found in each.ids:
            named += 1
        elif found:
            wrong.append(f"{min(each.ids)} as {found}")
        else:
            missed.append(min(each.ids))
    share = f"{named / len(texts):.1%}" if texts else "none"
    result = f"{named} named ({share}), {len(wrong)} wrong names"
    if wrong:
        result += f": {', '.join(wrong)}"
    if missed:
        result += f"; no name: {', '.join(missed[:MAX_NAMED_MISSES])}"
    return BenchRow(f"{what}, {name}", len(texts), result)
