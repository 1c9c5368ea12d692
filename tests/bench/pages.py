"""Makers' pages in a measurement: none has changed, and each request is counted."""

from typing import ClassVar

from audit.core.git_blobs import compute_blob_id
from audit.observations.facts import WEB, LicenseFile, Observation, PageFacts, Target
from audit.observations.license_files import analyze_license_file
from audit.observations.page_addresses import build_page_address
from audit.sources.base import LookupSource, ObservationContext
from audit.sources.request_log import RequestCounter


def build_page_facts(target: Target) -> PageFacts:
    """What was known of a page from the start."""
    terms = b"Synthetic terms of a page.\n"
    file = LicenseFile(build_page_address(target), len(terms), compute_blob_id(terms))
    return PageFacts(target.repo, "en", (analyze_license_file(file, terms),))


class UnchangedPages(LookupSource):
    """Fulfils `Source`: every server says that nothing changed."""

    host: ClassVar[str] = WEB
    request_buckets: ClassVar[tuple[str, ...]] = ("pages",)
    max_parallel_requests: ClassVar[int] = 2
    endpoint = ""

    def __init__(self, counter: RequestCounter) -> None:
        """Counts there."""
        counter.name_buckets(self.request_buckets)
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
