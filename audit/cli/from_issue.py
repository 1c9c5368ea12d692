"""`from-issue`: a filled issue form becomes a record, through the same code as `new`."""

import argparse
import os
import sys
from pathlib import Path

from audit.cli.command import Command, moment
from audit.cli.new import drafts_as_json, render_started, write_drafts
from audit.cli.run import HUB, upstreams_from_environment
from audit.contribute.new.form_draft import offline_draft, with_form
from audit.contribute.new.hub_evidence import Reader
from audit.contribute.new.issue_form import NewModelForm, parse_form
from audit.contribute.new.start import Answers, NotReadableNow, Started, refuse_existing, start_model
from audit.core.errors import UsageError
from audit.records.load import read_registry
from audit.records.model import Registry


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="the body of the issue as a file; - reads it from standard input")
    parser.add_argument("--offline", action="store_true", help="ask nobody: the record states what the form says")
    parser.add_argument("--with-related", action="store_true", help="write records of the datasets and base models that are missing, too")
    parser.add_argument("--dry-run", action="store_true", help="print the record, and write nothing")


def _run(options: argparse.Namespace) -> int:
    form = parse_form(_read(options.file))
    registry = read_registry(options.registry).partial
    refuse_existing("models", form.model, registry, options.registry)
    reader = Reader((os.environ.get("HF_ENDPOINT") or HUB).rstrip("/"), moment(options).date().isoformat())
    started = _started(form, registry, reader, options)
    write_drafts(started.drafts, options.registry, dry_run=options.dry_run)
    print(drafts_as_json(started, options.registry) if options.json else render_started(started, options.registry, dry_run=options.dry_run))
    return 0


def _started(form: NewModelForm, registry: Registry, reader: Reader, options: argparse.Namespace) -> Started:
    if form.where == "hub" and not options.offline:
        hub, answers = upstreams_from_environment().hub, Answers(form.developer)
        try:
            started = start_model(hub, form.model, registry, options.registry, reader, answers, related=options.with_related)
        except NotReadableNow as error:
            print(error, file=sys.stderr)
        else:
            with_form(started.model, form)
            return started
    return Started(offline_draft(form, registry, reader))


def _read(name: str) -> str:
    try:
        body = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
        # Standard input hands on bytes that are no text as halves of characters.
        body.encode("utf-8")
        return body
    except (OSError, UnicodeError) as error:
        raise UsageError(f"{name}: cannot be read as UTF-8 text; give the issue's body as a file") from error


FROM_ISSUE = Command("from-issue", "Turn a filled form 'New model' into a record.", _options, _run)
