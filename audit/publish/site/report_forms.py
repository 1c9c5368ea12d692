"""Something wrong? The forms that fit the record of a page, filled in as far as the page knows."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, urlencode, urlsplit

from audit.core.references import split_reference
from audit.publish.urls import RegistryAddress

_CODE_HOST = "github.com"


@dataclass(frozen=True)
class FormLink:
    """One form, for one record."""

    words: str
    url: str
    """Of the form with its first fields filled in; empty where the repository is not known."""
    record: str
    """What to name in the form where no address fills it in."""


@dataclass(frozen=True)
class _FormKind:
    words: str
    file: str
    title: str
    field: str
    """The id of the field that names the record."""
    folders: tuple[str, ...]
    """Of the records that it is about."""


_FORM_KINDS = (
    _FormKind(
        "A fact is wrong",
        "wrong-fact.yml",
        "Wrong fact: ",
        "record",
        ("models", "families", "datasets", "licenses"),
    ),
    _FormKind(
        "The facts are right, a verdict is not",
        "contest-a-verdict.yml",
        "Verdict: ",
        "record",
        ("models",),
    ),
    _FormKind("There is a new text of it", "new-license.yml", "License: ", "name", ("licenses",)),
)


def list_forms(record: str, address: RegistryAddress) -> list[FormLink]:
    """The forms for a record such as `datasets/owner/name`."""
    return list(_list_links(record, _find_form_address(address)))


def _list_links(record: str, base: str) -> Iterator[FormLink]:
    folder, id = split_reference(record)
    for kind in _FORM_KINDS:
        if folder in kind.folders:
            named = record if kind.field == "record" and folder != "models" else id
            url = f"{base}?{_fill_form(kind, named, id)}" if base else ""
            yield FormLink(kind.words, url, named)


def _fill_form(kind: _FormKind, named: str, id: str) -> str:
    values = {"template": kind.file, "title": kind.title + id, kind.field: named}
    return urlencode(values, quote_via=quote)


def _find_form_address(address: RegistryAddress) -> str:
    """Where issues are opened; empty where the pages lie elsewhere than in a repository."""
    parts = urlsplit(address.pages_url)
    names = parts.path.strip("/").split("/")
    if parts.hostname != _CODE_HOST or len(names) < 2:
        return ""
    return f"https://{_CODE_HOST}/{names[0]}/{names[1]}/issues/new"
