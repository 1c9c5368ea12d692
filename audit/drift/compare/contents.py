"""The files of a dataset, and small files that a record cites: emptied, replaced, or other ones.

More files than before are no drift: datasets grow. Another name for the same bytes is none either.
"""

from audit.drift.compare.inputs import Differences, HubComparison
from audit.drift.finding import Difference
from audit.drift.kinds import DATA_EMPTIED, DATA_REPLACED, EVIDENCE_CHANGED
from audit.observations.facts import DataContents, HubFacts

CONTENTS_FIELD = "files"
_SHOWN_DIGEST_LENGTH = 12


def compare_contents_of_dataset(before: HubFacts, now: HubFacts) -> Differences:
    """Files that are gone, all or some of them."""
    old, new = before.contents, now.contents
    if old is None or new is None or old.files == 0:
        return
    if new.files == 0:
        yield _build_loss(old)
    elif _has_lost_files(old, new):
        # The words stay the same while a dataset is rebuilt every day: that is one event.
        yield Difference(DATA_REPLACED.id, CONTENTS_FIELD, "as recorded", "replaced", "unreviewed")


def _build_loss(old: DataContents) -> Difference:
    words = f"{old.files} files"
    return Difference(DATA_EMPTIED.id, CONTENTS_FIELD, words, "none", "more-closed")


def _has_lost_files(old: DataContents, new: DataContents) -> bool:
    if old.digest == new.digest:
        return False
    if new.files <= old.files:
        return True
    # Of a larger dataset the sample may hold others; only what both samples reach is compared.
    reach = min(_find_reach(old), _find_reach(new))
    return not {digest for digest in old.sample if digest <= reach} <= set(new.sample)


def _find_reach(contents: DataContents) -> str:
    """The largest digest up to which a sample is complete."""
    is_whole = len(contents.sample) == contents.files
    return "g" if is_whole else contents.sample[-1]


def compare_cited_files(hub: HubComparison, before: HubFacts) -> Differences:
    """Small files that the record cites, where they were seen before."""
    for path in hub.declaration.cited_files:
        old, new = before.small_files.get(path), hub.now.small_files.get(path)
        # An older look kept no small files.
        if old and hub.now.small_files and new != old:
            yield _build_difference(path, old, new)


def _build_difference(path: str, old: str, new: str | None) -> Difference:
    values = _shorten(old), _shorten(new) if new else "removed"
    return Difference(EVIDENCE_CHANGED.id, path, *values, "unreviewed")


def _shorten(digest: str) -> str:
    return digest[:_SHOWN_DIGEST_LENGTH]
