"""A Hub for a registry of any size: owners have many repositories that nobody tracks, and a history for the audit to start from."""

import random
from pathlib import Path

from audit.core.json_files import dump_json
from audit.drift.targets import watches
from audit.observations.facts import CodeFacts, HubFacts, Target
from audit.observations.license_files import with_known_texts, with_text
from audit.records.model import Registry
from audit.sources.huggingface.parse import facts_of
from audit.store.observations import Observation, observation_to_json
from tests.fakes.hub_payloads import info_payload
from tests.fakes.repositories import HubRepo
from tests.fakes.world import World, world_from_registry

LARGE = 20
"""Owners of so many tracked repositories have others too."""
OTHERS = 600
"""How many: more than a page."""
OBSCURE = 0.02
"""Share of tracked repositories that nobody likes, so that they stand on a late page."""


def hub_world(registry: Registry, seed: int = 1) -> World:
    """The registry's own world, with likes, and with repositories that the registry does not hold."""
    world = world_from_registry(registry)
    chance = random.Random(seed)
    owned: dict[str, int] = {}
    for repo in [*world.hub_repos("models"), *world.hub_repos("datasets")]:
        repo.likes = 0 if chance.random() < OBSCURE else chance.randrange(50, 5000)
        if repo.kind == "models":
            owned[repo.author] = owned.get(repo.author, 0) + 1
    for owner, count in owned.items():
        for number in range(OTHERS if count >= LARGE else 0):
            world.add(HubRepo("models", f"{owner}/untracked-{number}", likes=chance.randrange(1, 60)))
    return world


def seed_observations(root: Path, registry: Registry, world: World) -> int:
    """Write what a complete audit of this world would have stored, and say for how many targets."""
    seeded = 0
    for watch in watches(registry):
        facts = facts_in(world, watch.target)
        if facts is not None:
            observation = Observation(watch.target, "gated" if getattr(facts, "gated", False) else "ok", facts, facts)
            path = root / "observations" / watch.target.kind / f"{watch.target.address}.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dump_json(observation_to_json(observation)), encoding="utf-8")
            seeded += 1
    return seeded


def facts_in(world: World, target: Target) -> HubFacts | CodeFacts | None:
    """What the servers of a world would say of a target."""
    if target.kind == "code":
        try:
            code = world.github_repo(target.address)
        except KeyError:
            return None
        return CodeFacts(code.full_name, code.archived, code.disabled, None if code.license == "NOASSERTION" else code.license)
    if not world.has(target.kind, target.address):
        return None
    repo = world.hub_repo(target.kind, target.address)
    facts = with_known_texts(facts_of(info_payload(world, repo, repo.revision, 1, blobs=True), target.kind), None)
    for path in facts.texts_due:
        facts = with_text(facts, path, repo.files[path].content or b"")
    return facts
