"""The scratch copy of the registry: which records play, and how they looked before the script."""

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from audit.licenses.text.text_entry import build_text_entry
from tests.fakes.changes import build_license_text
from tests.fakes.seeding import build_synthetic_license_text, build_synthetic_terms
from tests.rehearsal.scenario import Scenario

MODEL_COUNT = 120
"""Models that play."""


def prepare_registry_copy(root: Path, scratch: Path, scenario: Scenario) -> None:
    """Copy the records that play, as they were before the script and with synthetic texts."""
    for path in select_records(root, scenario):
        target = scratch / path.relative_to(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    for ref, patch in scenario.rewind_patches.items():
        edit_record(scratch / f"{ref}.json", patch)
    for path in (scratch / "models").rglob("*.json"):
        _forget_pinned_texts(path)
    for path in (scratch / "licenses").glob("*.json"):
        _replace_known_texts(path, scenario)


def _forget_pinned_texts(path: Path) -> None:
    """Pinned digests are those of real texts; the rehearsal's texts are its own."""
    if "license_files" in path.read_text(encoding="utf-8"):
        edit_record(path, {"hub": {"license_files": None}})
    else:
        edit_record(path, {})


def _replace_known_texts(path: Path, scenario: Scenario) -> None:
    """Let a license know the synthetic text, and each edition of it that the script publishes."""
    license = path.name.removesuffix(".json")
    texts = [build_synthetic_license_text(license)]
    for scripted in scenario.scripted_changes:
        for change in scripted.operations:
            if change["op"] == "license-text" and change["license"] == license:
                texts.append(build_license_text({**change, "rewrapped": False}))
    evidence = sorted(json.loads(path.read_text(encoding="utf-8"))["evidence"])[:1]
    rows = {}
    for text in texts:
        content = text.encode()
        digest = hashlib.sha256(content).hexdigest()
        rows[digest] = {"sha256": digest, "bytes": len(content), "evidence": evidence}
    # What stands on a page is found by its words, for which the digest of a file is not enough.
    terms = {**build_text_entry(build_synthetic_terms(license).encode()), "evidence": evidence}
    rows[terms["sha256"]] = terms
    edit_record(path, {"texts": list(rows.values())})


def select_records(root: Path, scenario: Scenario) -> list[Path]:
    """The models of the script with their bases, others up to MODEL_COUNT, and all other records.

    A rehearsal of a few seconds needs a hundred models, not all. Of the others only those without
    a base of another maker play: a conflict in the records themselves is no drift of the script.
    """
    paths: dict[str, Path] = {}
    bases: dict[str, list[str]] = {}
    for path in sorted((root / "models").rglob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        ref = f"models/{data['id']}"
        paths[ref] = path
        bases[ref] = [f"models/{base['id']}" for base in data.get("base_models", ())]
    for ref in scenario.published_records:
        paths.pop(ref, None)
        bases.pop(ref, None)
    named = _close_over_bases(scenario.touched_records, bases)
    plain = [ref for ref in paths if ref not in named and not bases[ref]]
    missing = max(0, MODEL_COUNT - len(named))
    step = max(1, len(plain) // max(1, missing))
    chosen = [paths[ref] for ref in sorted({*named, *plain[::step][:missing]})]
    for folder in ("families", "datasets", "licenses"):
        chosen += sorted((root / folder).rglob("*.json"))
    return chosen


def _close_over_bases(records: Iterable[str], bases: Mapping[str, list[str]]) -> set[str]:
    """The models among the records, with their bases and the bases of those."""
    named: set[str] = set()
    waiting = [ref for ref in records if ref in bases]
    while waiting:
        ref = waiting.pop()
        if ref not in named:
            named.add(ref)
            waiting += [base for base in bases[ref] if base in bases]
    return named


def edit_record(path: Path, patch: Mapping[str, Any]) -> None:
    """Apply a merge patch to a record."""
    data = apply_merge_patch(json.loads(path.read_text(encoding="utf-8")), patch)
    if "hub" in data and "evidence" not in data["hub"]:
        # A pin needs evidence; in the scratch copy any source of the record will do.
        data["hub"]["evidence"] = sorted(data["evidence"])[:1]
    path.write_text(json.dumps(data, indent=2, ensure_ascii=False), encoding="utf-8")


def apply_merge_patch(value: Any, patch: Any) -> Any:
    """JSON merge patch, RFC 7396: null removes, objects merge, everything else replaces."""
    if not isinstance(patch, Mapping):
        return patch
    result = dict(value) if isinstance(value, Mapping) else {}
    for key, inner in patch.items():
        if inner is None:
            result.pop(key, None)
        else:
            result[key] = apply_merge_patch(result.get(key), inner)
    return result
