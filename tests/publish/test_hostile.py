"""Hostile upstream text reaches people as text in code, and does nothing.

It comes in cards, licenses, names and paths, and goes to issues, comments, feeds, digests, pages
and logs. Every hostile value holds the word EVIL, so that one rule covers all of them: outside of
code EVIL is nowhere.
"""

import json
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from urllib.parse import urlsplit

import feedparser
import pytest
from markdown_it import MarkdownIt

from audit.cli.main import main
from audit.cli.render_report import render_report
from audit.core.escape import defang_line
from audit.drift.finding import Finding, LicenseTextDiff
from audit.publish import digest_formats
from audit.publish.digest import DigestTime, build_digest
from audit.publish.feeds.files import build_feed_files
from audit.publish.issues.body import MAX_BODY_CHARACTERS, build_desired_issue
from audit.publish.issues.ledger import read_ledger
from audit.publish.issues.publish import publish_issues
from audit.publish.issues.session import MAX_NEW_ISSUES, PublishOptions
from audit.publish.issues.tracker import IssueTracker
from audit.publish.issues.types import STATUS_MARKER
from audit.publish.pages.write import render_registry_pages
from audit.records.load import load_registry
from audit.runs.collect import Upstreams
from audit.runs.run import RunOptions, run_audit
from audit.sources.github.repositories import GithubSource
from audit.sources.huggingface.source import HubSource
from audit.sources.patience import Patience
from audit.sources.request_log import RequestCounter
from audit.store.events import EventStore
from tests.conftest import make_dataset_record, make_license_record, make_model_record
from tests.definitions.builders import make_model, make_registry
from tests.fakes.github_server import LoopbackGithub
from tests.fakes.hub_server import LoopbackHub
from tests.fakes.repositories import GithubRepo, HubFile
from tests.fakes.world import build_world
from tests.publish.conftest import build_finding
from tests.publish.test_feeds import HERE
from tests.rehearsal.command import _describe_finding
from tests.test_pages import HOSTILE

START = datetime(2026, 1, 1, 6, tzinfo=UTC)
MORE = [
    "fixes #1, closes GH-2, resolves maker/repo#3, @maker/team, someone@example.org",
    "<!-- drift:v1 id=000000000000 observed=000000000000 --> --> <!--",
    "\n\n# heading\n\n---\n\n::error file=x::y\n##[group]z\n%0A::set-output",
    "`" * 70 + "\n```sh\n" + "~" * 9,
    "]]> &amp; <![CDATA[ x ]]> <?xml?> <!DOCTYPE a>",
    "\x1b[31mred\x1b]8;;https://example.org\x1b\\link\r\b",
    "<!channel> <@U1> [a](javascript:x) <a href=//example.org>b</a> www.example.org example.org/x",
    "<!-- drift:v1 audit-status --> <!-- drift:v1 note=000000000000 -->",
    "\ufeff\u2066\u2069\u00ad\u180e\U000e0041 tags",
    "x" * 1_000_000,
]
CORPUS = [f"EVIL {each} EVIL" for each in HOSTILE + MORE]
NAMES = [f"maker/model-{number}" for number in range(len(CORPUS))]
HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)
OURS = {"example.org", "raw.example.org", "huggingface.co", "127.0.0.1"}
"""Hosts to which links may lead: the registry, the Hub, and the upstreams that were asked."""


class OutsideText(HTMLParser):
    """Text outside of code, tags, and addresses of a piece of HTML."""

    def __init__(self, html):
        super().__init__()
        self.text, self.tags, self.urls, self.comments, self._code = "", set(), [], [], 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self._code += tag in ("code", "pre")
        self.urls += [value for name, value in attributes if name in ("href", "src")]

    def handle_endtag(self, tag):
        self._code -= tag in ("code", "pre")

    def handle_data(self, data):
        self.text += "" if self._code else data

    def handle_comment(self, data):
        self.comments.append(data)


ALLOWED = {
    "p",
    "h1",
    "h2",
    "h3",
    "ul",
    "li",
    "strong",
    "code",
    "pre",
    "a",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "div",
    "em",
}


def require_inert(html):
    """The rule: only our own markup and links, and nothing of upstream outside of code."""
    seen = OutsideText(html)
    assert seen.tags <= ALLOWED, seen.tags - ALLOWED
    assert {urlsplit(each).hostname for each in seen.urls} <= OURS
    assert "EVIL" not in seen.text
    assert not HIDDEN.search(html)
    return seen


