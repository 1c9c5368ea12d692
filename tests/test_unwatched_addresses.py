"""An address of a component that reads as a repository's and is none: refused, and not overlooked."""

from pathlib import Path

import pytest

from audit.analysis.consistency import find_contradictions
from audit.drift.targets import list_watched_targets
from audit.records.load import load_registry
from tests.definitions.builders import make_model, make_registry, replace_component

REGISTRY = Path(__file__).parents[1] / "registry"
REFUSED = (
    "https://github.com/maker",
    "https://github.com/maker/",
    "https://github.com",
    "https://github.com/?q=maker/code",
    "https://github.com/orgs/maker",
    "https://github.com/orgs/maker/repositories",
    "https://github.com/maker/co%64e",
    "https://github.com/maker/a:b",
    f"https://github.com/maker/{'x' * 101}",
    "https://github.com./maker/code",
    "https://www.github.com/maker/code",
    "https://raw.githubusercontent.com/maker/code/main/train.py",
    "https://api.github.com/repos/maker/code",
    "https://huggingface.co/maker",
    "https://huggingface.co/datasets/maker",
    "https://huggingface.co/spaces/maker",
    "https://huggingface.co/collections/maker/all-1",
    "https://huggingface.co/maker/a%20b",
    "https://hf.co/maker/code",
)
ALLOWED = (
    "https://github.com/maker/code",
    "https://GitHub.com/maker/code.git",
    "https://github.com/maker/code/tree/main/train?tab=readme",
    "https://gist.github.com/maker/0123456789abcdef",
    "https://maker.github.io/code/",
    "https://github.com.example.org/maker",
    "https://gitlab.com/maker",
    "https://maker.example/code",
    "https://huggingface.co/maker/code/tree/refs%2Fpr%2F26",
    "https://huggingface.co/datasets/maker/data",
    "https://huggingface.co/spaces/maker/demo",
)


def find_problems(url, name="training-code", **facts):
    """What is wrong with a model, one component of which has this address."""
    model = replace_component(make_model(), name, url=url, **facts)
    return find_contradictions(make_registry(model), "registry")


@pytest.mark.parametrize("status", ["released", "partial"])
@pytest.mark.parametrize("url", REFUSED)
def test_an_address_that_nobody_would_watch_is_refused(url, status):
    """In one line at its place, with what to write."""
    (problem,) = find_problems(url, status=status)
    assert problem.path == "$.components.training-code.url"
    assert url in problem.message
    assert "OWNER/NAME" in problem.fix
    assert "\n" not in str(problem)


@pytest.mark.parametrize("url", ALLOWED)
def test_an_address_in_a_repository_or_elsewhere_is_not(url):
    """Another host is nobody's mistake: what lies there was never watched, and no page says so."""
    assert find_problems(url) == []


def test_a_page_of_the_hub_may_hold_a_document():
    """Cards and results stand in collections, too; on GitHub they stand in a repository."""
    assert find_problems("https://huggingface.co/collections/maker/all-1", "model-card") == []
    assert len(find_problems("https://github.com/maker", "model-card")) == 1


@pytest.mark.parametrize("status", ["unknown", "not-released", "described", "withdrawn"])
def test_what_is_not_published_is_not_watched_anyway(status):
    """An address beside it says where somebody looked."""
    assert find_problems("https://github.com/maker", status=status, license=None) == []


def test_no_code_of_the_registry_on_github_is_overlooked():
    """Every published component with an address there is a target of the audit."""
    registry = load_registry(REGISTRY)
    watched = {each.target.repo.lower() for each in list_watched_targets(registry)}
    for model in registry.models.values():
        for part in model.components.values():
            if part.status in ("released", "partial") and "//github.com/" in (part.url or ""):
                owner, name = part.url.split("/")[3:5]
                assert f"{owner}/{name.removesuffix('.git')}".lower() in watched, part.url
