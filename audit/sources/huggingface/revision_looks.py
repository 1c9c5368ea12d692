"""One look at the branches and tags of a repository. Those that are not there are for comparison."""

from collections.abc import Mapping
from dataclasses import replace

from audit.observations.facts import Observation, Target
from audit.observations.revisions import RevisionFacts
from audit.sources.failures import build_unverifiable
from audit.sources.huggingface.api import HubApi

_UNNAMED = build_unverifiable("error", ours=True)


def observe_revisions(
    api: HubApi, target: Target, named: Mapping[Target, frozenset[str]]
) -> Observation:
    """What the Hub says of those that are named. Behind a gate it says nothing."""
    # Without names every one of them would seem to be gone.
    names = named.get(target)
    answer = _UNNAMED if names is None else api.fetch_revisions(target.repo, names)
    url = build_revisions_url(api, target)
    if isinstance(answer, RevisionFacts):
        return Observation(target, "ok", url, 200, "ok", answer)
    seen = answer.build_observation(target, url)
    return replace(seen, state="unverifiable") if seen.state == "gated" else seen


def build_revisions_url(api: HubApi, target: Target) -> str:
    """What is asked."""
    return f"{api.build_api_url('models', target.repo)}/refs"
