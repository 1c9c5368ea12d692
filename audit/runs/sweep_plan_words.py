"""A sweep that was planned and not begun, for people and for programs."""

from collections.abc import Iterator
from typing import Any

from audit.observations.hosts import name_host
from audit.runs.newest import ListResult
from audit.runs.plan import KIND_PLURALS, format_plan, serialize_plan
from audit.runs.sweep import SweepPlan


def format_sweep_plan(sweep: SweepPlan) -> str:
    """What a sweep would read, as lines."""
    lists = map(_format_list, sweep.lists)
    return "\n".join([*lists, *_format_shares(sweep), format_plan(sweep.run)])


def _format_list(result: ListResult) -> str:
    part = result.part
    name = KIND_PLURALS[part.kind]
    if part.method == "owners":
        return f"{name}: the lists of the owners, which cost less than what changed last"
    if part.method == "first" or part.mark is None:
        return f"{name}: the lists of the owners, and one page of what changed last to start from"
    since = part.mark.newest.strftime("%Y-%m-%dT%H:%M:%SZ")
    pages = "one page" if part.pages == 1 else f"about {part.pages} pages"
    return f"{name}: {pages} of what changed last, down to {since} and a margin"


def _format_shares(sweep: SweepPlan) -> Iterator[str]:
    for host, share in sweep.rotation.items():
        yield f"{name_host(host)}: {share} requests of the rotation"
    yield f"{sweep.suspicions} suspicions are looked at directly"


def serialize_sweep_plan(sweep: SweepPlan) -> dict[str, Any]:
    """The same for programs: the plan of the run, and what the sweep adds."""
    return {
        **serialize_plan(sweep.run),
        "sweep": {
            "lists": [_serialize_list(result) for result in sweep.lists],
            "rotation": dict(sweep.rotation),
            "suspicions": sweep.suspicions,
        },
    }


def _serialize_list(result: ListResult) -> dict[str, Any]:
    part = result.part
    return {
        "host": part.host,
        "kind": KIND_PLURALS[part.kind],
        "method": part.method,
        "pages": result.pages,
        "owner_requests": part.owner_requests,
    }
