"""One look at the branches and tags of a repository. Those that are not there are for comparison."""

from collections.abc import Mapping
from dataclasses import replace

from audit.observations.facts import Observation, Target
from audit.sources.failures import SourceFailure, build_unverifiable
from audit.sources.huggingface.api import HubApi


def observe_revisions(
    api: HubApi, target: Target, named: Mapping[Target, frozenset[str]]
) -> Observation:
    """What the Hub says of those that are named. Behind a gate it says nothing."""
    url = build_revisions_url(api, target)
    if target not in named:
        # Without names every one of them would seem to be gone.
        return build_unverifiable("error", ours=True).build_observation(target, url)
    answer = api.fetch_revisions(target.repo, named[target])
    if isinstance(answer, SourceFailure):
        seen = answer.build_observation(target, url)
        return replace(seen, state="unverifiable") if seen.state == "gated" else seen
    return Observation(target, "ok", url, 200, "ok", answer)


def build_revisions_url(api: HubApi, target: Target) -> str:
    """What is asked."""
    return f"{api.build_api_url('models', target.repo)}/refs"
