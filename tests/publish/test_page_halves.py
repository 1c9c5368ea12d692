"""Pages that two processes rendered are those that a single process renders."""

import pytest

from audit.publish.pages import write
from audit.publish.pages.context import judge_registry
from tests.definitions.builders import make_model, make_registry

BASES = (None, (), ("maker/model-2",), ("other/base",))


@pytest.mark.parametrize("number", [write._FEW, 3])
def test_two_processes_render_the_same_pages(monkeypatch, number: int):
    """Every page, of few models and of many; few are not worth a second process."""
    models = [make_model(f"maker/model-{n}", bases=BASES[n % 4]) for n in range(number)]
    judged = judge_registry(make_registry(*models))
    monkeypatch.setattr(write, "has_second_core", lambda: False)
    alone = write.render_judged_pages(judged)
    monkeypatch.setattr(write, "has_second_core", lambda: True)
    started = watch_starts(monkeypatch)
    assert write.render_judged_pages(judged) == alone
    assert bool(started) == (number == write._FEW)
    assert set(alone) >= {f"models/maker/model-{n}.md" for n in range(number)}


def watch_starts(monkeypatch) -> list[object]:
    """What was given to a second process."""
    started: list[object] = []
    start = write.start_second_process

    def start_and_note(work):
        started.append(work)
        return start(work)

    monkeypatch.setattr(write, "start_second_process", start_and_note)
    return started
