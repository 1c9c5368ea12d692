"""registry/licenses/<id>.md: what a license allows and demands, in plain words, and who uses it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from audit.core.escape import escape_markdown
from audit.core.grouping import group_pairs
from audit.core.markdown import (
    GENERATED_NOTICE,
    TableRow,
    format_markdown_link,
    join_blocks,
    render_table,
)
from audit.definitions.common_uses import COMMON_USES, build_model_under_license
from audit.definitions.permissions import find_permission
from audit.licenses.expression import parse_expression
from audit.licenses.terms import evaluate_open_terms, find_best_terms
from audit.licenses.uses import PERMISSION_WORDS
from audit.publish.pages.context import JudgedRegistry
from audit.publish.pages.license_change import render_license_change
from audit.publish.pages.license_clauses import render_demands
from audit.publish.pages.phrases import (
    format_dataset_link,
    format_evidence_links,
    format_model_link,
    list_links_folded,
)
from audit.publish.pages.terms import find_license_name
from audit.publish.pages.uses import render_uses_line
from audit.records.license import License
from audit.records.registry import Registry

FREEDOM_WORDS = {"yes": "yes", "limited": "with limits", "no": "no", "unknown": "not read yet"}
_FREEDOM_SIGNS = {"yes": "✓", "limited": "(✓)", "no": "✗", "unknown": "?"}
_OPENNESS_WORDS = {"yes": "open terms", "no": "not open", "unknown": "not read whole"}
PATH_TO_REGISTRY = "../"
_INDEX_OPENING = (
    GENERATED_NOTICE,
    "# Licenses",
    f"[All models]({PATH_TO_REGISTRY}README.md)",
    "The freedoms are to use, study, modify and share: "
    "✓ granted, (✓) with limits, ✗ withheld, ? not read yet. "
    "Terms as data, not legal advice.",
)
_INDEX_HEADER = ("License", "Models", "Datasets", "Kind", "Commercial use", "Freedoms")
MAX_USER_LINKS = 60
"""Shown before the fold."""


@dataclass(frozen=True)
class LicenseUsers:
    """Who is under which license, by its id."""

    models: Mapping[str, Sequence[str]]
    """By the license of their weights."""
    datasets: Mapping[str, Sequence[str]]

    def list_models(self, license: str) -> Sequence[str]:
        """Ids of the models under it."""
        return self.models.get(license, ())

    def list_datasets(self, license: str) -> Sequence[str]:
        """Ids of the datasets under it."""
        return self.datasets.get(license, ())


def render_license_pages(pages: JudgedRegistry) -> dict[str, str]:
    """Every license page, and their index, by path below the registry."""
    users = _find_license_users(pages.registry)
    found = {
        f"licenses/{id}.md": _render_license_page(license, pages.registry, users)
        for id, license in pages.registry.licenses.items()
    }
    found["licenses/README.md"] = _render_license_index(pages.registry, users)
    return found


def _find_license_users(registry: Registry) -> LicenseUsers:
    models = ((model.id, model.weights.license) for model in registry.models.values())
    datasets = ((dataset.id, dataset.license) for dataset in registry.datasets.values())
    return LicenseUsers(_group_by_license(models, registry), _group_by_license(datasets, registry))


def _group_by_license(
    users: Iterable[tuple[str, str | None]], registry: Registry
) -> dict[str, list[str]]:
    """Ids by each license that their expression names, in alphabetical order."""
    return group_pairs(_pair_licenses_with_users(users, registry))


def _pair_licenses_with_users(
    users: Iterable[tuple[str, str | None]], registry: Registry
) -> Iterator[tuple[str, str]]:
    for id, expression in sorted(users, key=lambda user: user[0].lower()):
        if expression:
            for license in parse_expression(expression, registry).license_ids:
                yield license, id


def _render_license_index(registry: Registry, users: LicenseUsers) -> str:
    licenses = sorted(
        registry.licenses.values(),
        key=lambda license: (-len(users.list_models(license.id)), license.id),
    )
    rows = [_build_index_row(license, registry, users) for license in licenses]
    return join_blocks([*_INDEX_OPENING, render_table(_INDEX_HEADER, rows)])


def _build_index_row(license: License, registry: Registry, users: LicenseUsers) -> TableRow:
    return (
        format_markdown_link(find_license_name(license.id, registry), f"{license.id}.md"),
        f"{len(users.list_models(license.id)):,}",
        f"{len(users.list_datasets(license.id)):,}",
        _classify_license(license, registry),
        _format_commercial_use(license, registry),
        _format_freedom_signs(license),
    )


def _format_commercial_use(license: License, registry: Registry) -> str:
    """The answer about any model under it."""
    model = build_model_under_license(license)
    return PERMISSION_WORDS[find_permission(model, registry, COMMON_USES[0].use)]


def _format_freedom_signs(license: License) -> str:
    return " ".join(_FREEDOM_SIGNS[granted] for granted in license.freedoms.values())


def _classify_license(license: License, registry: Registry) -> str:
    if license.osi_approved:
        return "OSI-approved"
    return _OPENNESS_WORDS[evaluate_open_terms(find_best_terms(license.id, registry))]


def _render_license_page(license: License, registry: Registry, users: LicenseUsers) -> str:
    return join_blocks(
        [
            GENERATED_NOTICE,
            *_list_opening_lines(license, registry),
            _render_answers(license, registry),
            *render_demands(license),
            *render_license_change(license, registry),
            _render_sources(license),
            *_render_users(license, registry, users),
        ]
    )


def _list_opening_lines(license: License, registry: Registry) -> Iterator[str]:
    kind = _classify_license(license, registry)
    yield f"# {escape_markdown(find_license_name(license.id, registry))}"
    yield f"[All licenses](README.md) · {kind} · id `{license.id}`"


def _render_answers(license: License, registry: Registry) -> str:
    freedoms = " · ".join(
        f"{name}: **{FREEDOM_WORDS[granted]}**" for name, granted in license.freedoms.items()
    )
    uses = render_uses_line(build_model_under_license(license), registry)
    return f"* The freedoms to … {freedoms}\n* What you may do with a model under it: {uses}"


def _render_sources(license: License) -> str:
    text = ""
    if license.url:
        text = f"Text: {format_markdown_link('where it is published', license.url)}. "
    sources = format_evidence_links(license.evidence)
    return f"{text}Read in: {sources}{_format_last_read(license)}."


def _format_last_read(license: License) -> str:
    seen = max((evidence.seen for evidence in license.evidence), default="")
    return f", last {seen}" if seen else ""


def _render_users(license: License, registry: Registry, users: LicenseUsers) -> Iterator[str]:
    models = users.list_models(license.id)
    links = [format_model_link(id, registry, PATH_TO_REGISTRY) for id in models]
    yield from _render_user_links("Models", links)
    datasets = users.list_datasets(license.id)
    links = [format_dataset_link(id, registry, PATH_TO_REGISTRY) for id in datasets]
    yield from _render_user_links("Datasets", links)


def _render_user_links(who: str, links: Sequence[str]) -> Iterator[str]:
    if links:
        yield f"## {who} under it ({len(links):,})"
        yield from list_links_folded(links, MAX_USER_LINKS)
