"""`validate`: every record, every error at once."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from audit.analysis.consistency import find_contradictions
from audit.cli.command import FILE, SharedOptions, make_command
from audit.cli.json_output import print_json
from audit.contribute.guidance import add_line_numbers, find_guide_section
from audit.core.collector import hold_collector, leave_to_exit
from audit.core.errors import Problem, UsageError
from audit.core.json_folders import find_json_files
from audit.publish.pages.write import is_page_path
from audit.records.dates import find_date_problems
from audit.records.file_form import find_form_problems, find_stray_files
from audit.records.load import LoadedRecords, read_all_records

_COUNTED_FOLDERS = ("models", "families", "datasets", "licenses")


@dataclass(frozen=True)
class ValidateOptions(SharedOptions):
    """Options of `validate`."""

    paths: tuple[Path, ...]


@make_command(ValidateOptions)
@click.argument(
    "paths",
    nargs=-1,
    type=FILE,
    metavar="PATH",
    help="only report problems in these files or folders (all are read all the same)",
)
def run_command(options: ValidateOptions) -> int:
    """Print every problem of the requested records, and how many were read."""
    for path in options.paths:
        _refuse_foreign_path(path, options.registry)
    with hold_collector():
        loaded = read_all_records(options.registry)
        leave_to_exit(loaded)
        problems = _find_requested_problems(loaded, options)
    if options.json:
        _print_document(problems)
    else:
        _print_problems(problems)
        print(_format_summary(options.registry, len(problems)))
    return 1 if problems else 0


def _print_document(problems: list[Problem]) -> None:
    rows = [_serialize_problem(problem) for problem in problems]
    print_json("validate", {"valid": not problems, "problems": rows})


def _print_problems(problems: Iterable[Problem]) -> None:
    for problem in problems:
        print(f"{problem} (see {find_guide_section(problem)})")


def _serialize_problem(problem: Problem) -> dict[str, object]:
    return asdict(problem) | {"see": find_guide_section(problem)}


def _find_requested_problems(loaded: LoadedRecords, options: ValidateOptions) -> list[Problem]:
    found = [
        *_find_all_problems(loaded, options.registry.name),
        *find_date_problems(loaded.raw_records, options.parse_now()),
        *find_form_problems(loaded.raw_records),
        *find_stray_files(options.registry, is_page_path),
    ]
    requested = [problem for problem in found if _is_requested(problem, options)]
    return list(add_line_numbers(requested, options.registry.parent))


def _find_all_problems(loaded: LoadedRecords, root: str) -> Iterable[Problem]:
    """Contradictions are looked for only in records that could be read."""
    if loaded.registry is None:
        return loaded.problems
    return find_contradictions(loaded.registry, root)


def _count_files(folder: Path) -> int:
    return sum(1 for _ in find_json_files(folder))


def _refuse_foreign_path(path: Path, registry: Path) -> None:
    """A typo must not read as *valid*."""
    if not path.exists() and not path.is_symlink():
        raise UsageError(
            f"{path}: there is no such file or folder; name records or folders of {registry}"
        )
    if not path.absolute().resolve().is_relative_to(registry.resolve()) and not path.is_symlink():
        raise UsageError(
            f"{path}: lies outside {registry} and holds no record; "
            f"name records or folders of {registry}"
        )


def _is_requested(problem: Problem, options: ValidateOptions) -> bool:
    if not options.paths:
        return True
    file = (options.registry.parent / problem.file).resolve()
    return any(file == path.resolve() or path.resolve() in file.parents for path in options.paths)


def _format_summary(registry: Path, problems: int) -> str:
    """Every file of a record counts, whether it could be read or not."""
    read = ", ".join(f"{_count_files(registry / each)} {each}" for each in _COUNTED_FOLDERS)
    if problems:
        return f"{problems} problem{'s' if problems > 1 else ''} in {read}"
    return f"valid: {read}"
