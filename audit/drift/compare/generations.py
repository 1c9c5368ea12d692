"""Is a maker's next generation under other terms than the one that people follow?

News, and no drift: nothing about the recorded models changes with it. Terms are other ones only
where the list states a license, and none of the generation before has it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from audit.core.grouping import group_pairs
from audit.core.references import get_owner
from audit.drift.compare.inputs import Differences
from audit.drift.compare.license_statements import collect_license_names
from audit.drift.finding import Difference, LicenseTextDiff
from audit.drift.kinds import GENERATION_TERMS
from audit.drift.known_lines import KnownGeneration, Lines, find_generation_before, index_lines
from audit.licenses.card_names import is_same_name
from audit.licenses.compare import Direction, compare_expressions
from audit.licenses.hub_tags import find_license_of_tag, find_versions_meant
from audit.licenses.terms_lines import describe_terms_change
from audit.observations.makers import LaterRepository, MakerFacts
from audit.records.generation_names import GenerationName, Version, read_generation_name
from audit.records.hub_pins import HubPins
from audit.records.model import Model
from audit.records.registry import Registry

MAX_STATED_CHARACTERS = 120
"""Of a license that nobody knows: it is a part of the finding's name."""
UNSTATED_TAGS = ("unknown",)
"""Tags by which a card says that it states no license."""


@dataclass(frozen=True)
class _NextModel:
    """A later repository, the generation before it, and what its license is."""

    seen: LaterRepository
    name: GenerationName
    before: KnownGeneration
    license: str | None
    """By the card; None where the registry does not know what it names."""

    @property
    def stated(self) -> str:
        """Its license as a finding names it."""
        if self.license:
            return self.license
        words = [str(self.seen.license_tag), *filter(None, [self.seen.license_name])]
        return ": ".join(words)[:MAX_STATED_CHARACTERS]

    @property
    def group(self) -> tuple[str, Version, str]:
        """Those of one group are one piece of news."""
        return self.name.line, self.name.version, self.stated

    @property
    def licenses_before(self) -> tuple[str, ...]:
        """Of the generation before, as far as they are recorded; sorted."""
        licenses = (model.weights.license for model in self.before.models)
        return tuple(sorted({license for license in licenses if license}))


def compare_generations(record: str, now: MakerFacts, registry: Registry) -> Differences:
    """News for those who follow what this record holds: one for each generation and license."""
    lines = index_lines(registry).get(get_owner(now.repo), {})
    known = _collect_known_repos(registry)
    later = [each for each in now.later if each.repo.lower() not in known]
    others = _list_next_models(later, lines, registry)
    held = (each for each in others if each.before.holder == record)
    groups = group_pairs((each.group, each) for each in held)
    for _, members in sorted(groups.items()):
        yield _build_difference(members, _list_followers(members[0], lines), registry)


def _list_followers(found: _NextModel, lines: Lines) -> tuple[str, ...]:
    """The records of earlier generations of the line: who follows one of them hears of it, too."""
    earlier = (each for each in lines[found.name.line] if each.version < found.before.version)
    return tuple(sorted({each.holder for each in earlier} - {found.before.holder}))


@lru_cache(maxsize=4)
def _collect_known_repos(registry: Registry) -> frozenset[str]:
    """Names of repositories that have a record: these are watched themselves."""
    pinned = {model.hub.repo.lower() for model in registry.models.values() if model.hub}
    return frozenset(pinned | {id.lower() for id in registry.models})


def _list_next_models(
    later: Iterable[LaterRepository], lines: Lines, registry: Registry
) -> Iterator[_NextModel]:
    for seen in filter(_states_license, later):
        found = _find_next_model(seen, lines, registry)
        if found and _has_other_terms(found, registry):
            yield found


def _find_next_model(seen: LaterRepository, lines: Lines, registry: Registry) -> _NextModel | None:
    name = read_generation_name(seen.repo)
    before = find_generation_before(name, lines) if name else None
    if name is None or before is None:
        return None
    license = find_license_of_tag(seen.license_tag, seen.license_name, registry)
    return _NextModel(seen, name, before, license)


def _states_license(seen: LaterRepository) -> bool:
    """Whether the card was read and names a license: `other` alone names none."""
    tag = seen.license_tag or None
    if not seen.is_read or tag is None or tag.lower() in UNSTATED_TAGS:
        return False
    return tag.lower() != "other" or seen.license_name is not None


def _has_other_terms(found: _NextModel, registry: Registry) -> bool:
    models = found.before.models
    if not any(_is_known(model) for model in models):
        return False
    return not any(_has_same_terms(found, model, registry) for model in models)


def _is_known(model: Model) -> bool:
    return model.weights.license is not None or bool(model.hub and model.hub.license_tag)


def _has_same_terms(found: _NextModel, model: Model, registry: Registry) -> bool:
    """Whether a recorded model has this license, in whatever version, or a card that says the same."""
    if found.license and model.weights.license:
        named = collect_license_names(found.license)
        if named <= _list_versions(model.weights.license, registry):
            return True
    return model.hub is not None and _says_the_same(found.seen, model.hub)


def _list_versions(license: str, registry: Registry) -> frozenset[str]:
    recorded = collect_license_names(license)
    return recorded.union(*(find_versions_meant(each, registry) for each in recorded))


def _says_the_same(seen: LaterRepository, pins: HubPins) -> bool:
    if not pins.license_tag or not seen.license_tag:
        return False
    same_tag = is_same_name(seen.license_tag, pins.license_tag)
    return same_tag and is_same_name(seen.license_name, pins.license_name)


def _build_difference(
    members: Sequence[_NextModel], followers: tuple[str, ...], registry: Registry
) -> Difference:
    first = min(members, key=_rank_member)
    before = first.licenses_before
    return Difference(
        GENERATION_TERMS.id,
        f"{first.name.label} under {first.stated}",
        before[0] if len(before) == 1 else before or None,
        first.stated,
        _find_direction(before, first.license, registry),
        text_diff=_describe_terms(first, registry),
        affects=followers,
    )


def _rank_member(each: _NextModel) -> tuple[str, str]:
    return each.seen.created_at, each.seen.repo


def _find_direction(before: Sequence[str], after: str | None, registry: Registry) -> Direction:
    """By the recorded terms of both; where the generation before has several, all must agree."""
    if after is None:
        return "unreviewed"
    found = {compare_expressions(each, after, registry) for each in before}
    return found.pop() if len(found) == 1 else "unreviewed"


def _describe_terms(first: _NextModel, registry: Registry) -> LicenseTextDiff:
    """Where it was seen; where the registry knows both licenses, their texts and what differs."""
    note = f"Seen first in {first.seen.repo}."
    if len(first.licenses_before) != 1 or first.license is None:
        return LicenseTextDiff(None, None, note=note)
    before, after = first.licenses_before[0], first.license
    terms = describe_terms_change(before, after, registry)
    texts = _find_text(before, registry), _find_text(after, registry)
    return LicenseTextDiff(texts[0], texts[1], terms=terms, note=note)


def _find_text(license: str, registry: Registry) -> str | None:
    """Digest of the text that a reviewer read; None where the record keeps none."""
    record = registry.licenses.get(license)
    return record.texts[0].sha256 if record and record.texts else None
