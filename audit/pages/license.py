"""registry/licenses/<id>.md: what a license allows and demands, in plain words, and who uses it."""

from collections import defaultdict
from collections.abc import Iterable

from audit.licenses.expression import parse_expression
from audit.licenses.terms import open_terms, terms_of
from audit.pages.judged import Judged
from audit.pages.markdown import GENERATED, anchor, link, table, text
from audit.records.types import Condition, License, Registry

FREEDOMS = {"yes": "yes", "limited": "with limits", "no": "no", "unknown": "not read yet"}
MAX_USERS = 200


def license_pages(pages: Judged) -> dict[str, str]:
    """Every license page, and their index, by path below the registry."""
    users = _users(pages.registry)
    found = {f"licenses/{each.id}.md": _page(each, pages, users.get(each.id, [])) for each in pages.registry.licenses.values()}
    found["licenses/README.md"] = _index(pages.registry, users)
    return found


def _users(registry: Registry) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for model in sorted(registry.models.values(), key=lambda each: each.id.lower()):
        if model.weights.license and model.weights.license != "NONE":
            for id in parse_expression(model.weights.license, registry).licenses:
                found[id].append(model.id)
    return found


def _index(registry: Registry, users: dict[str, list[str]]) -> str:
    rows = []
    for license in sorted(registry.licenses.values(), key=lambda each: (-len(users.get(each.id, [])), each.id)):
        freedoms = " / ".join(FREEDOMS[each] for each in license.freedoms.values())
        rows.append((link(license.name, f"{license.id}.md"), _kind(license, registry), freedoms, str(len(users.get(license.id, [])))))
    head = [GENERATED, "# Licenses", "[All models](../README.md)", "The freedoms are to use, study, modify and share. This is terms as data, not legal advice."]
    return "\n\n".join([*head, table(("License", "Kind", "Use / study / modify / share", "Models"), rows)]) + "\n"


def _kind(license: License, registry: Registry) -> str:
    if license.osi_approved:
        return "OSI-approved"
    words = {"yes": "open terms", "no": "not open", "unknown": "not read whole"}
    return words[open_terms(terms_of(license.id, registry))]


def _page(license: License, pages: Judged, users: list[str]) -> str:
    registry = pages.registry
    parts = [GENERATED, f"# {text(license.name)}", f"[All licenses](README.md) · id `{license.id}` · {_kind(license, registry)}"]
    parts.append(table(("Freedom to", "Granted"), [(name, FREEDOMS[value]) for name, value in license.freedoms.items()]))
    if license.conditions:
        parts += ["## What it demands", table(("Kind", "Section", "In plain words", "Numbers"), [_condition(each) for each in license.conditions])]
    if license.predecessor and license.predecessor in registry.licenses:
        parts += ["## What changed", _difference(registry.licenses[license.predecessor], license)]
    sources = ", ".join(link(each.key, each.url) for each in license.evidence)
    parts += [f"Text: {link('where it is published', license.url)}. Read in: {sources}." if license.url else f"Read in: {sources}."]
    if users:
        parts += [f"## Models under it ({len(users)})", _user_list(users)]
    return "\n\n".join(parts) + "\n"


def _condition(condition: Condition) -> tuple[str, str, str, str]:
    numbers = ", ".join(f"{name.replace('_', ' ')}: {_value(value)}" for name, value in sorted(condition.parameters.items()) if name not in ("url",))
    return condition.kind.replace("-", " "), text(condition.section), text(condition.summary), text(numbers)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _difference(old: License, new: License) -> str:
    """Conditions that came, went or changed their numbers against the predecessor."""
    was, now = ({(each.kind, str(sorted(each.parameters.items()))): each for each in license.conditions} for license in (old, new))
    lines = [f"Against {link(old.name, f'{old.id}.md')}:", ""]
    for name in old.freedoms:
        if old.freedoms[name] != new.freedoms[name]:
            lines.append(f"* to {name}: {FREEDOMS[old.freedoms[name]]} before, {FREEDOMS[new.freedoms[name]]} now")
    lines += [f"* new: {text(now[key].summary)} (section {text(now[key].section)})" for key in now if key not in was]
    lines += [f"* gone: {text(was[key].summary)} (section {text(was[key].section)})" for key in was if key not in now]
    return "\n".join(lines if len(lines) > 2 else [*lines, "* nothing that the recorded terms show"])


def _user_list(users: Iterable[str]) -> str:
    listed = list(users)
    rows = [link(id, f"../models/{id.partition('/')[0]}/README.md#{anchor(id)}") for id in listed[:MAX_USERS]]
    return ", ".join(rows) + (f", and {len(listed) - MAX_USERS} more" if len(listed) > MAX_USERS else "")
