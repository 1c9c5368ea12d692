"""Checks that no single file can show: references between records, evidence that nobody listed, contradictions."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from audit.core.errors import Problem
from audit.core.near_names import format_near_names
from audit.records.model import Registry

MAX_QUOTE_WORDS = 25
"""A quote as evidence stays short: facts are carried over, sentences are not."""
CITING_KEYS = frozenset({"evidence", "followed", "set_aside"})
"""Keys whose values are keys of the evidence table."""
EXPRESSION_KEYWORDS = frozenset({"AND", "OR", "WITH", "NONE"})


KnownIds = Mapping[str, Collection[str]]
"""Ids by folder of every file that is there, whether it is valid or not: what stands in a damaged file is not missing."""


def find_cross_record_problems(
    registry: Registry, raw: Mapping[str, Any], root: str, known: KnownIds
) -> list[Problem]:
    """Problems across records. `raw` is the JSON of each record by reference, of any form; `root` the registry's name as shown."""
    problems: list[Problem] = []
    for ref, data in raw.items():
        if not isinstance(data, dict):
            continue
        shown = f"{root}/{ref}.json"
        if not _is_clearly_sound(data, known):
            problems += _find_evidence_problems(data, shown)
            problems += _find_license_problems(data, shown, known)
        problems += _find_reference_problems(ref, data, shown, known)
    problems += _find_tag_problems(registry, root)
    problems += _find_repository_problems(registry, root)
    problems += _find_former_id_problems(raw, root, known)
    return problems


