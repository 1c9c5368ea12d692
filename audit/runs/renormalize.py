"""After an upgrade of the normalizer: stored texts are read again, and what moves is technical. Subscribers hear nothing."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from audit.licenses.text.normalize import NORMALIZER
from audit.observations.facts import HubFacts, LicenseFile, Target
from audit.observations.license_files import read_file
from audit.store.observations import Facts, Observation

Texts = Callable[[str | None], bytes | None]


@dataclass(frozen=True)
class Moved:
    """A license file whose words are read in another way now."""

    target: str
    path: str
    before: str | None
    after: str | None


def reread(known: Mapping[Target, Observation], texts: Texts) -> tuple[dict[Target, Observation], tuple[Moved, ...]]:
    """The observations by the normalizer of today, as far as texts were kept, and what moved."""
    found: dict[Target, Observation] = {}
    moved: set[Moved] = set()
    for target, old in known.items():
        facts = _facts(old.facts, texts)
        new = replace(old, facts=facts, baseline=_still_cosmetic(old, _facts(old.baseline, texts), facts))
        found[target] = new
        if new != old:
            moved |= _moved(target, old.facts, new.facts) | _moved(target, old.baseline, new.baseline)
    return found, tuple(sorted(moved, key=lambda each: (each.target, each.path, each.before or "")))


def with_reread(written: Iterable[Observation], known: Mapping[Target, Observation], technical: Iterable[Moved]) -> list[Observation]:
    """What is to be written: the observations that changed, and those that were only read again."""
    found = {each.target: each for each in written}
    names = {each.target for each in technical}
    for target, observation in known.items():
        if f"{target.kind}/{target.address}" in names:
            found.setdefault(target, observation)
    return list(found.values())


def _facts(facts: Facts | None, texts: Texts) -> Facts | None:
    if not isinstance(facts, HubFacts) or all(each.normalizer == NORMALIZER for each in facts.license_files):
        return facts
    return replace(facts, license_files=tuple(_file(each, texts) for each in facts.license_files))


def _still_cosmetic(old: Observation, baseline: Facts | None, facts: Facts | None) -> Facts | None:
    """The baseline, with today's file wherever the older normalizer saw only another form: that was judged then, and is not raised now."""
    if not isinstance(old.facts, HubFacts) or not isinstance(old.baseline, HubFacts):
        return baseline
    if not isinstance(facts, HubFacts) or not isinstance(baseline, HubFacts) or facts is old.facts:
        return baseline
    then = {each.path: each for each in old.baseline.license_files}
    same = {each.path for each in old.facts.license_files if each.path in then and _same_words(each, then[each.path])}
    now = {each.path: each for each in facts.license_files if each.path in same}
    return replace(baseline, license_files=tuple(now.get(each.path, each) for each in baseline.license_files))


def _same_words(a: LicenseFile, b: LicenseFile) -> bool:
    return a.normalized is not None and (a.normalized, a.normalizer) == (b.normalized, b.normalizer)


def _file(file: LicenseFile, texts: Texts) -> LicenseFile:
    content = texts(file.sha256) if file.sha256 and file.normalizer != NORMALIZER else None
    return file if content is None else read_file(file, content)


def _moved(target: Target, old: Facts | None, new: Facts | None) -> set[Moved]:
    if not isinstance(old, HubFacts) or not isinstance(new, HubFacts):
        return set()
    pairs = zip(old.license_files, new.license_files, strict=True)
    return {Moved(f"{target.kind}/{target.address}", a.path, a.normalized, b.normalized) for a, b in pairs if a != b}
