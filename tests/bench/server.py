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
from tests.fakes.loopback import LoopbackAnswer, LoopbackRequest
from tests.fakes.world import UpstreamWorld

TOKEN = "hf_bench"
QUOTAS = {"anonymous": ANONYMOUS_HUB_QUOTA, "token": FREE_USER_HUB_QUOTA, None: None}


SWITCH_SECONDS = 0.0005
"""How long a thread of this process may keep the others from answering."""


QUIET_COMMANDS = frozenset({"latency", "statuses"})
"""Commands that leave every answer as it is."""


class RememberingHub(LoopbackHub):
    """Makes each answer once, as long as nothing changes: to answer must cost less than to ask."""

    def __init__(self, world: UpstreamWorld) -> None:
        super().__init__(world)
        self._answers: dict[tuple[str | None, ...], LoopbackAnswer] = {}
        self._is_counting = False

    def forget_answers(self, *, is_counting: bool) -> None:
        """Something changed. `is_counting`: a quota makes each answer another one."""
        self._answers = {}
        self._is_counting = is_counting

    def answer_request(self, request: LoopbackRequest) -> LoopbackAnswer:
        """The answer that was made last time, else a new one."""
        if self._is_counting:
            return super().answer_request(request)
        key = request.method, request.path, request.raw_query, request.token
        if key not in self._answers:
            self._answers[key] = super().answer_request(request)
        return self._answers[key]


def main() -> None:
    """Serve until stdin ends."""
    sys.setswitchinterval(SWITCH_SECONDS)
    world = build_hub_world(load_registry(Path(sys.argv[1])))
    world.hub_tokens[TOKEN] = frozenset()
    with RememberingHub(world) as hub, LoopbackGithub(world) as github:
        print(json.dumps({"hub": hub.endpoint, "github": github.endpoint}), flush=True)
        for line in sys.stdin:
            print(json.dumps(_execute_command(json.loads(line), world, hub)), flush=True)


def _execute_command(
    command: dict[str, Any], world: UpstreamWorld, hub: RememberingHub
) -> dict[str, Any]:
    if command.keys() - QUIET_COMMANDS:
        hub.forget_answers(is_counting=command.get("quota") is not None)
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
