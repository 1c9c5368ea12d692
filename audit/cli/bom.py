"""`bom`: a bill of materials of a model or a project; or of another bill, with what we know."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import click

from audit.cli.bom_subject import BomSubject, load_subject
from audit.cli.command import FILE, SharedOptions, make_command
from audit.cli.json_output import print_document, print_json
from audit.cli.render_bom_diff import render_bom_diff
from audit.core.errors import UsageError
from audit.publish.bom.contents import BomContents, BomModel, Document
from audit.publish.bom.cyclonedx import VERSIONS, build_cyclonedx
from audit.publish.bom.diff import compare_boms
from audit.publish.bom.enrich import add_to_cyclonedx, choose_version
from audit.publish.bom.entries import ReadBom
from audit.publish.bom.read import read_bom
from audit.publish.bom.spdx import build_spdx
from audit.records.registry import Registry

CYCLONEDX = "cyclonedx-"
FORMATS: Mapping[str, Callable[[BomContents], Document]] = {
    **{f"{CYCLONEDX}{each}": partial(build_cyclonedx, version=each) for each in VERSIONS},
    "spdx-3.0.1": build_spdx,
}
DEFAULT_FORMAT = "cyclonedx-1.6"


@dataclass(frozen=True)
class BomOptions(SharedOptions):
    """Options of `bom`."""

    subject: str | None
    format: str | None
    diff: tuple[Path, Path] | None


@make_command(BomOptions, reads_installed=True, project="subject")
@click.argument(
    "subject",
    required=False,
    metavar="[MODEL|PROJECT|FILE]",
    help="a model, as owner/name; the folder of a project; or a bill of materials as JSON",
)
@click.option(
    "--format",
    type=click.Choice(list(FORMATS)),
    help=f"what is written (default: {DEFAULT_FORMAT}, or the format of the given bill)",
)
@click.option(
    "--diff", nargs=2, type=FILE, metavar="OLD NEW", help="say what changed between two bills"
)
def run_command(options: BomOptions) -> int:
    """Write a bill of materials: what it is, at which commit, under which reviewed license.

    A bill that somebody else wrote is read, and what the registry knows is added.
    """
    if options.diff:
        _print_diff(options.diff, options)
        return 0
    if not options.subject:
        raise UsageError("nothing to list; name a model, a project's folder or a bill")
    _print_bom(load_subject(options.subject, options), options)
    return 0


def _print_bom(subject: BomSubject, options: BomOptions) -> None:
    format, document = _build_document(subject, options.format)
    if not options.json:
        print_document(document)
        return
    models = [_serialize_entry(each) for each in subject.contents.models]
    print_json("bom", {"format": format, "models": models, "document": document})


def _serialize_entry(entry: BomModel) -> Document:
    return {
        "name": entry.name,
        "recorded": entry.model is not None,
        "commit": entry.revision,
        "purl": entry.purl,
        "license": entry.model.weights.license if entry.model else None,
    }


def _build_document(subject: BomSubject, asked: str | None) -> tuple[str, Document]:
    """The format and the document. Of a given bill of CycloneDX nothing gets lost."""
    source = subject.source
    if source and source.format.startswith("CycloneDX"):
        format = asked or f"{CYCLONEDX}{choose_version(source)}"
        if format.startswith(CYCLONEDX):
            return format, _add_to_bill(source, format, subject.contents.registry)
    format = asked or ("spdx-3.0.1" if source else DEFAULT_FORMAT)
    return format, FORMATS[format](subject.contents)


def _add_to_bill(source: ReadBom, format: str, registry: Registry) -> Document:
    version = format.removeprefix(CYCLONEDX)
    own = source.format.removeprefix("CycloneDX ")
    if own in VERSIONS and own > version:
        raise UsageError(f"the bill is CycloneDX {own}; write it as {CYCLONEDX}{own}")
    return add_to_cyclonedx(source, registry, version)


def _print_diff(paths: tuple[Path, Path], options: BomOptions) -> None:
    old, new = map(read_bom, paths)
    changes = compare_boms(old.entries, new.entries)
    if options.json:
        print_json("bom", {"changes": [asdict(each) for each in changes]})
    else:
        print(render_bom_diff(changes))
