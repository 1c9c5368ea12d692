"""The Hub and GitHub of a measurement, in a process of their own: their work must not slow down who is measured.

Started with a registry folder; prints one line of JSON with the endpoints, then answers one line of JSON per command on stdin:
`{"latency": seconds}`, `{"quota": "anonymous" | "token" | null}`, `{"change": number}`, `{"statuses": true}`;
for sweeps `{"now": moment}`, `{"background": {kind: [repositories, changes an hour]}}`, `{"page_cap": entries}` and `{"touch": [repositories]}`.
The answer counts the requests since the last one by status, and those of the list of what changed last.
"""

import json
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

from audit.records.load import load_registry
from tests.bench.world import build_hub_world
from tests.fakes.background import BackgroundRepositories
from tests.fakes.faults import FaultRule
from tests.fakes.github_server import LoopbackGithub
from tests.fakes.hub_limits import ANONYMOUS_HUB_QUOTA, FREE_USER_HUB_QUOTA
from tests.fakes.hub_server import LoopbackHub
from tests.fakes.world import UpstreamWorld

TOKEN = "hf_bench"
QUOTAS = {"anonymous": ANONYMOUS_HUB_QUOTA, "token": FREE_USER_HUB_QUOTA, None: None}


def main() -> None:
    """Serve until stdin ends."""
    world = build_hub_world(load_registry(Path(sys.argv[1])))
    world.hub_tokens[TOKEN] = frozenset()
    with LoopbackHub(world) as hub, LoopbackGithub(world) as github:
        print(json.dumps({"hub": hub.endpoint, "github": github.endpoint}), flush=True)
        for line in sys.stdin:
            print(json.dumps(_execute_command(json.loads(line), world, hub)), flush=True)


def _execute_command(
    command: dict[str, Any], world: UpstreamWorld, hub: LoopbackHub
) -> dict[str, Any]:
    if "latency" in command:
        world.fault_injector.clear_rules()
        world.fault_injector.slow_seconds = command["latency"]
        if command["latency"]:
            world.fault_injector.add_rule(FaultRule("slow"))
    if "quota" in command:
        hub.set_quota(QUOTAS[command["quota"]])
    if "change" in command:
        for repo in [
            each for each in world.list_hub_repos("models") if "/untracked-" not in each.id
        ][:: command["change"]]:
            world.set_card("models", repo.id, {**repo.card, "tags": ["changed"]})
    _execute_sweep_command(command, world, hub)
    statuses = Counter(str(each.status) for each in hub.log)
    newest = sum("sort=lastModified" in each.query for each in hub.log)
    hub.clear_log()
    return {"statuses": statuses, "newest": newest}


def _execute_sweep_command(command: dict[str, Any], world: UpstreamWorld, hub: LoopbackHub) -> None:
    if "now" in command:
        world.day = datetime.fromisoformat(command["now"])
    for kind, (count, per_hour) in command.get("background", {}).items():
        world.background[kind] = BackgroundRepositories(count, per_hour)
    if "page_cap" in command:
        hub.set_page_cap(command["page_cap"])
    for repo in command.get("touch", ()):
        card = {**world.get_hub_repo("models", repo).card, "tags": [str(world.day)]}
        world.set_card("models", repo, card)


if __name__ == "__main__":
    main()
