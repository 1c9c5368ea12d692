"""NOTICE: which models are in it, under which licenses, and the sentences that these prescribe."""

from collections.abc import Iterator, Mapping, Sequence

from audit.core.escape import sanitize_line
from audit.publish.bom.contents import BomContents, BomModel, find_download
from audit.publish.notices.duties import ProjectDuties
from audit.records.license import License

FIRST_LINE = "Models in this product, and the notices that their licenses ask for"
NOTICE_WORDS = "ship the notice"
"""Of the words that clauses prescribe, those that belong into this file."""


def render_notice(
    contents: BomContents, duties: ProjectDuties, texts: Mapping[str, Sequence[str]]
) -> str:
    """The file. `texts`: files with the texts, by license."""
    return "\n".join(_list_lines(contents, duties, texts)) + "\n"


def _list_lines(
    contents: BomContents, duties: ProjectDuties, texts: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    yield FIRST_LINE
    yield "=" * len(FIRST_LINE)
    for entry in contents.models:
        yield from _describe_model(entry)
    for license, models in duties.licenses:
        yield from _describe_license(license, models, texts.get(license.id, ()))
    yield from _quote_sentences(list_sentences(duties))


def _describe_license(
    license: License, models: Sequence[str], texts: Sequence[str]
) -> Iterator[str]:
    yield ""
    yield f"{license.name} ({license.id})"
    yield f"  applies through  {', '.join(models)}"
    yield from (f"  text             {path}" for path in texts)


def _quote_sentences(sentences: Sequence[str]) -> Iterator[str]:
    if sentences:
        yield from ("", "Notices", "-------")
    for sentence in sentences:
        yield from ("", sentence)


def _describe_model(entry: BomModel) -> Iterator[str]:
    yield ""
    at = f" at {entry.revision}" if entry.revision else ""
    yield f"{sanitize_line(entry.name)}{at}"
    if entry.model is None:
        yield "  not in the registry: its terms are not known here"
        return
    yield f"  by        {entry.model.developer}"
    yield f"  license   {entry.model.weights.license or 'not known'}"
    if find_download(entry.model):
        yield f"  from      {find_download(entry.model)}"


def list_sentences(duties: ProjectDuties) -> list[str]:
    """The exact sentences of all licenses, each once."""
    words = [ship for clause in duties.clauses for ship in clause.ship]
    return list(dict.fromkeys(each.words for each in words if each.what == NOTICE_WORDS))
