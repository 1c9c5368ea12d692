"""Reads GitHub repositories.

Whether they are there, what they are called, archived, which license GitHub detects, and which
files carry terms. The files are listed only after a push, so that an unchanged repository costs one
request.
"""

import re
import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, TypeVar
from urllib.parse import quote, urljoin, urlsplit

import requests

from audit.observations.card_prose import fill_known_prose, fill_read_prose
from audit.observations.facts import GITHUB, CardProse, CodeFacts, LicenseFile, Observation, Target
from audit.observations.license_files import drop_due_text, fill_fetched_text, fill_known_texts
from audit.sources.answers import parsed
from audit.sources.base import LookupSource, ObservationContext
from audit.sources.failures import (
    POSTPONED_REASONS,
    ForeignRedirect,
    SourceFailure,
    UndocumentedAnswer,
    WrongContent,
    build_partly_failed_observation,
    build_unverifiable,
)
from audit.sources.github.client import GITHUB_BUCKET, GithubClient, read_json
from audit.sources.github.errors import GITHUB_ERROR_RULES, MAX_WAIT_SECONDS, RefusedAnswer
from audit.sources.github.license_files import EMPTY_TREE, ListedTree, parse_blob, parse_tree
from audit.sources.github.parse import parse_code_facts
from audit.sources.patience import DEFAULT_PATIENCE, Patience, PatientAsker, build_rate_limiter
from audit.sources.repeats import Question
from audit.sources.request_log import RequestCounter

MAX_PARALLEL_REQUESTS = 4
"""Requests at a time; GitHub answers more with its secondary limit."""
MAX_REDIRECTS = 3
MAX_ANSWER_BYTES = 8 << 20
"""A repository takes a few kilobytes; a whole tree has 7 MB at most, by GitHub's documentation."""
EMPTY_REPOSITORY_STATUS = 409
"""What GitHub answers about the files of a repository without a commit."""
Result = TypeVar("Result")
LicenseFiles = tuple[LicenseFile, ...]
FULL_NAME_PATTERN = re.compile(r"[A-Za-z0-9._-]+/[A-Za-z0-9._-]+")


