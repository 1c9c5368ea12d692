"""Write the words of the SPDX licenses anew: `python -m tests.update_licenses SOURCES`.

SOURCES is the source archive of licenseclassifier, whose folder `data/licenses` holds one pattern
per wording, named for the SPDX id. Its README describes the form of the patterns.
"""

import re
import sys
import tarfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from audit.licenses.text import spdx_words
from audit.licenses.text.normalize import split_words

PATTERN_FILE = re.compile(r"[^/]+/data/licenses/(?P<id>.+?)(?:\.spdx-v[\d.]+)?\.lre")
"""A second wording of a license bears the release of the SPDX list from which it was made."""
OPEN_PLACE = re.compile(r"//\*\*.*?\*\*//|__\d+__", re.DOTALL)
"""A comment, or a gap for so many words."""
TARGET = Path(spdx_words.__file__).with_name(spdx_words.DATA_FILE)


def read_wordings(archive: Path) -> Iterator[tuple[str, list[str]]]:
    """The id and the words of each pattern, without what it leaves open."""
    with tarfile.open(archive) as opened:
        for member in opened:
            name = PATTERN_FILE.fullmatch(member.name)
            file = opened.extractfile(member) if name else None
            if name and file:
                pattern = file.read().decode("utf-8")
                yield name["id"], split_words(OPEN_PLACE.sub(" ", pattern))


def main(archive: Path) -> None:
    """Write the data file of the package."""
    wordings: dict[str, list[list[str]]] = defaultdict(list)
    for id, words in read_wordings(archive):
        wordings[id].append(words)
    licenses = {id: spdx_words.collect_license_words(each) for id, each in wordings.items()}
    source = archive.name.removesuffix(".tar.gz").replace("-", " ")
    content = spdx_words.dump_license_words(licenses, source)
    TARGET.write_bytes(content)
    print(f"{len(licenses)} licenses, {len(content):,} bytes: {TARGET.name}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