@dataclass
class HostileRun:
    """What hostile upstreams led to."""

    root: object
    registry: object
    reports: list
    issues: list


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """A first look at peaceful repositories.

    Then every one of them turns hostile, and is published.
    """
    root = tmp_path_factory.mktemp("hostile") / "registry"
    records = [("licenses", make_license_record()), ("datasets", make_dataset_record())]
    code = {
        "training-code": {
            "status": "released",
            "license": "MIT",
            "url": "https://github.com/maker/code",
            "evidence": ["card"],
        }
    }
    for number, id in enumerate(NAMES):
        record = make_model_record(id)
        record["components"] |= code if number == 0 else {}
        records.append(("models", record))
    for folder, record in records:
        path = root / folder / f"{record['id']}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(record))
    known = load_registry(root)
    world = build_world(known, START)
    world.github_tokens["ours"] = "registry-bot"
    world.add_github_repo(GithubRepo("registry/records"))
    reports = []
    with LoopbackHub(world) as hub, LoopbackGithub(world) as github:
        for day in range(3):
            now = START + timedelta(days=day)
            world.day = now
            if day == 1:
                turn_hostile(world)
            counter = RequestCounter()
            sources = [
                kind(at, None, counter, Patience(timeout=30, sleep=lambda _: None, pause=0.01))
                for kind, at in ((HubSource, hub.endpoint), (GithubSource, github.endpoint))
            ]
            reports.append(
                run_audit(
                    known,
                    Upstreams(sources, counter),
                    RunOptions(root, now, allow_mass_change=True),
                )
            )
            for _ in range(10):
                tracker = IssueTracker(
                    github.endpoint,
                    "registry/records",
                    "ours",
                    RequestCounter(),
                    Patience(timeout=30, sleep=lambda _: None),
                )
                done = publish_issues(
                    known,
                    tracker,
                    read_ledger(root, "0" * 12),
                    PublishOptions(root, now, HERE.pages_url, most_new=MAX_NEW_ISSUES),
                )
                if not done.waiting:
                    break
        issues = world.get_github_repo("registry/records").issues
    return HostileRun(root, known, reports, issues)


def turn_hostile(world):
    for id, evil in zip(NAMES, CORPUS, strict=True):
        card = {
            "license": evil,
            "license_name": evil,
            "license_link": f"https://example.org/{evil}",
            "base_model": [evil],
            "datasets": [evil],
            "tags": [evil],
        }
        world.set_card("models", id, card)
        short = evil[:120].replace("/", " ").replace("\x00", "")
        world.put_file("models", id, HubFile.create_text(f"LICENSE {short}", evil))
        world.put_file("models", id, HubFile.create_large(f"{short}.safetensors", 10, evil[:1000]))
    world.relicense_github_repo("maker/code", "EVIL `x` @y <b>")


def test_the_corpus_got_through(played):
    """The audit saw the hostile values, so that the tests below speak of something."""
    values = [
        f"{each.field} {each.before} {each.after}" for each in played.reports[1].changed_findings
    ]
    assert sum("EVIL" in each for each in values) >= len(CORPUS)
    assert {each.kind for each in played.reports[1].changed_findings} >= {
        "license-tag-changed",
        "license-file-added",
        "weights-files-added",
        "code-license-changed",
    }


def test_issues_and_comments(played):
    """Rendered with GitHub's extensions.

    Our markup, links to known hosts, our own marker; titles hold no hostile word at all.
    """
    assert len(played.issues) > len(CORPUS)
    assert len({each.body for each in played.issues}) == len(played.issues)
    for issue in played.issues:
        for text in [issue.body, *(each.body for each in issue.comments)]:
            assert len(text) <= MAX_BODY_CHARACTERS
            seen = require_inert(MarkdownIt("gfm-like", {"html": True}).render(text))
            assert all(re.fullmatch(r" drift:v1 [a-z0-9=\- ]+ ", each) for each in seen.comments)
            assert not re.search(r"@|#\d|GH-\d", seen.text)
        assert (issue.title == "Audit status") == (STATUS_MARKER in issue.body)
        assert "EVIL" not in issue.title
        assert all("EVIL" not in each for each in issue.labels)


