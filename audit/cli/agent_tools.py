"""The questions that an agent may ask: the same answers as those of the commands, on local data.

Nothing here writes, and nothing asks the network.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from audit.analysis.explanation import explain_model
from audit.cli.intended_use import UseOptions, parse_intended_use
from audit.cli.model_rows import load_rows
from audit.cli.render_explanation import render_short_explanation
from audit.cli.render_permission import render_permission
from audit.core.errors import UsageError
from audit.core.escape import escape_unprintable
from audit.core.output_versions import add_schema_version
from audit.definitions.permission_view import PermissionView, answer_question
from audit.licenses.uses import MODES, PURPOSES, IntendedUse, Mode, Purpose
from audit.projects.datasets import judge_project_datasets, serialize_watched_dataset
from audit.projects.finding.dictionary import build_name_dictionary
from audit.projects.mentions import NoListError, ProjectMentions, find_mentions
from audit.projects.policy_rules import ProjectPolicy
from audit.projects.watch import judge_project_models
from audit.projects.watch_json import serialize_watched_model
from audit.publish.views.facets import filter_models, sort_models
from audit.publish.views.model_summary import serialize_summary
from audit.publish.views.query_words import parse_query
from audit.records.load import load_registry
from audit.records.registry import Registry
from audit.records.subset import load_model_closure
from audit.store.observations import TargetStateStore

MAX_ROWS = 100
MAX_PLACES = 20
"""Of one model, and likewise of all else that a row lists: a project can name one a million times."""
Answer = dict[str, Any]


@dataclass(frozen=True)
class AgentTools:
    """Each public method is a tool: its docstring and its parameters are what an agent reads."""

    root: Path
    """Folder of the records."""

    def explain(self, model: str) -> Answer:
        """How open a model is by every definition, and why: label, verdicts, what is missing.

        `model` is an id such as Qwen/Qwen3-8B, an address of the Hub, or a former name.
        """
        found, registry = load_model_closure(self.root, model)
        explanation = explain_model(found, registry)
        verdicts = {each.framework: each.value for each in explanation.verdicts}
        return _build_answer(
            model=found.id,
            label=explanation.label,
            verdicts=verdicts,
            depth=explanation.depth.value,
            text=render_short_explanation(explanation),
        )

    def allows(
        self,
        model: str,
        mode: Mode = "internal",
        purposes: Sequence[Purpose] = (),
        field: str = "",
        territory: str = "",
        monthly_users: int | None = None,
    ) -> Answer:
        """Whether a use of a model is permitted, by which clause, and what has to be done for it.

        State what is done (`mode`), what for (`purposes`, such as commercial), in which field of
        use, where (a country or EU) and for how many users a month: what is left out is unsaid,
        and the answer tells where it decides.
        """
        stated = {"purpose": tuple(purposes), "field": field or None}
        use = _build_use(mode, stated | {"territory": territory or None}, monthly_users)
        found, registry = load_model_closure(self.root, model)
        return _serialize_view(answer_question(found, registry, use))

    def search(self, query: str, limit: int = 20) -> Answer:
        """Find models by words: a size (7B, <3B), a modality, commercial, a label, a year, a name."""
        rows = filter_models(load_rows(self.root), parse_query(query))
        shown = sort_models(rows, "name")[: min(max(limit, 0), MAX_ROWS)]
        return _build_answer(count=len(rows), models=[serialize_summary(row) for row in shown])

    def watch(self, path: str) -> Answer:
        """Which models and datasets a project on this machine uses, their terms, and what changed.

        `path` is a folder, a source file or a list of ids. Only names of models, files and lines
        are told, nothing else of the files. `left_out` counts what a long answer does not show.
        """
        project = _find_project(path)
        registry = load_registry(self.root)
        found = _find_names_alone(project, registry)
        findings = TargetStateStore(self.root).load_findings(registry)
        policy = ProjectPolicy(allows_unrecorded=True)
        named = [mention for mention in found.mentions if mention.kind != "dataset"]
        models = judge_project_models(named, registry, findings, policy)
        datasets = judge_project_datasets(found.mentions, registry, findings)
        return _build_answer(
            count=len(models) + len(datasets),
            models=[_cut_row(serialize_watched_model(each)) for each in models[:MAX_ROWS]],
            datasets=[_cut_row(serialize_watched_dataset(each)) for each in datasets[:MAX_ROWS]],
        )

    @property
    def tools(self) -> tuple[Callable[..., Answer], ...]:
        """All of them, by the names of their commands."""
        return (self.explain, self.allows, self.search, self.watch)


def _find_project(path: str) -> Path:
    """Raises UsageError: an agent names whatever it read somewhere, and a pipe would wait for ever."""
    try:
        project = Path(path).expanduser()
        if project.is_dir() or project.is_file():
            return project
    except (OSError, RuntimeError):
        # A name that is too long, a home folder that nobody has.
        pass
    raise UsageError("no such folder or plain file")


def _find_names_alone(project: Path, registry: Registry) -> ProjectMentions:
    """Raises UsageError without a word of the file: it may be a secret that is no list at all."""
    try:
        return find_mentions(project, build_name_dictionary(registry))
    except NoListError:
        raise UsageError(
            "the file is no list of models; name a source file or the folder of a project"
        ) from None


def _cut_row(row: Answer) -> Answer:
    """A row that an agent can read, and what was left out of its lists."""
    lists = {name: value for name, value in row.items() if isinstance(value, list)}
    left_out = {name: len(value) - MAX_PLACES for name, value in lists.items()}
    return {
        **row,
        **{name: value[:MAX_PLACES] for name, value in lists.items()},
        "left_out": {name: count for name, count in left_out.items() if count > 0},
    }


def _build_answer(**found: Any) -> Answer:
    return {name: _escape_strings(each) for name, each in add_schema_version("mcp", found).items()}


def _escape_strings(value: Any) -> Any:
    """Without what hides or turns: a file's name can hold it, and half a character ends no answer."""
    if isinstance(value, str):
        return escape_unprintable(value)
    if isinstance(value, dict):
        return {name: _escape_strings(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_escape_strings(each) for each in value]
    return value


def _build_use(mode: Mode, stated: dict[str, Any], monthly_users: int | None) -> IntendedUse:
    """The use as `allows` reads it, with its vocabularies. Raises UsageError."""
    _require_words("mode", (mode,), MODES)
    _require_words("purposes", stated["purpose"], PURPOSES)
    options = UseOptions(**(_list_defaults() | stated | {"monthly_users": monthly_users}))
    uses = parse_intended_use(options)
    circumstances = uses[0] if uses else IntendedUse()
    return IntendedUse(**(vars(circumstances) | {"mode": mode}))


def _require_words(name: str, words: Sequence[str], known: Sequence[str]) -> None:
    """A word that nobody knows decides nothing, so it must not pass for one that permits."""
    unknown = [word for word in words if word not in known]
    if unknown:
        raise UsageError(f"{name}: {unknown[0]!r} is unknown; write one of: {', '.join(known)}")


def _list_defaults() -> dict[str, Any]:
    """Every option as it is where nothing was said."""
    nothing = {each.name: False if each.type is bool else None for each in fields(UseOptions)}
    return nothing | {"purpose": (), "users_in": (), "revenue_period": "year"}


def _serialize_view(view: PermissionView) -> Answer:
    return _build_answer(
        model=view.model,
        value=view.value,
        words=view.words,
        use=view.use_words,
        open_questions=list(view.open_questions),
        unsaid=[asdict(each) for each in view.unsaid],
        text=render_permission(view, None),
    )
