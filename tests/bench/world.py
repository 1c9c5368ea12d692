"""A Hub for a registry of any size: owners have many repositories that nobody tracks, and a history for the audit to start from."""

import random
from pathlib import Path

from audit.drift.finding import WatchedTarget
from audit.drift.targets import list_watched_targets
from audit.observations.facts import CodeFacts, HubFacts, Target, TargetFacts
from audit.observations.license_files import fill_fetched_text, fill_known_texts
from audit.observations.makers import MakerFacts
from audit.records.registry import Registry
from audit.runs.weekly_revisions import list_named_revisions
from audit.sources.huggingface.kinds import HUB_KINDS
from audit.sources.huggingface.parse import parse_hub_facts
from audit.sources.huggingface.revisions import parse_revision_facts
from audit.store.observations import TargetState, TargetStateStore
from tests.bench.pages import build_page_facts
from tests.fakes.hub_payloads import build_info_payload, build_refs_payload
from tests.fakes.repositories import HubRepo
from tests.fakes.world import UpstreamWorld, build_world

LARGE_OWNER_REPOSITORIES = 20
"""Owners of so many tracked repositories have others too."""
UNTRACKED_REPOSITORIES = 600
"""How many: more than a page."""
UNLIKED_SHARE = 0.02
"""Share of tracked repositories that nobody likes, so that they stand on a late page."""


def build_hub_world(registry: Registry, seed: int = 1) -> UpstreamWorld:
    """The registry's own world, with likes, and with repositories that the registry does not hold."""
    world = build_world(registry)
    chance = random.Random(seed)
    owned: dict[str, int] = {}
    for repo in [*world.list_hub_repos("models"), *world.list_hub_repos("datasets")]:
        repo.likes = 0 if chance.random() < UNLIKED_SHARE else chance.randrange(50, 5000)
        if repo.kind == "models":
            owned[repo.author] = owned.get(repo.author, 0) + 1
    for owner, count in owned.items():
        for number in range(UNTRACKED_REPOSITORIES if count >= LARGE_OWNER_REPOSITORIES else 0):
            world.add_hub_repo(
                HubRepo("models", f"{owner}/untracked-{number}", likes=chance.randrange(1, 60))
            )
    return world


def seed_target_states(root: Path, registry: Registry, world: UpstreamWorld) -> int:
    """Write what a complete audit of this world would have stored, and say for how many targets."""
    seeded = 0
    for watch in list_watched_targets(registry):
        facts = derive_target_facts(world, watch)
        if facts is not None:
            observation = TargetState(
                watch.target, "gated" if getattr(facts, "gated", False) else "ok", facts, facts
            )
            path = TargetStateStore(root).build_path(watch.target)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(TargetStateStore(root).text_of(observation), encoding="utf-8")
            seeded += 1
    return seeded


def derive_target_facts(world: UpstreamWorld, watch: WatchedTarget) -> TargetFacts | None:
    """What the servers of a world would say of a target."""
    target = watch.target
    if target.kind == "terms":
        return build_page_facts(target)
    if target.kind == "code":
        return _derive_code_facts(world, target)
    if target.kind == "maker":
        created = [repo.created_at for repo in world.list_hub_repos("models", target.owner)]
        return MakerFacts(target.repo, max(created)) if created else None
    if target.kind == "revisions":
        payload = build_refs_payload(world.get_hub_repo("models", target.repo))
        return parse_revision_facts(payload, target.repo, list_named_revisions(watch))
    return _derive_hub_facts(world, target)


def _derive_code_facts(world: UpstreamWorld, target: Target) -> CodeFacts | None:
    try:
        code = world.get_github_repo(target.repo)
    except KeyError:
        return None
    license = None if code.license == "NOASSERTION" else code.license
    return CodeFacts(code.full_name, code.archived, code.disabled, license)


def _derive_hub_facts(world: UpstreamWorld, target: Target) -> HubFacts | None:
    kind = HUB_KINDS[target.kind]
    if not world.has_hub_repo(kind, target.repo):
        return None
    repo = world.get_hub_repo(kind, target.repo)
    facts = fill_known_texts(
        parse_hub_facts(build_info_payload(world, repo, repo.revision, 1, blobs=True), kind),
        None,
    )
    for path in facts.texts_due:
        facts = fill_fetched_text(facts, path, repo.files[path].content or b"")
    return facts
