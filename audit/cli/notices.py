"""`notices`: the folder to ship with the models of a project."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

from audit.cli.bom_subject import load_subject
from audit.cli.command import FILE, make_command
from audit.cli.environment import read_endpoint
from audit.cli.intended_use import UseOptions, add_use_options, parse_intended_use
from audit.cli.json_output import print_json
from audit.core.atomic_files import write_bytes_atomic
from audit.core.errors import UsageError
from audit.core.plain_files import measure_plain_file
from audit.core.wording import count_things
from audit.definitions.use_words import describe_use
from audit.licenses.uses import IntendedUse
from audit.observations.facts import WEB
from audit.publish.bom.contents import BomContents
from audit.publish.notices.bundle import NOTICE_FILE, TEXTS_FOLDER, NoticesBundle
from audit.publish.notices.duties import Obstacle, ProjectDuties, collect_duties
from audit.publish.notices.notice_file import FIRST_LINE
from audit.publish.notices.texts import ReadText, ShippedText, find_texts
from audit.sources.raw_files import RawFileReader

DEFAULT_FOLDER = Path("model-notices")
SHIPPING = IntendedUse(mode="redistribute", purposes=("commercial",))
"""What is asked where nothing was said: the weights go out with a product that is sold."""
INCOMPLETE = 3


@dataclass(frozen=True)
class NoticesOptions(UseOptions):
    """Options of `notices`."""

    subject: str
    output: Path
    offline: bool


@make_command(NoticesOptions, reads_installed=True, project="subject")
@click.argument(
    "subject",
    metavar="PROJECT|MODEL|FILE",
    help="the folder of a project, a model, or a bill of materials",
)
@click.option(
    "--output",
    type=FILE,
    default=DEFAULT_FOLDER,
    metavar="DIR",
    help=f"where the folder is written (default: {DEFAULT_FOLDER})",
)
@click.option(
    "--offline", is_flag=True, help="fetch no license text: name the addresses of all instead"
)
@add_use_options
def run_command(options: NoticesOptions) -> int:
    """Write NOTICE, LICENSES and TO-DO.md for the models of a project, for what you do with them.

    Where no use is stated, the weights are passed on in a commercial product. Exits with 3 where
    the terms of a model are not known or do not grant the use: TO-DO.md begins with those.
    """
    _require_own_folder(options.output)
    bundle = _build_bundle(load_subject(options.subject, options).contents, options)
    files = bundle.render_files()
    for name, content in files.items():
        write_bytes_atomic(options.output / name, content)
    if options.json:
        print_json("notices", _serialize(bundle, [*files]))
    else:
        print("\n".join(_list_lines(bundle, options.output)))
    return 0 if bundle.is_complete else INCOMPLETE


def _require_own_folder(folder: Path) -> None:
    """What somebody else wrote is never replaced, and no link of a project leads elsewhere.

    Raises UsageError.
    """
    for path in (folder, folder / TEXTS_FOLDER):
        if path.is_symlink():
            raise UsageError(f"{path} is a symbolic link; name another --output")
    if folder.is_dir() and any(folder.iterdir()) and not _begins_as_ours(folder / NOTICE_FILE):
        raise UsageError(
            f"{folder}: holds files that this command did not write; name another --output"
        )


def _begins_as_ours(notice: Path) -> bool:
    if measure_plain_file(notice) is None:
        return False
    with notice.open("rb") as file:
        return file.read(len(FIRST_LINE)) == FIRST_LINE.encode()


def _build_bundle(contents: BomContents, options: NoticesOptions) -> NoticesBundle:
    uses = parse_intended_use(options) or (SHIPPING,)
    models = {each.model.id: each.model for each in contents.models if each.model}
    duties = collect_duties(models.values(), contents.registry, uses)
    texts = tuple(_list_texts(duties, contents, _open_reader(options)))
    return NoticesBundle(contents, duties, texts, tuple(map(describe_use, uses)))


def _open_reader(options: NoticesOptions) -> ReadText:
    if options.offline:
        return _read_nothing
    return RawFileReader(read_endpoint(WEB)).read_file


def _read_nothing(url: str) -> None:
    del url


def _list_texts(
    duties: ProjectDuties, contents: BomContents, read: ReadText
) -> Iterator[ShippedText]:
    models = contents.registry.models
    for license, ids in duties.licenses:
        yield from find_texts(license, [models[id] for id in ids], contents.registry, read)


def _serialize(bundle: NoticesBundle, files: list[str]) -> dict[str, Any]:
    return {
        "files": files,
        "use": list(bundle.use_words),
        "complete": bundle.is_complete,
        "unknown": list(bundle.unknown),
        "obstacles": [asdict(each) for each in bundle.duties.obstacles],
        "stages": [asdict(each) for each in bundle.duties.stages],
        "texts": [_serialize_text(each) for each in bundle.texts],
    }


def _serialize_text(text: ShippedText) -> dict[str, Any]:
    return {
        "license": text.license.id,
        "kind": text.kind,
        "url": text.url,
        "sha256": text.sha256,
        "fetched": text.content is not None,
    }


def _list_lines(bundle: NoticesBundle, folder: Path) -> Iterator[str]:
    fetched = sum(text.content is not None for text in bundle.texts)
    yield f"{folder}: NOTICE, TO-DO.md, {len(bundle.texts)} texts ({fetched} fetched)"
    duties = count_things(len(list(bundle.duties.clauses)), "duty", "duties")
    yield f"{duties} for {count_things(len(bundle.contents.models), 'model')}"
    yield from (f"  not in the registry: {name}" for name in bundle.unknown)
    yield from map(_describe_obstacle, bundle.duties.obstacles)
    yield "A person must go through TO-DO.md."


def _describe_obstacle(obstacle: Obstacle) -> str:
    return f"  {obstacle.model}: {obstacle.value} ({obstacle.use})"
