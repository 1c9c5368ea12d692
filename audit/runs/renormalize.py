"""After an upgrade of the normalizer: stored texts are read again, and what moves is technical.

Subscribers hear nothing.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from audit.licenses.text.normalize import NORMALIZER_VERSION
from audit.observations.facts import LicenseFile, Target, TargetFacts
from audit.observations.license_files import analyze_license_file
from audit.observations.makers import MakerFacts
from audit.observations.revisions import RevisionFacts
from audit.runs.outcome import KnownStates
from audit.store.observations import TargetState

LicenseTextReader = Callable[[str | None], bytes | None]


@dataclass(frozen=True)
class RenormalizedFile:
    """A license file whose words are read in another way now."""

    target: str
    path: str
    before: str | None
    after: str | None


MovedFiles = set[RenormalizedFile]


def renormalize_states(
    known: KnownStates, texts: LicenseTextReader
) -> tuple[KnownStates, tuple[RenormalizedFile, ...]]:
    """The observations by the normalizer of today, as far as texts were kept, and what moved."""
    found = {target: renormalize_state(old, texts) for target, old in known.items()}
    moved: MovedFiles = set()
    for target, new in found.items():
        if new is not known[target]:
            moved |= _list_moved_files(known[target], new)
    return found, tuple(sorted(moved, key=_rank_renormalized_file))


def _list_moved_files(old: TargetState, new: TargetState) -> MovedFiles:
    """What moved in the facts, and in the baseline."""
    in_facts = _list_renormalized_files(old.target, old.facts, new.facts)
    return in_facts | _list_renormalized_files(old.target, old.baseline, new.baseline)


def renormalize_state(old: TargetState, texts: LicenseTextReader) -> TargetState:
    """One observation by the normalizer of today; the same one where nothing is to be read."""
    if _is_current(old.facts) and _is_current(old.baseline):
        return old
    facts = _renormalize_facts(old.facts, texts)
    baseline = _renormalize_facts(old.baseline, texts)
    return replace(old, facts=facts, baseline=_keep_cosmetic_baseline(old, baseline, facts))


def _rank_renormalized_file(file: RenormalizedFile) -> tuple[str, str, str]:
    return file.target, file.path, file.before or ""


def add_renormalized_states(
    written: Iterable[TargetState],
    known: KnownStates,
    technical: Iterable[RenormalizedFile],
) -> list[TargetState]:
    """What is to be written: the observations that changed, and those that were only read again."""
    found = {state.target: state for state in written}
    names = {file.target for file in technical}
    for target in known if names else ():
        if target.key in names:
            found.setdefault(target, known[target])
    return list(found.values())


def _renormalize_facts(facts: TargetFacts | None, texts: LicenseTextReader) -> TargetFacts | None:
    if facts is None or isinstance(facts, RevisionFacts | MakerFacts) or _is_current(facts):
        return facts
    files = tuple(_renormalize_file(file, texts) for file in facts.license_files)
    return replace(facts, license_files=files)


def _is_current(facts: TargetFacts | None) -> bool:
    """Whether there is nothing to read again."""
    if facts is None:
        return True
    return all(file.normalizer == NORMALIZER_VERSION for file in facts.license_files)


def _keep_cosmetic_baseline(
    old: TargetState, baseline: TargetFacts | None, facts: TargetFacts | None
) -> TargetFacts | None:
    """The baseline, with today's file wherever the older normalizer saw only another form.

    That was judged then, and is not raised now.
    """
    if old.facts is None or old.baseline is None:
        return baseline
    if facts is None or baseline is None or facts is old.facts:
        return baseline
    same = _find_cosmetic_paths(old.facts, old.baseline)
    return _take_files(baseline, facts, same)


def _take_files(baseline: TargetFacts, facts: TargetFacts, paths: set[str]) -> TargetFacts:
    """The baseline with the files at these paths as they are in `facts`."""
    if isinstance(baseline, RevisionFacts | MakerFacts):
        return baseline
    now = {file.path: file for file in facts.license_files if file.path in paths}
    files = tuple(now.get(file.path, file) for file in baseline.license_files)
    return replace(baseline, license_files=files)


def _find_cosmetic_paths(facts: TargetFacts, baseline: TargetFacts) -> set[str]:
    """The files that are in both, with the same words in at most another form."""
    then = {file.path: file for file in baseline.license_files}
    return {
        file.path
        for file in facts.license_files
        if file.path in then and _has_same_words(file, then[file.path])
    }


def _has_same_words(a: LicenseFile, b: LicenseFile) -> bool:
    return a.normalized is not None and (a.normalized, a.normalizer) == (b.normalized, b.normalizer)


def _renormalize_file(file: LicenseFile, texts: LicenseTextReader) -> LicenseFile:
    content = texts(file.sha256) if file.sha256 and file.normalizer != NORMALIZER_VERSION else None
    return file if content is None else analyze_license_file(file, content)


def _list_renormalized_files(
    target: Target, old: TargetFacts | None, new: TargetFacts | None
) -> MovedFiles:
    if old is None or new is None:
        return set()
    pairs = zip(old.license_files, new.license_files, strict=True)
    return {
        RenormalizedFile(target.key, a.path, a.normalized, b.normalized) for a, b in pairs if a != b
    }