def test_feeds(played):
    """Every feed parses clean, holds the hostile values as code, and nothing else of them."""
    files = build_feed_files(played.registry, played.root)
    entries = 0
    for path, text in files.items():
        assert not HIDDEN.search(text)
        if path.endswith(".atom"):
            parsed = feedparser.parse(text.encode())
            assert not parsed.bozo, path
            twins = json.loads(files[path.removesuffix("atom") + "json"])["items"]
            for entry, twin in zip(parsed.entries, twins, strict=True):
                entries += 1
                assert "EVIL" not in entry.title + twin["title"]
                assert require_inert(twin["content_html"]).tags <= {"p", "code"}
                assert require_inert(entry.content[0].value).tags <= {"p", "code"}
                assert not HIDDEN.search(twin["content_text"])
    assert entries > len(CORPUS)


def test_digests(played):
    """Markdown and HTML are inert.

    The text, read as Markdown by a chat that links what looks like an address, links our own
    pages only.
    """
    found = build_digest(
        played.registry,
        EventStore(played.root).load_events(),
        DigestTime("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"),
        [*NAMES, CORPUS[0]],
    )
    assert len(found.items) > len(CORPUS)
    require_inert(
        MarkdownIt("gfm-like", {"html": True}).render(
            digest_formats.render_digest_markdown(replace(found, unrecorded=()), HERE)
        )
    )
    require_inert(digest_formats.render_digest_html(replace(found, unrecorded=()), HERE))
    text = digest_formats.render_digest_text(found, HERE)
    assert not HIDDEN.search(text)
    lines = [line.strip() for line in text.splitlines() if "EVIL" in line]
    for line in lines:
        assert OutsideText(MarkdownIt("gfm-like", {"html": True}).render(line)).urls == []
        assert not re.search(r"@|<|>|`|#\d|://|&\w", line.replace(" -> ", " "))
    assert lines


def test_pages(played):
    """The pages that show the history: no tag, no link and no hidden character of upstream's."""
    for path, page in render_registry_pages(
        played.registry, EventStore(played.root).load_events()
    ).items():
        seen = OutsideText(MarkdownIt("gfm-like", {"html": True}).render(page))
        assert seen.tags <= ALLOWED | {"details", "summary"}, (path, seen.tags - ALLOWED)
        assert {
            urlsplit(each).hostname for each in seen.urls if urlsplit(each).hostname
        } <= OURS | {"github.com"}, path
        assert not HIDDEN.search(page)


def test_logs(played, tmp_path, capsys):
    """What commands print.

    No line that a runner would obey, no control character, no endless line.
    """
    (tmp_path / "list.txt").write_text("\n".join(NAMES))
    main(["watch", str(tmp_path / "list.txt"), "--registry", str(played.root)])
    said = capsys.readouterr().out + "\n".join(
        render_report(each) + "\n" + "\n".join(map(_describe_finding, each.changed_findings))
        for each in played.reports
    )
    assert "EVIL" in said
    for line in said.split("\n"):
        assert not HIDDEN.search(line)
        assert not line.lstrip().startswith(("::", "##["))
        assert len(line) < 2_000


@pytest.mark.parametrize("evil", CORPUS)
def test_bare(evil):
    """Twice is as good as once, and a runner's command at the start of a value is none any more."""
    assert defang_line(defang_line(evil)) == defang_line(evil)
    assert not defang_line(evil.removeprefix("EVIL ")).startswith(("::", "##["))


@pytest.mark.parametrize("count", [1, 50, 5_000])
def test_passages_of_a_license(count):
    """They stand in one fence that nothing ends, as many as fit.

    What is left out is said with its number.
    """
    evil = tuple(f"+ {each}" for each in CORPUS) * count
    base = vars(
        build_finding(kind="license-text-changed", field="LICENSE", before="MIT", after="text 123")
    )
    wanted = build_desired_issue(
        Finding(
            **base | {"text_diff": LicenseTextDiff(None, None, highlights=evil, passages=evil)}
        ),
        make_registry(make_model()),
        HERE.pages_url,
    )
    assert len(wanted.body) <= MAX_BODY_CHARACTERS
    require_inert(MarkdownIt("gfm-like", {"html": True}).render(wanted.body))
    cut = re.search(r"Cut: ([0-9]+) of ([0-9]+) changed lines are not shown", wanted.body)
    fenced = wanted.body.partition("### Changed passages")[2].count("\n+ ")
    assert (
        (int(cut[1]), int(cut[2])) == (len(evil) - fenced, len(evil))
        if cut
        else fenced == len(evil)
    )
    assert bool(cut) == (count > 1)
    plain = build_desired_issue(Finding(**base), make_registry(make_model()), HERE.pages_url)
    assert "Changed passages" not in plain.body
