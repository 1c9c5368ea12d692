"""TO-DO.md: what no program can do, in the order of work, each with its clause."""

from collections.abc import Iterator, Sequence

from audit.core.escape import escape_markdown
from audit.core.wording import join_first
from audit.definitions.clause_view import ViewedClause
from audit.definitions.permission_view import StageDuties
from audit.publish.notices.duties import Obstacle, ProjectDuties
from audit.publish.notices.notice_file import NOTICE_WORDS
from audit.publish.notices.texts import ShippedText
from audit.records.dataset import Dataset

SHOWN_HOLDERS = 3
_OWN_COPY = "use the copy of the model's own repository if it names other copyright holders"
COPYRIGHT_KINDS = frozenset({"notice", "attribution"})


def render_to_do(
    duties: ProjectDuties,
    texts: Sequence[ShippedText],
    unknown: Sequence[str],
    uses: Sequence[str],
    datasets: Sequence[Dataset] = (),
) -> str:
    """The list, as Markdown."""
    blocks = [
        "# What a person must still do",
        f"For: {'; '.join(uses)}. Another use asks for other things: see `notices --help`.",
        *_list_problems(duties, unknown),
        *_list_texts(texts),
        *map(_render_stage, duties.stages),
        *_list_datasets(datasets),
    ]
    return "\n\n".join(blocks) + "\n"


def _list_datasets(datasets: Sequence[Dataset]) -> Iterator[str]:
    """The duties are those of models: of data that the project uses, only the license is named."""
    lines = [f"- [ ] {each.id}: {each.license or 'terms not known'}" for each in datasets]
    if lines:
        yield "## Datasets, where you pass them on: read their terms\n\n" + "\n".join(lines)


def _render_stage(stage: StageDuties) -> str:
    lines = [line for clause in stage.clauses for line in _list_clause_lines(clause)]
    return f"## {stage.title}\n\n" + "\n".join(lines)


def _list_problems(duties: ProjectDuties, unknown: Sequence[str]) -> Iterator[str]:
    """What stands against shipping at all."""
    lines = [*map(_describe_unknown, unknown), *map(_describe_obstacle, duties.obstacles)]
    if lines:
        yield "## Before anything else\n\n" + "\n".join(lines)


def _describe_unknown(name: str) -> str:
    return f"- [ ] {escape_markdown(name)}: read its terms; no record holds it"


def _describe_obstacle(obstacle: Obstacle) -> str:
    reasons = "; ".join(f"{each.summary} {_cite(each)}" for each in obstacle.reasons)
    head = f"{obstacle.model}: {obstacle.value} ({obstacle.use})"
    return f"- [ ] {escape_markdown(f'{head}. {reasons}'.strip())}"


def _list_texts(texts: Sequence[ShippedText]) -> Iterator[str]:
    lines = [_describe_text(text) for text in texts]
    if lines:
        yield "## The texts\n\n" + "\n".join(lines)


def _describe_text(text: ShippedText) -> str:
    name = escape_markdown(text.license.name)
    what = name if text.kind == "license" else f"{name}, {text.kind}"
    return f"- [ ] {what}: {_describe_source(text)}"


def _describe_source(text: ShippedText) -> str:
    if text.content is None:
        return f"put its text into LICENSES, from {text.url or 'where no record says'}"
    source = f"fetched from {text.url} (sha256 {text.sha256[:12]}…)"
    if text.kind == "license" and _has_holders(text):
        return f"{source}; {_OWN_COPY}"
    return source


def _has_holders(text: ShippedText) -> bool:
    """Whether a copy of the license may name its copyright holders."""
    return any(condition.kind in COPYRIGHT_KINDS for condition in text.license.conditions)


def _list_clause_lines(clause: ViewedClause) -> Iterator[str]:
    yield f"- [ ] {escape_markdown(clause.summary)} {escape_markdown(_cite(clause))}"
    for ship in clause.ship:
        done = " (done: it is in NOTICE)" if ship.what == NOTICE_WORDS else ""
        yield f"  - {ship.what}: {escape_markdown(ship.quoted)}{done}"


def _cite(clause: ViewedClause) -> str:
    """Where it stands, and through which models it binds."""
    citations = dict.fromkeys(holder.citation for holder in clause.holders)
    models = dict.fromkeys(holder.model for holder in clause.holders)
    return f"({'; '.join(citations)}; through {join_first([*models], SHOWN_HOLDERS)})"
