"""Verdicts and pages that two processes made are those that a single process makes."""

import pytest

from audit.publish.pages import context, write
from audit.publish.pages.context import judge_registry
from tests.definitions.builders import make_model, make_registry

BASES = (None, (), ("maker/model-2",), ("other/base",))


@pytest.mark.parametrize("number", [write._FEW, 3])
def test_two_processes_render_the_same_pages(second_core, number: int):
    """Every page, of few models and of many; few are not worth a second process."""
    models = [make_model(f"maker/model-{n}", bases=BASES[n % 4]) for n in range(number)]
    judged = judge_registry(make_registry(*models))
    second_core.is_there = False
    alone = write.render_judged_pages(judged)
    second_core.is_there = True
    assert write.render_judged_pages(judged) == alone
    assert bool(second_core.started) == (number == write._FEW)
    assert set(alone) >= {f"models/maker/model-{n}.md" for n in range(number)}


@pytest.mark.parametrize("number", [context._FEW, 3])
def test_two_processes_judge_the_same(second_core, number: int):
    """Every verdict with all that pages show of it, in the order of the records."""
    registry = make_registry(
        *(make_model(f"m/model-{n}", bases=BASES[n % 4]) for n in range(number))
    )
    second_core.is_there = False
    alone = judge_registry(registry).verdicts
    second_core.is_there = True
    together = judge_registry(registry).verdicts
    assert together == alone
    assert list(together) == list(registry.models)
    assert bool(second_core.started) == (number == context._FEW)
