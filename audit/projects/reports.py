"""What `watch` found in the forms of other programs: SARIF 2.1.0, JUnit, annotations of GitHub."""

import json
import os
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

from audit.core.escape import sanitize_line
from audit.projects.finding.mention import Mention
from audit.projects.watch import WatchedModel

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_RULES = {
    "policy": "A model breaks the project's policy.",
    "drift": "Something about a model that is used has changed upstream.",
}
_LEVELS = {"policy": "error", "drift": "warning"}


def list_problems(models: Sequence[WatchedModel]) -> Iterator[tuple[str, WatchedModel, str]]:
    """Each problem with its rule: what breaks the policy, and open drift."""
    for model in models:
        if model.is_used:
            yield from (("policy", model, words) for words in model.broken)
            for finding in model.drift:
                yield "drift", model, f"{finding.record}: {finding.kind} ({finding.status})"


def render_sarif(models: Sequence[WatchedModel]) -> str:
    """A log for code scanning: a result for each problem at each place."""
    results = [_build_result(*row) for row in _list_problem_places(models)]
    run = {"tool": {"driver": _describe_driver()}, "results": results}
    return json.dumps({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _describe_driver() -> dict[str, Any]:
    rules = [{"id": id, "shortDescription": {"text": text}} for id, text in _RULES.items()]
    return {"name": "open-model-registry", "rules": rules}


def _build_result(rule: str, model: WatchedModel, words: str, place: Mention) -> dict[str, Any]:
    region = {"startLine": max(place.line, 1)}
    location = {"artifactLocation": {"uri": _build_uri(place.file)}, "region": region}
    return {
        "ruleId": rule,
        "level": _LEVELS[rule],
        "message": {"text": f"{_name_model(model)}: {sanitize_line(words)}"},
        "locations": [{"physicalLocation": location}],
    }


def _build_uri(file: str) -> str:
    """A relative address, with the bytes of the name as the system has them."""
    return quote(os.fsencode(file))


def render_junit(models: Sequence[WatchedModel]) -> str:
    """A test for each model that is used; one that breaks the policy fails."""
    used = [model for model in models if model.is_used]
    failing = sum(bool(model.broken) for model in used)
    counts = {"tests": str(len(used)), "failures": str(failing)}
    suite = ElementTree.Element("testsuite", {"name": "open-model-registry watch", **counts})
    for model in used:
        _add_test_case(suite, model)
    ElementTree.indent(suite)
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True)


def _add_test_case(suite: ElementTree.Element, model: WatchedModel) -> None:
    names = {"name": _name_model(model), "classname": _name_first_use(model)}
    case = ElementTree.SubElement(suite, "testcase", names)
    if model.broken:
        words = "; ".join(map(sanitize_line, model.broken))
        ElementTree.SubElement(case, "failure", {"message": words}).text = words


def _name_model(model: WatchedModel) -> str:
    return sanitize_line(model.id or model.name)


def _name_first_use(model: WatchedModel) -> str:
    place = next(filter(_is_use, model.places))
    # A file's name can hold characters that no XML may.
    return f"{sanitize_line(place.file)}:{place.line}"


def render_annotations(models: Sequence[WatchedModel]) -> str:
    """Commands of a GitHub workflow, one a line; their values are escaped as GitHub reads them."""
    return "\n".join(_format_annotation(*row) for row in _list_problem_places(models))


def _list_problem_places(
    models: Sequence[WatchedModel],
) -> Iterator[tuple[str, WatchedModel, str, Mention]]:
    """Each problem at each place of use: a page that only mentions the model breaks nothing."""
    for rule, model, words in list_problems(models):
        for place in filter(_is_use, model.places):
            yield rule, model, words, place


def _is_use(place: Mention) -> bool:
    return place.is_use


def _format_annotation(rule: str, model: WatchedModel, words: str, place: Mention) -> str:
    file = _escape_annotation(place.file).replace(":", "%3A").replace(",", "%2C")
    message = _escape_annotation(f"{model.id or model.name}: {words}")
    return f"::{_LEVELS[rule]} file={file},line={place.line}::{message}"


def _escape_annotation(words: str) -> str:
    return sanitize_line(words).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
