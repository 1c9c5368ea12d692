"""Repositories as the registry declares them: where a rehearsal starts. No real license text or card is copied."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping

from audit.records.component import CHECKPOINTS, CODE_COMPONENTS, Component
from audit.records.dataset import Dataset
from audit.records.hub_pins import HubGate, HubPins
from audit.records.model import Model
from audit.records.registry import Registry
from audit.records.revision_names import expand_revision_names, find_pinned_commits
from tests.fakes.repositories import HUB_FIRST_DATE, GithubRepo, HubFile, HubGateMode, HubRepo

UNKNOWN_WEIGHTS_SIZE = 1_000_000
"""Bytes of a weights file when nobody knows how many parameters it has."""
BYTES_PER_PARAMETER = 2
"""bfloat16, the Hub's most common type."""
SYNTHETIC_DATASET_SIZE = 4_096
GITHUB_REPOSITORY = re.compile(r"https://github\.com/([A-Za-z0-9-]+/[A-Za-z0-9._-]+)")
HUB_RELATIONS = ("finetune", "adapter", "quantized", "merge")
"""What `base_model_relation` may say in a card (hub-docs, model-cards.md)."""


def build_synthetic_license_text(license_id: str) -> str:
    """A text of our own that stands for a license; its bytes differ by license and never resemble a real one."""
    return (
        f"Synthetic license text of {license_id} for rehearsals\n\n"
        f"This page stands where a repository would keep the terms named {license_id}.\n"
        "It was written for the audit's own drill, grants nothing, demands nothing and quotes nobody.\n"
        "Whoever changes a word of it makes another text, which is what the drill needs: the audit must then\n"
        f"notice that the terms are no longer those of {license_id}, without ever having read the real ones.\n"
    )


def build_synthetic_terms(license_id: str) -> str:
    """Terms of our own for a maker's page, long and legal enough to be read as such."""
    return (
        f"Synthetic terms of {license_id}\n\n"
        f"This license agreement stands in the drill for the terms that a maker's page shows as {license_id}.\n\n"
        "You shall not take a word of it for the maker's: it grants no rights, and it permits and prohibits nothing.\n\n"
        "There is no warranty for these terms, and nobody shall be liable for what a drill makes of this license.\n\n"
        f"The name {license_id} shall govern which license these terms are, and no copyright is licensed by them."
    )


def build_readme(repo_id: str, card: Mapping[str, object]) -> HubFile:
    """README.md with the card as front matter, each value as JSON, which is YAML too."""
    lines = [
        f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in sorted(card.items())
    ]
    front = "---\n" + "\n".join(lines) + "\n---\n" if lines else ""
    return HubFile.create_text(
        "README.md",
        f"{front}\n# {repo_id}\n\nA repository of the rehearsal; nothing here is real.\n",
    )


def build_hub_repos(registry: Registry) -> Iterator[HubRepo]:
    """One repository per model with Hub pins and per dataset with Hub pins that is not withdrawn, each id once."""
    seen: set[tuple[str, str]] = set()
    models = (
        _build_model_repo(model, model.hub, registry)
        for model in registry.models.values()
        if model.hub is not None
    )
    datasets = (
        _build_dataset_repo(dataset, dataset.hub, registry)
        for dataset in registry.datasets.values()
        if dataset.hub is not None and dataset.status in ("released", "partial")
    )
    for repos in (models, datasets):
        for repo in repos:
            if (repo.kind, repo.id) not in seen:
                seen.add((repo.kind, repo.id))
                yield repo


def _build_model_repo(model: Model, pins: HubPins, registry: Registry) -> HubRepo:
    card = _build_license_card(pins, model.weights.license, registry)
    bases = [_find_model_hub_id(base.id, registry) for base in model.base_models or ()]
    datasets = _find_dataset_hub_ids(model.components["datasets"].datasets, registry)
    relations = {base.relation for base in model.base_models or ()}
    card |= {"base_model": bases} if bases else {}
    card |= (
        {"base_model_relation": min(relations)}
        if len(relations) == 1 and relations <= set(HUB_RELATIONS)
        else {}
    )
    card |= {"datasets": datasets} if datasets else {}
    size = (
        model.parameters.total * BYTES_PER_PARAMETER
        if model.parameters.total
        else UNKNOWN_WEIGHTS_SIZE
    )
    files = [HubFile.create_text("config.json", '{\n  "model_type": "rehearsal"\n}\n')]
    if model.weights.status not in ("not-released", "withdrawn", "not-found"):
        files.append(HubFile.create_large("model.safetensors", size, f"{model.ref} weights"))
    created = _format_moment(model.released.date) if model.released else HUB_FIRST_DATE
    repo = _build_hub_repo(
        "models", pins, card, files + _build_license_files(pins, model.weights.license), created
    )
    repo.branches.update(_build_branches(model))
    return repo


def _build_branches(model: Model) -> dict[str, str]:
    """The branches that the record names, each with a commit of its own."""
    written = model.components[CHECKPOINTS].revisions
    made = {
        name: hashlib.sha1(f"{model.id} {name}".encode(), usedforsecurity=False).hexdigest()
        for name in sorted(expand_revision_names(written))
    }
    return made | find_pinned_commits(written)


