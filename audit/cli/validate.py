"""`validate`: every record, every error at once."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from audit.analysis.consistency import contradictions
from audit.cli.command import Command
from audit.contribute.guidance import section_of, with_lines
from audit.core.errors import Problem, UsageError
from audit.records.load import Loaded, read_registry


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="only report problems in these files or folders (all are read all the same)")


def _run(options: argparse.Namespace) -> int:
    for path in options.paths:
        _refuse_strange(path, options.registry)
    loaded = read_registry(options.registry)
    found = loaded.problems if loaded.registry is None else contradictions(loaded.registry, options.registry.name)
    problems = with_lines((each for each in found if _wanted(each, options)), options.registry.parent)
    if options.json:
        rows = [asdict(each) | {"see": section_of(each)} for each in problems]
        print(json.dumps({"valid": not problems, "problems": rows}, indent=2, ensure_ascii=False))
    else:
        for problem in problems:
            print(f"{problem} (see {section_of(problem)})")
        print(_summary(loaded, len(problems)))
    return 1 if problems else 0


def _refuse_strange(path: Path, registry: Path) -> None:
    """A typo must not read as *valid*."""
    if not path.exists() and not path.is_symlink():
        raise UsageError(f"{path}: there is no such file or folder; name records or folders of {registry}")
    if not path.absolute().resolve().is_relative_to(registry.resolve()) and not path.is_symlink():
        raise UsageError(f"{path}: lies outside {registry} and holds no record; name records or folders of {registry}")


def _wanted(problem: Problem, options: argparse.Namespace) -> bool:
    if not options.paths:
        return True
    file = (options.registry.parent / problem.file).resolve()
    return any(file == path.resolve() or path.resolve() in file.parents for path in options.paths)


def _summary(loaded: Loaded, problems: int) -> str:
    counts = {folder: sum(each.folder == folder for each in loaded.raw) for folder in ("models", "families", "datasets", "licenses")}
    read = ", ".join(f"{count} {folder}" for folder, count in counts.items())
    if problems:
        return f"{problems} problem{'s' if problems > 1 else ''} in {read}"
    return f"valid: {read}"


VALIDATE = Command("validate", "Check every record: schema, references, contradictions.", _options, _run)
