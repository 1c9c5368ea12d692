"""The one entry: how what was seen of a target differs from what a record declares."""

from audit.drift.compare.availability import find_loss, find_release
from audit.drift.compare.code import compare_code_repository
from audit.drift.compare.contents import compare_cited_files, compare_contents_of_dataset
from audit.drift.compare.data_terms import find_data_terms_conflicts
from audit.drift.compare.gate import compare_gate
from audit.drift.compare.generations import compare_generations
from audit.drift.compare.identity import compare_history, compare_name, find_other_repository
from audit.drift.compare.inputs import (
    CodeComparison,
    Differences,
    HubComparison,
    PageComparison,
    TargetComparison,
)
from audit.drift.compare.license_conflicts import find_license_conflicts
from audit.drift.compare.license_tag import compare_license_link, compare_license_tag
from audit.drift.compare.license_texts import compare_license_files
from audit.drift.compare.lineage import compare_bases_and_datasets, find_terms_freer_than_base
from audit.drift.compare.page import compare_page
from audit.drift.compare.prose import compare_gate_prompt, compare_prose
from audit.drift.compare.prose_conflicts import find_prose_conflicts
from audit.drift.compare.prose_direction import CardReader
from audit.drift.compare.revisions import compare_revisions
from audit.drift.compare.searches import find_appeared
from audit.drift.compare.weights import compare_weights
from audit.drift.finding import Difference
from audit.observations.facts import CodeFacts, HubFacts, PageFacts
from audit.observations.makers import MakerFacts
from audit.observations.revisions import RevisionFacts
from audit.records.registry import Registry


def compare_target(comparison: TargetComparison, registry: Registry) -> list[Difference]:
    """Every difference that matters, sorted by kind and field.

    An observation that could not be verified has none: it shows nothing.
    """
    found = _find_differences(comparison, registry)
    return sorted(found, key=lambda difference: (difference.kind, difference.field))


def _find_differences(comparison: TargetComparison, registry: Registry) -> Differences:
    state, now = comparison.observation.state, comparison.observation.facts
    if state == "unverifiable":
        return
    if state in ("absent", "disabled"):
        if not _is_told_elsewhere(comparison):
            yield from find_loss(comparison)
    elif isinstance(now, CodeFacts):
        yield from _compare_code(comparison, now, registry)
    elif isinstance(now, PageFacts):
        yield from _compare_page(comparison, now, registry)
    elif isinstance(now, RevisionFacts):
        baseline = comparison.baseline
        before = baseline if isinstance(baseline, RevisionFacts) else None
        yield from compare_revisions(comparison.declaration, before, now)
    elif isinstance(now, MakerFacts):
        yield from compare_generations(comparison.declaration.record, now, registry)
    elif isinstance(now, HubFacts):
        hub = _build_hub_comparison(comparison, now, registry)
        yield from _compare_hub_repository(comparison, hub)


def _is_told_elsewhere(comparison: TargetComparison) -> bool:
    """Whether its end is no loss of the record, or one that the repository itself tells.

    A repository on the Hub in which the record only looked, and the branches of one.
    """
    if comparison.kind == "revisions":
        return True
    return comparison.declaration.search_only and comparison.kind != "code"


def _compare_code(comparison: TargetComparison, now: CodeFacts, registry: Registry) -> Differences:
    before = comparison.baseline if isinstance(comparison.baseline, CodeFacts) else None
    code = CodeComparison(comparison.declaration, before, now, registry, comparison.load_text)
    yield from compare_code_repository(code, comparison.observation.target.repo)


def _compare_page(comparison: TargetComparison, now: PageFacts, registry: Registry) -> Differences:
    if isinstance(comparison.baseline, PageFacts):
        record = comparison.declaration.record
        page = PageComparison(record, now, registry, comparison.load_text)
        yield from compare_page(page, comparison.baseline)


def _build_hub_comparison(
    comparison: TargetComparison, now: HubFacts, registry: Registry
) -> HubComparison:
    baseline = comparison.baseline
    return HubComparison(
        comparison.kind,
        comparison.declaration,
        baseline if isinstance(baseline, HubFacts) else None,
        now,
        registry,
        comparison.load_text,
    )


def _compare_hub_repository(comparison: TargetComparison, hub: HubComparison) -> Differences:
    is_pin_missing = comparison.observation.pinned_revision_state == "missing"
    other_repository = find_other_repository(hub, is_pin_missing=is_pin_missing)
    if other_repository:
        # Nothing that another repository says is about the one that was recorded.
        yield other_repository
        return
    yield from find_appeared(
        hub.declaration, comparison.observation.target.repo, hub.before, hub.now
    )
    if hub.declaration.search_only:
        return
    yield from compare_history(hub, is_pin_missing=is_pin_missing)
    yield from compare_name(hub, comparison.observation.target.repo)
    if hub.declaration.expected is False:
        yield from find_release(hub)
        return
    yield from _compare_terms(hub)
    if hub.before:
        yield from _compare_contents(hub, hub.before)


def _compare_terms(hub: HubComparison) -> Differences:
    """What the record itself can contradict, so that no earlier sight is needed."""
    yield from compare_gate(hub)
    yield from compare_license_tag(hub)
    yield from compare_license_link(hub)
    yield from compare_license_files(hub)
    yield from find_license_conflicts(hub)
    yield from find_prose_conflicts(hub)
    yield from find_terms_freer_than_base(hub)


def _compare_contents(hub: HubComparison, before: HubFacts) -> Differences:
    """What only an earlier sight can show to be other than it was."""
    if hub.kind == "model":
        yield from compare_weights(before.weights, hub.now.weights)
    else:
        yield from compare_contents_of_dataset(before, hub.now)
    recorded = hub.declaration.license if hub.kind == "model" else None
    reader = CardReader(hub.registry, recorded, is_code_repository=False)
    yield from compare_prose(before.card, hub.now.card, reader)
    yield from compare_gate_prompt(before, hub.now)
    yield from compare_cited_files(hub, before)
    yield from compare_bases_and_datasets(before, hub.now, hub.registry)
    yield from find_data_terms_conflicts(hub, before)