def _build_dataset_repo(dataset: Dataset, pins: HubPins, registry: Registry) -> HubRepo:
    card = _build_license_card(pins, dataset.license, registry)
    data = HubFile.create_large(
        "data/train-00000-of-00001.parquet", SYNTHETIC_DATASET_SIZE, f"{dataset.ref} data"
    )
    began = dataset.availability.since
    created = _format_moment(began) if began else HUB_FIRST_DATE
    return _build_hub_repo(
        "datasets", pins, card, [data, *_build_license_files(pins, dataset.license)], created
    )


def _build_hub_repo(
    kind: str, pins: HubPins, card: dict[str, object], files: list[HubFile], created: str
) -> HubRepo:
    held = {file.path: file for file in [build_readme(pins.repo, card), *files]}
    return HubRepo(
        kind="models" if kind == "models" else "datasets",
        id=pins.repo,
        files=held,
        card=card,
        gated=_convert_gate(pins.gated),
        created_at=created,
        last_modified=created,
        revision=pins.revision or "",
    )


def _convert_gate(gate: HubGate) -> HubGateMode:
    if gate == "auto" or gate == "manual":
        return gate
    return "manual" if gate == "gated" else False


def _build_license_card(
    pins: HubPins, license_id: str | None, registry: Registry
) -> dict[str, object]:
    """The license fields of a card: as pinned, or the one tag of the declared license when nobody saw the card."""
    tag = pins.license_tag
    if tag is None and license_id in registry.licenses:
        tags = registry.licenses[license_id].hub_tags
        tag = tags[0] if len(tags) == 1 else None
    card: dict[str, object] = {}
    if isinstance(tag, str):
        card["license"] = tag.split(" AND ") if " AND " in tag else tag
    card |= {"license_name": pins.license_name} if pins.license_name else {}
    card |= {"license_link": pins.license_link} if pins.license_link else {}
    return card


def _build_license_files(pins: HubPins, license_id: str | None) -> list[HubFile]:
    """Synthetic texts at the pinned paths, else at LICENSE; none for unknown terms and for no license."""
    if license_id is None or license_id == "NONE":
        return []
    return [
        HubFile.create_text(path, build_synthetic_license_text(license_id))
        for path in sorted(pins.license_files) or ["LICENSE"]
    ]


def _find_model_hub_id(model_id: str, registry: Registry) -> str:
    model = registry.models.get(model_id)
    return model.hub.repo if model is not None and model.hub is not None else model_id


def _find_dataset_hub_ids(names: Iterable[str], registry: Registry) -> list[str]:
    known = (registry.datasets.get(name) for name in names)
    return [
        dataset.hub.repo for dataset in known if dataset is not None and dataset.hub is not None
    ]


def _format_moment(day: str) -> str:
    """A date as exact as its source, as a moment: the first of the year or month when that is all there is."""
    full = (day + "-01-01")[:10]
    return max(f"{full}T00:00:00.000Z", HUB_FIRST_DATE)


def build_github_repos(registry: Registry) -> Iterator[GithubRepo]:
    """One repository per github.com/owner/name in the records' urls, each name once, case not counting."""
    licenses: dict[str, list[str | None]] = {}
    names: dict[str, str] = {}
    for url, license_id in _list_github_urls(registry):
        if match := GITHUB_REPOSITORY.match(url):
            name = match[1].removesuffix(".git").rstrip(".")
            names.setdefault(name.lower(), name)
            licenses.setdefault(name.lower(), []).append(license_id)
    for key, name in sorted(names.items()):
        detected = next(
            (_detect_license(license_id) for license_id in licenses[key] if license_id is not None),
            None,
        )
        files = {"LICENSE": build_synthetic_license_text(detected).encode()} if detected else {}
        yield GithubRepo(name, license=detected, files=files)


def _list_github_urls(registry: Registry) -> Iterator[tuple[str, str | None]]:
    """Urls with their licenses; code first, because a repository's license file speaks of its code."""
    components = [
        component
        for _, model in sorted(registry.models.items())
        for component in model.components.values()
    ]
    yield from _list_component_urls(
        component for component in components if component.name in CODE_COMPONENTS
    )
    yield from _list_component_urls(
        component for component in components if component.name not in CODE_COMPONENTS
    )
    for _, dataset in sorted(registry.datasets.items()):
        if dataset.url:
            yield dataset.url, dataset.license


def _list_component_urls(components: Iterable[Component]) -> Iterator[tuple[str, str | None]]:
    for component in components:
        if component.url:
            yield component.url, component.license
        for place in component.looked_in:
            yield place.url, None


def _detect_license(license_id: str) -> str | None:
    """What GitHub's detection would answer: it names single SPDX ids only."""
    if license_id == "NONE":
        return None
    return (
        "NOASSERTION" if " " in license_id or license_id.startswith("LicenseRef-") else license_id
    )
