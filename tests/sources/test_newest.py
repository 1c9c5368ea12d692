"""The list of what changed last: how far it is read, and what makes it untrustworthy."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from huggingface_hub import HfApi

from audit.observations.facts import HUGGING_FACE, Target
from audit.sources.failures import SourceFailure
from audit.sources.huggingface.source import HubSource
from audit.sources.newest import ListedRow, NewestAnswer, NewestQuestion, NewestReading
from audit.sources.patience import Patience
from audit.sources.request_log import RequestCounter
from tests.fakes.hub_server import LoopbackHub
from tests.fakes.loopback import LoopbackAnswer, LoopbackRequest
from tests.fakes.repositories import HubRepo, format_hub_time
from tests.fakes.world import UpstreamWorld

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
OURS = Target(HUGGING_FACE, "model", "owner-3/model")
Rows = list[ListedRow]


def make_question(mark_minute: int = 30, max_pages: int = 9) -> NewestQuestion:
    """Down to ten minutes before a minute before noon."""
    mark = NOON - timedelta(minutes=mark_minute)
    until = mark - timedelta(minutes=10)
    return NewestQuestion("model", {OURS.repo: OURS}, mark, until, NOON, max_pages)


def make_rows(*minutes: int | None) -> Rows:
    """Entries of so many minutes before noon, each of its own repository."""
    return [
        ListedRow(
            f"owner-{minute}/model", None if minute is None else NOON - timedelta(minutes=minute)
        )
        for minute in minutes
    ]


@pytest.mark.parametrize(
    ("pages", "ended", "distrust"),
    [
        ([[1, 5, 31, 45]], False, ""),
        ([[1, 5], [31], [45]], False, ""),
        ([[-600, 1, 45]], False, ""),  # a date of the future is none
        ([[-600]], True, "empty"),
        ([[None, 1, 45]], False, ""),  # an entry without a date says nothing of the order
        ([[1, 5, 31]], True, ""),  # the whole list, and the mark is in it
        ([[1, 5, 29]], True, "no-mark"),
        ([[1, 45, 5]], False, "out-of-order"),
        ([[1, 5], [3, 45]], False, "out-of-order"),
        ([[1, 5], [5, 45]], False, "moved-while-read"),
        ([[1, 5, 31]], False, "too-long"),
        ([[]], True, "empty"),
    ],
)
def test_a_list_is_trusted_only_as_expected(
    pages: list[list[int | None]], ended: bool, distrust: str
):
    """Sorted, each repository once, and down to the mark: anything else is not believed."""
    reading = NewestReading(make_question())
    for page in pages:
        reading.add_page(make_rows(*page))
    assert reading.finish(ended=ended).distrust == distrust


def test_reading_stops_at_the_margin_before_the_mark():
    """One page more would be a request for nothing; one less would lose what the index shows late."""
    reading = NewestReading(make_question())
    assert reading.wants_page()
    reading.add_page(make_rows(1, 31))
    assert reading.wants_page()
    reading.add_page(make_rows(39, 41))
    assert not reading.wants_page()


@pytest.fixture
def hub() -> Iterator[LoopbackHub]:
    """Twenty repositories, one changed each minute before noon, five on a page."""
    world = UpstreamWorld()
    for minute in range(20):
        moment = format_hub_time(NOON - timedelta(minutes=minute))
        world.add_hub_repo(HubRepo("models", f"owner-{minute}/model", last_modified=moment))
    with LoopbackHub(world, page_cap=5) as server:
        yield server


def read_newest(hub: LoopbackHub, question: NewestQuestion) -> NewestAnswer | SourceFailure:
    """What the real client gets."""
    quick = Patience(sleep=lambda _: None, pause=0.001)
    return HubSource(hub.endpoint, None, RequestCounter(), quick).read_newest(question)


def test_the_list_is_read_in_the_order_that_the_client_documents(hub: LoopbackHub):
    """`sort=lastModified` is what `list_models(sort="last_modified")` sends; both see the same order."""
    answer = read_newest(hub, make_question(mark_minute=2))
    assert isinstance(answer, NewestAnswer)
    assert (answer.distrust, answer.pages, answer.entries) == ("", 3, 15)
    assert (answer.newest, list(answer.heads)) == (NOON, [OURS])
    listed = HfApi(endpoint=hub.endpoint, token=False).list_models(sort="last_modified", limit=15)
    assert [model.id for model in listed] == [f"owner-{minute}/model" for minute in range(15)]


def change_answers(
    hub: LoopbackHub, change: Callable[[LoopbackRequest, LoopbackAnswer], LoopbackAnswer]
) -> None:
    """Let something in between change what the Hub answers."""
    answer = hub.answer_request
    hub.answer_request = lambda request: change(request, answer(request))  # type: ignore[method-assign]


def test_pages_by_position_are_not_trusted(hub: LoopbackHub):
    """Between two such pages an entry can slip through unseen."""

    def count_pages(request: LoopbackRequest, answer: LoopbackAnswer) -> LoopbackAnswer:
        del request
        answer.headers["Link"] = f'<{hub.endpoint}/api/models?sort=lastModified&p=1>; rel="next"'
        return answer

    change_answers(hub, count_pages)
    answer = read_newest(hub, make_question(mark_minute=2))
    assert isinstance(answer, NewestAnswer)
    assert answer.distrust == "no-cursor"


def test_a_hub_that_refuses_long_pages_is_asked_for_shorter_ones(hub: LoopbackHub):
    """How many entries the Hub grants is not documented."""

    def refuse(request: LoopbackRequest, answer: LoopbackAnswer) -> LoopbackAnswer:
        is_long = request.find_parameter("limit") == "1000"
        return (
            LoopbackAnswer(400, {"Content-Type": "application/json"}, b"{}") if is_long else answer
        )

    change_answers(hub, refuse)
    answer = read_newest(hub, make_question(mark_minute=2))
    assert isinstance(answer, NewestAnswer)
    assert (answer.distrust, answer.entries) == ("", 15)


def test_a_tracked_entry_that_says_too_little_is_looked_up(hub: LoopbackHub):
    """A missing field is unknown, never false: the entry counts as moved, without a head."""

    def cut(request: LoopbackRequest, answer: LoopbackAnswer) -> LoopbackAnswer:
        del request
        body = answer.body.replace(b'"gated":', b'"gate":').replace(b'"gated": ', b'"gate": ')
        return LoopbackAnswer(answer.status, answer.headers, body)

    change_answers(hub, cut)
    answer = read_newest(hub, make_question(mark_minute=2))
    assert isinstance(answer, NewestAnswer)
    assert answer.heads == {OURS: None}
