"""`explain`: how open a model is, and why."""

import argparse
import json

from audit.cli.command import Command
from audit.errors import UsageError
from audit.explain import as_json, explain, render_text
from audit.frameworks.catalogue import FRAMEWORKS
from audit.records.load import load_registry
from audit.records.suggest import nearest
from audit.records.types import Model, Registry


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", metavar="MODEL", help="id of the model, as owner/name")
    parser.add_argument("--framework", metavar="F", help=f"only this definition: {', '.join(each.id for each in FRAMEWORKS)}")


def _run(options: argparse.Namespace) -> int:
    registry = load_registry(options.registry)
    model = find_model(options.model, registry)
    known = [each.id for each in FRAMEWORKS]
    if options.framework and options.framework not in known:
        raise UsageError(f"--framework {options.framework!r} is not known; use one of: {', '.join(known)}")
    explanation = explain(model, registry, only=options.framework)
    print(json.dumps(as_json(explanation), indent=2, ensure_ascii=False) if options.json else render_text(explanation))
    return 0


def find_model(name: str, registry: Registry) -> Model:
    """The model of this id. Raises UsageError, with the nearest names, for another."""
    exact = registry.models.get(name) or {id.lower(): model for id, model in registry.models.items()}.get(name.lower())
    if exact is None:
        raise UsageError(f"{name}: no such model in the registry{nearest(name, registry.models)}; write its id as owner/name")
    return exact


EXPLAIN = Command("explain", "Say how open a model is by every definition, and why.", _options, _run)
