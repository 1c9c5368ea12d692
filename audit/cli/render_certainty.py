"""How sure an answer about permissions is, in sentences."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from audit.definitions.permission_certainty import DataRisk, ReadText
from audit.definitions.permission_view import PermissionView

MAX_RISKS = 3
"""Datasets named for one model and license; `--json` has all."""
_COPY_WORDS = {
    "own": "in its maker's own copy",
    "primary": "in a primary copy",
    "spdx": "in the SPDX license list",
    "third-party": "in a third party's copy",
}


def list_certainty(view: PermissionView, commit: str | None) -> Iterator[str]:
    """What was read and where, what disagrees, what is open, and how old the records are."""
    certainty = view.certainty
    yield from map(_describe_text, certainty.texts)
    yield from view.history
    yield from certainty.conflicts
    for _, risks in groupby(certainty.data_risks, key=_identify_risk):
        yield _describe_risks(list(risks))
    for question in view.open_questions:
        yield f"Open, without bearing on the answer: {question}."
    if certainty.newest_fact:
        at = f", at commit {commit[:12]} of the records" if commit else ""
        yield f"The newest of these facts was read on {certainty.newest_fact}{at}."


def _describe_text(text: ReadText) -> str:
    version = f" {text.version}" if text.version and text.version not in text.name else ""
    since = f", applying from {text.effective}" if text.effective else ""
    revision = f" at commit {text.revision[:8]}" if text.revision else ""
    if not text.seen:
        return f"{text.name}{version}{since}: nobody is recorded to have read it."
    return f"{text.name}{version}{since}: read on {text.seen} {_COPY_WORDS[text.copy]}{revision}."


def _identify_risk(risk: DataRisk) -> tuple[str, str, str]:
    return risk.model, risk.license, risk.withheld


def _describe_risks(risks: Sequence[DataRisk]) -> str:
    first = risks[0]
    names = ", ".join(risk.dataset for risk in risks[:MAX_RISKS])
    more = f" and {len(risks) - MAX_RISKS} more" if len(risks) > MAX_RISKS else ""
    return (
        f"Risk: {first.model} learned from {names}{more}, whose terms ({first.license}) withhold "
        f"{first.withheld}."
    )
