"""Makers' pages in a measurement: none has changed, and each request is counted."""

from typing import ClassVar

from audit.observations.facts import WEB, Observation, PageFacts, Target
from audit.observations.page_addresses import build_page_address
from audit.sources.base import LookupSource, ObservationContext
from audit.sources.request_log import RequestCounter


def build_page_facts(target: Target) -> PageFacts:
    """What was known of a page from the start."""
    return PageFacts(target.repo, "en", ())


class UnchangedPages(LookupSource):
    """Fulfils `Source`: every server says that nothing changed."""

    host: ClassVar[str] = WEB
    request_buckets: ClassVar[tuple[str, ...]] = ("pages",)
    max_parallel_requests: ClassVar[int] = 2
    endpoint = ""

    def __init__(self, counter: RequestCounter) -> None:
        """Counts there."""
        self._counter = counter

    def build_url(self, target: Target) -> str:
        """The page's address."""
        return build_page_address(target)

    def observe(self, target: Target, context: ObservationContext) -> Observation:
        """As it was."""
        del context
        self._counter.count_request("pages")
        return Observation(
            target, "ok", self.build_url(target), 304, "ok", build_page_facts(target)
        )