class GithubSource(LookupSource):
    """GitHub's REST interface at one address.

    Fulfils `Source`. Safe to use from several threads.
    """

    host: ClassVar[str] = GITHUB
    request_buckets: ClassVar[tuple[str, ...]] = (GITHUB_BUCKET,)
    max_parallel_requests: ClassVar[int] = MAX_PARALLEL_REQUESTS

    def __init__(
        self,
        endpoint: str,
        token: str | None,
        counter: RequestCounter,
        patience: Patience = DEFAULT_PATIENCE,
    ) -> None:
        """Nothing is sent yet."""
        self.endpoint = endpoint.rstrip("/")
        self._asker = PatientAsker(counter, patience, GITHUB_ERROR_RULES)
        self._rate_limiter = build_rate_limiter(counter, patience, MAX_WAIT_SECONDS)
        self._request_slots = threading.Semaphore(MAX_PARALLEL_REQUESTS)
        self._client = GithubClient(
            endpoint,
            token,
            counter,
            timeout=patience.timeout,
            max_answer_bytes=MAX_ANSWER_BYTES,
            rate_limiter=self._rate_limiter,
        )

    def build_url(self, target: Target) -> str:
        """The repository's address in the REST interface."""
        return f"{self.endpoint}/repos/{quote(target.repo, errors='replace')}"

    def observe(self, target: Target, context: ObservationContext) -> Observation:
        """The repository, its license files after a push, and at most one text that is due."""
        seen = self.observe_repository(target.repo)
        if not isinstance(seen.facts, CodeFacts):
            return seen
        before = context.previous.get(target)
        previous = before if isinstance(before, CodeFacts) else None
        facts = self._add_license_files(seen.facts, previous)
        if isinstance(facts, SourceFailure):
            return build_partly_failed_observation(seen, facts)
        return self._add_prose(self._add_next_text(replace(seen, facts=facts), facts, context))

    def observe_repository(self, full_name: str) -> Observation:
        """Facts of a repository, or why there are none."""
        target = Target(GITHUB, "code", full_name)
        url = self.build_url(target)
        answer = self._request_facts(full_name, url)
        if isinstance(answer, SourceFailure):
            return answer.build_observation(target, url)
        facts, private = answer
        if private:
            return Observation(target, "absent", url, 200, "private", None)
        if facts.repo.lower() != full_name.lower():
            return Observation(target, "moved", url, 200, "renamed", facts)
        return Observation(target, "ok", url, 200, "ok", facts)

    def _request_facts(self, full_name: str, url: str) -> tuple[CodeFacts, bool] | SourceFailure:
        if not FULL_NAME_PATTERN.fullmatch(full_name):
            return build_unverifiable("invalid-id")
        return self._ask(lambda: parsed(parse_code_facts, self._fetch_json(url)))

    def _add_license_files(
        self, facts: CodeFacts, previous: CodeFacts | None
    ) -> CodeFacts | SourceFailure:
        """The facts with the license files: those known, where nothing was pushed since."""
        if previous and not _has_been_pushed(facts, previous):
            return _copy_license_files(facts, previous)
        if not facts.has_listed_files:
            return facts
        known = previous if previous and _is_same_repository(facts, previous) else None
        tree = self._list_files(facts, known)
        if isinstance(tree, SourceFailure):
            return tree
        listed = replace(
            facts,
            license_files=tree.license_files,
            card=tree.card,
            telling_paths=tree.telling_paths,
        )
        return fill_known_prose(fill_known_texts(listed, known), known)

    def _list_files(
        self, facts: CodeFacts, previous: CodeFacts | None
    ) -> ListedTree | SourceFailure:
        tree = self._fetch_tree(facts.repo, "?recursive=1")
        if isinstance(tree, SourceFailure):
            return EMPTY_TREE if tree.status == EMPTY_REPOSITORY_STATUS else tree
        if not tree.is_truncated:
            return tree
        # Of a tree that is too large for one answer, the top is read whole.
        top = self._fetch_tree(facts.repo, "")
        if isinstance(top, SourceFailure):
            return top
        files = top.license_files + _list_files_in_folders(previous)
        return ListedTree(files, top.card, is_truncated=True)

    def _fetch_tree(self, full_name: str, query: str) -> ListedTree | SourceFailure:
        url = f"{self.endpoint}/repos/{quote(full_name)}/git/trees/HEAD{query}"
        return self._ask(lambda: parsed(parse_tree, self._fetch_json(url)))

    def _add_next_text(
        self, seen: Observation, facts: CodeFacts, context: ObservationContext
    ) -> Observation:
        """At most one text per repository and run: the others stay due."""
        if not facts.texts_due:
            return seen
        path = facts.texts_due[0]
        file = next((file for file in facts.license_files if file.path == path), None)
        if file is None:
            return replace(seen, facts=drop_due_text(facts, path))
        content = self._fetch_blob(facts.repo, file)
        if isinstance(content, bytes):
            context.keep_text(content)
            return replace(seen, facts=fill_fetched_text(facts, path, content))
        is_postponed = content.reason in POSTPONED_REASONS
        return seen if is_postponed else build_partly_failed_observation(seen, content)

    def _add_prose(self, seen: Observation) -> Observation:
        """The sentences of the README, where another one stands there than the last one read."""
        facts = seen.facts
        if not isinstance(facts, CodeFacts) or not facts.card or not facts.card.is_due:
            return seen
        content = self._fetch_blob(facts.repo, facts.card)
        # Nothing else that was seen hangs on it: the next look tries again.
        if isinstance(content, SourceFailure):
            return seen
        return replace(seen, facts=fill_read_prose(facts, content))

    def _fetch_blob(self, full_name: str, file: LicenseFile | CardProse) -> bytes | SourceFailure:
        url = f"{self.endpoint}/repos/{quote(full_name)}/git/blobs/{quote(file.blob_id)}"
        return self._ask(lambda: parsed(parse_blob, self._fetch_json(url), file))

    def _ask(self, call: Question[Result]) -> Result | SourceFailure:
        return self._asker.ask(call, self._rate_limiter, lambda: self._request_slots)

    def _fetch_json(self, url: str) -> Mapping[str, Any]:
        """The JSON of an address, redirects within the same origin followed by hand.

        So the token goes nowhere else.
        """
        for _ in range(MAX_REDIRECTS + 1):
            response = self._client.send("GET", url)
            if response.is_redirect:
                url = self._resolve_redirect(url, response.headers["Location"])
                continue
            if response.status_code != 200:
                raise RefusedAnswer(response)
            return _parse_json_object(response)
        raise ForeignRedirect("more redirects than GitHub has")

    def _resolve_redirect(self, url: str, location: str) -> str:
        target: str = parsed(urljoin, url, location)
        following = urlsplit(target)
        ours = urlsplit(self.endpoint)
        if not self._client.is_same_origin(target):
            raise ForeignRedirect(following.netloc)
        if not following.path.startswith((f"{ours.path}/repos/", f"{ours.path}/repositories/")):
            raise WrongContent(f"{following.path} is no repository's address")
        return following.geturl()


def _has_been_pushed(facts: CodeFacts, previous: CodeFacts) -> bool:
    """Whether the files may be others than those that are known."""
    if not previous.has_listed_files or not _is_same_repository(facts, previous):
        return True
    return facts.has_listed_files and facts.pushed_at != previous.pushed_at


def _is_same_repository(facts: CodeFacts, previous: CodeFacts) -> bool:
    return previous.repository_id == facts.repository_id


def _copy_license_files(facts: CodeFacts, previous: CodeFacts) -> CodeFacts:
    return replace(
        facts,
        pushed_at=previous.pushed_at,
        license_files=previous.license_files,
        card=previous.card,
        texts_due=previous.texts_due,
        telling_paths=previous.telling_paths,
    )


def _list_files_in_folders(previous: CodeFacts | None) -> LicenseFiles:
    files = previous.license_files if previous else ()
    return tuple(file for file in files if "/" in file.path)


def _parse_json_object(response: requests.Response) -> Mapping[str, Any]:
    payload = read_json(response)
    if not isinstance(payload, Mapping):
        raise UndocumentedAnswer("no JSON object")
    return payload
