"""License files that moved and changed at once: a text that went here and one that came there.

One that has the same words is the same text. Of a single one that went and a single one that came,
both for the code or both for the weights, the second stands in the place of the first.
"""

from collections.abc import Sequence

from audit.drift.compare.license_files import has_same_words
from audit.drift.compare.license_statements import is_named_for_weights
from audit.observations.facts import LicenseFile

FilePair = tuple[LicenseFile | None, LicenseFile | None]
"""What stood at a path, and what stands there now."""


def join_moved_files(pairs: Sequence[FilePair]) -> list[FilePair]:
    """The pairs, with what went and came under two paths as one."""
    gone = [old for old, new in pairs if old and new is None]
    come = [new for old, new in pairs if new and old is None]
    successors = {old.path: new for old in gone if (new := _find_successor(old, gone, come))}
    taken = {new.path for new in successors.values()}
    joined: list[FilePair] = []
    for old, new in pairs:
        if old and new is None:
            joined.append((old, successors.get(old.path)))
        elif old or new is None or new.path not in taken:
            joined.append((old, new))
    return joined


def _find_successor(
    old: LicenseFile, gone: Sequence[LicenseFile], come: Sequence[LicenseFile]
) -> LicenseFile | None:
    for new in come:
        if has_same_words(old, new):
            return new
    if len(gone) == len(come) == 1 and _speak_of_the_same(old, come[0]):
        return come[0]
    return None


def _speak_of_the_same(old: LicenseFile, new: LicenseFile) -> bool:
    return is_named_for_weights(old.path) == is_named_for_weights(new.path)