def _walk_document(value: Any, path: str = "$") -> Iterator[tuple[str, str, Any]]:
    """Every key of a document as (path of the holder, key, value)."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield path, key, inner
            yield from _walk_document(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _walk_document(inner, f"{path}[{index}]")


def _collect_citations_and_licenses(value: Any, cited: set[str], licenses: set[str]) -> None:
    """What a document cites and which license expressions it holds, without saying where: ten times as fast as a walk."""
    if isinstance(value, list):
        for inner in value:
            if isinstance(inner, (dict, list)):
                _collect_citations_and_licenses(inner, cited, licenses)
        return
    for key, inner in value.items():
        if isinstance(inner, (dict, list)):
            if key in CITING_KEYS:
                cited.update(inner)
            else:
                _collect_citations_and_licenses(inner, cited, licenses)
        elif key == "license" and isinstance(inner, str):
            licenses.add(inner)


def _is_clearly_sound(data: Any, known: KnownIds) -> bool:
    """Whether evidence and licenses of a document have no problem; only where they may have one is its place looked for."""
    try:
        return _has_sound_citations(data, known)
    except (AttributeError, KeyError, TypeError):
        return False


def _has_sound_citations(data: Any, known: KnownIds) -> bool:
    cited: set[str] = set()
    licenses: set[str] = set()
    table = data["evidence"]
    for name, inner in data.items():
        if name != "evidence":
            _collect_citations_and_licenses({name: inner}, cited, licenses)
    words = {word for each in licenses for word in each.replace("(", " ").replace(")", " ").split()}
    held = all(word in known["licenses"] or word in EXPRESSION_KEYWORDS for word in words)
    quotes = (row["quote"] for row in table.values() if "quote" in row)
    return (
        held
        and (cited == table.keys() or ("freedoms" in data and cited <= table.keys()))
        and all(len(each.split()) <= MAX_QUOTE_WORDS for each in quotes)
    )


def _find_evidence_problems(data: Any, shown: str) -> Iterator[Problem]:
    table = _coerce_object(data.get("evidence"))
    cited: set[str] = set()
    for path, key, value in _walk_document(
        {name: inner for name, inner in data.items() if name != "evidence"}
    ):
        if key not in CITING_KEYS:
            continue
        for each in _coerce_names(value):
            cited.add(each)
            if each not in table:
                known = ", ".join(sorted(table)) or "none yet"
                yield Problem(
                    shown,
                    f"{path}.{key}",
                    f"the evidence table has no {each!r}",
                    f"add it to the table, or cite one of: {known}",
                )
    # A license's name, steward and Hub tags rest on its table as a whole; everywhere else a source serves a fact.
    for each in sorted(set(table) - cited) if "freedoms" not in data else ():
        yield Problem(
            shown,
            f"$.evidence.{each}",
            "no fact cites this evidence",
            "cite it where it is used, or remove it",
        )
    for key, row in table.items():
        words = len(str(_coerce_object(row).get("quote", "")).split())
        if words > MAX_QUOTE_WORDS:
            yield Problem(
                shown,
                f"$.evidence.{key}.quote",
                f"the quote has {words} words",
                f"keep at most {MAX_QUOTE_WORDS}",
            )


def _find_license_problems(data: Any, shown: str, known: KnownIds) -> Iterator[Problem]:
    for path, key, value in _walk_document(data):
        if key != "license" or not isinstance(value, str):
            continue
        for word in value.replace("(", " ").replace(")", " ").split():
            if word not in EXPRESSION_KEYWORDS and word not in known["licenses"]:
                yield Problem(
                    shown,
                    f"{path}.license",
                    f"unknown license {word!r}",
                    f"use an id of registry/licenses{format_near_names(word, known['licenses'])}, or add that license first",
                )


def _find_base_problems(data: Any, shown: str) -> Iterator[Problem]:
    listed = data.get("base_models")
    if "from_scratch" in data and listed != []:
        yield Problem(
            shown,
            "$.from_scratch",
            "from_scratch stands beside base models, or beside none",
            'write "base_models": [], or remove from_scratch',
        )
    bases = listed if isinstance(listed, list) else []
    for index, base in enumerate(bases):
        if any(
            _coerce_object(other).get("id") == _coerce_object(base).get("id")
            for other in bases[:index]
        ):
            yield Problem(
                shown,
                f"$.base_models[{index}]",
                "the same base stands twice",
                "keep one, with the evidence of both",
            )
        if _coerce_object(base).get("id", "") == data.get("id"):
            yield Problem(
                shown,
                f"$.base_models[{index}]",
                "the model is named as its own base",
                "name the model it was derived from",
            )


def _find_reference_problems(ref: str, data: Any, shown: str, known: KnownIds) -> Iterator[Problem]:
    yield from _find_base_problems(data, shown)
    family = data.get("family")
    if isinstance(family, str) and family not in known["families"]:
        yield Problem(
            shown,
            "$.family",
            f"unknown family {family!r}",
            f"use a family of registry/families{format_near_names(family, known['families'])}, or add it first",
        )
    for name, component in _coerce_object(data.get("components")).items():
        for each in _coerce_names(_coerce_object(component).get("datasets")):
            if each not in known["datasets"]:
                yield Problem(
                    shown,
                    f"$.components.{name}.datasets",
                    f"unknown dataset {each!r}",
                    f"use an id of registry/datasets{format_near_names(each, known['datasets'])}, or add that dataset first",
                )
    predecessor = data.get("predecessor")
    if isinstance(predecessor, str) and predecessor not in known["licenses"]:
        yield Problem(
            shown,
            "$.predecessor",
            f"unknown license {predecessor!r}",
            "use an id of registry/licenses, or leave it out",
        )
    if ref.startswith("models/") and not data.get("developer") and not family:
        yield Problem(
            shown,
            "$.developer",
            "neither the model nor a family says who made it",
            "add 'developer'",
        )


def _coerce_object(value: Any) -> Mapping[str, Any]:
    """The value where it is an object: a record that fails its schema may hold anything."""
    return value if isinstance(value, dict) else {}


def _coerce_names(value: Any) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _find_tag_problems(registry: Registry, root: str) -> Iterator[Problem]:
    owners: dict[str, str] = {}
    for license in registry.licenses.values():
        for tag in license.hub_tags:
            first = owners.setdefault(tag, license.id)
            if first != license.id:
                yield Problem(
                    f"{root}/licenses/{license.id}.json",
                    "$.hub_tags",
                    f"the Hub tag {tag!r} stands in {first} too",
                    "keep it in the one that it means today",
                )


def _find_former_id_problems(
    raw: Mapping[str, Any], root: str, known: KnownIds
) -> Iterator[Problem]:
    """A former id belongs to one record: what was written under it must have one owner."""
    owners: dict[str, str] = {}
    for ref, data in raw.items():
        folder = ref.partition("/")[0]
        former_ids = _coerce_names(_coerce_object(data).get("former_ids"))
        for index, former in enumerate(former_ids):
            shown, path = f"{root}/{ref}.json", f"$.former_ids[{index}]"
            fix = "a former id belongs to one record, and no other has it today"
            if former in known[folder]:
                yield Problem(shown, path, f"a record has the id {former!r} today", fix)
            first = owners.setdefault(f"{folder}/{former}", ref)
            if first != ref:
                yield Problem(shown, path, f"{first} has the former id {former!r} too", fix)


def _find_repository_problems(registry: Registry, root: str) -> Iterator[Problem]:
    seen: dict[str, list[str]] = defaultdict(list)
    for model in registry.models.values():
        if model.hub:
            seen[model.hub.repo.lower()].append(model.id)
    for repo, ids in seen.items():
        if len(ids) > 1:
            yield Problem(
                f"{root}/models/{ids[1]}.json",
                "$.hub.repo",
                f"the Hub repository {repo} is in {ids[0]} too",
                "keep one record per repository",
            )
