"""The digest: what concerns a list of models, worst first, the same in every format.

And its webhook.
"""

import base64
import json
import ssl
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import pytest
import trustme
from pytest_httpserver import HTTPServer
from standardwebhooks import Webhook, WebhookVerificationError

from audit.cli.digest import parse_since
from audit.cli.main import main
from audit.core.errors import UsageError
from audit.publish.digest import DigestTime, build_digest, serialize_digest
from audit.publish.digest_formats import (
    render_digest_html,
    render_digest_markdown,
    render_digest_text,
)
from audit.publish.feeds.content import render_entry_text
from audit.publish.news import NewsEntry
from audit.publish.pages.history import render_event_line
from audit.publish.webhook import post_message, sign_message
from audit.publish.webhook_endpoint import WebhookEndpoint, WebhookError, parse_webhook_endpoint
from audit.store.events import EventStore
from tests.conftest import make_license_record, make_model_record
from tests.publish.conftest import build_finding
from tests.publish.test_feeds import GATED, HERE, HISTORY, KNOWN, build_event

SINCE, UNTIL = "2026-03-01T00:00:00Z", "2026-03-31T00:00:00Z"
KEY = b"k" * 32
SECRET = "whsec_" + base64.b64encode(KEY).decode()
NOW = datetime(2026, 3, 31, tzinfo=UTC)


def build_sample_digest(models=None, begin=SINCE):
    return build_digest(KNOWN, HISTORY, DigestTime(begin, UNTIL), models)


def test_only_what_concerns_the_list_worst_first():
    """A model's own news and that of its data.

    What is over comes last, what is not recorded is said.
    """
    result = build_sample_digest(["maker/model-1", "nobody/x"])
    assert [(each.news.finding.kind, each.news.is_over) for each in result.items] == [
        ("data-gone", False),
        ("weights-gated", False),
        ("weights-gated", True),
    ]
    assert result.unrecorded == ("nobody/x",)
    assert len(build_sample_digest().items) == 5
    assert [
        each.news.finding.kind for each in build_sample_digest(begin="2026-03-06T00:00:00Z").items
    ] == ["weights-gated"]


@pytest.mark.parametrize("write", [render_digest_markdown, render_digest_text, render_digest_html])
def test_every_format_says_the_same(write):
    """Each item with its sentence and page; an empty digest says so."""
    said = write(build_sample_digest(), HERE)
    for each in build_sample_digest().items:
        assert each.news.sentence in said
        assert HERE.build_page_url(each.news.finding.record).partition("#")[0] in said
    assert "Nothing changed." in write(build_sample_digest(begin=UNTIL), HERE)


@pytest.mark.parametrize("write", [render_digest_markdown, render_digest_text, render_digest_html])
def test_two_statements_are_no_before_and_after(write):
    """What contradicts each other stands there at once: no arrow leads from one to the other, in a digest, a feed or a page."""
    conflict = build_event(
        build_finding(kind="license-conflict", field="license", before="MIT", after="GPL-3.0"), 4
    )
    change = build_event(GATED, 4)
    told = {
        event.finding.kind: [
            write(build_digest(KNOWN, [event], DigestTime(SINCE, UNTIL), None), HERE),
            render_entry_text(NewsEntry(event)),
            render_event_line(event),
        ]
        for event in (conflict, change)
    }
    assert all(
        mark not in text for text in told["license-conflict"] for mark in ("→", "->", "From")
    )
    assert all(any(mark in text for mark in ("→", "->", "From")) for text in told["weights-gated"])


def test_html_is_well_formed():
    """Every element that is opened is closed."""
    stack = []

    class Check(HTMLParser):
        def handle_starttag(self, tag, _):
            stack.append(tag)

        def handle_endtag(self, tag):
            assert stack.pop() == tag

    Check().feed(render_digest_html(build_sample_digest(), HERE))
    assert stack == []


@pytest.mark.parametrize(
    ("words", "ago"),
    [
        ("7d", timedelta(days=7)),
        ("36h", timedelta(hours=36)),
        ("2w", timedelta(weeks=2)),
        ("1y", timedelta(days=365)),
        ("2026-03-01", timedelta(days=30)),
    ],
)
def test_since(words, ago):
    """A day, or how long ago."""
    assert parse_since(words, NOW) == NOW - ago


@pytest.mark.parametrize("words", ["yesterday", "2026-13-01", "2026-04-01", ""])
def test_a_bad_day_is_refused(words):
    """What is no day, or lies ahead, is named."""
    with pytest.raises(UsageError, match="--since"):
        parse_since(words, NOW)


@pytest.fixture
def receiver(monkeypatch, tmp_path):
    """An https server on loopback with a certificate of an authority that only this test trusts."""
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    with HTTPServer(host="127.0.0.1", ssl_context=context) as server:
        yield server


def test_a_receiver_can_trust_it(receiver):
    """The reference implementation of Standard Webhooks accepts the signature, and no other body
    or key."""
    receiver.expect_request("/hook/SECRET-PATH", method="POST").respond_with_data("", status=204)
    what = sign_message(
        serialize_digest(build_sample_digest(), HERE), KEY, int(datetime.now(UTC).timestamp())
    )
    assert (
        post_message(parse_webhook_endpoint(receiver.url_for("/hook/SECRET-PATH"), SECRET), what)
        == 204
    )
    request = receiver.log[0][0]
    body, headers = (
        request.get_data(as_text=True),
        {name.lower(): value for name, value in request.headers.items()},
    )
    assert Webhook(SECRET).verify(body, headers)["items"]
    for changed, key in (
        (body + " ", SECRET),
        (body, "whsec_" + base64.b64encode(b"x" * 32).decode()),
    ):
        with pytest.raises(WebhookVerificationError):
            Webhook(key).verify(changed, headers)


def test_a_repeat_has_the_same_id():
    """The same news later is the same message; other news is another one."""
    one, later = (
        sign_message(serialize_digest(build_sample_digest(), HERE), KEY, seconds).headers
        for seconds in (1, 2)
    )
    other = sign_message(
        serialize_digest(build_sample_digest(begin="2026-03-05T00:00:00Z"), HERE), KEY, 1
    ).headers
    assert one["webhook-id"] == later["webhook-id"] != other["webhook-id"]
    assert one["webhook-signature"] != later["webhook-signature"]


def test_trouble_is_waited_out_and_redirects_are_not_followed(receiver, monkeypatch):
    """503 and 429 are tried again.

    A redirect or a refusal ends it, and neither the path nor the key is ever said.
    """
    waits = []
    monkeypatch.setattr("time.sleep", waits.append)
    receiver.expect_ordered_request("/a/SECRET-PATH").respond_with_data("", status=503)
    receiver.expect_ordered_request("/a/SECRET-PATH").respond_with_data(
        "", status=429, headers={"Retry-After": "7"}
    )
    receiver.expect_ordered_request("/a/SECRET-PATH").respond_with_data("", status=200)
    what = sign_message(serialize_digest(build_sample_digest(), HERE), KEY, 1)
    assert (
        post_message(
            parse_webhook_endpoint(receiver.url_for("/a/SECRET-PATH"), SECRET),
            what,
        )
        == 200
    )
    assert 2 <= waits[0] <= 4
    assert waits[1:] == [7]
    receiver.clear()
    receiver.expect_request("/b/SECRET-PATH").respond_with_data(
        "", status=302, headers={"Location": receiver.url_for("/c")}
    )
    with pytest.raises(WebhookError, match="302") as caught:
        post_message(
            parse_webhook_endpoint(receiver.url_for("/b/SECRET-PATH"), SECRET),
            what,
        )
    assert "SECRET-PATH" not in str(caught.value) + repr(
        WebhookEndpoint("https://a.example/SECRET-PATH", KEY)
    )
    assert len(receiver.log) == 1


@pytest.mark.parametrize(
    ("url", "secret"),
    [
        (None, SECRET),
        ("http://a.example/SECRET-PATH", SECRET),
        ("https://user:SECRET-PATH@a.example/", SECRET),
        ("https://a.example:port/SECRET-PATH", SECRET),
        ("https://a.example/\nSECRET-PATH", SECRET),
        ("https://a.example/SECRET-PATH", None),
        ("https://a.example/SECRET-PATH", "whsec_c2hvcnQ="),
        ("https://a.example/SECRET-PATH", "whsec_!!"),
    ],
)
def test_a_bad_configuration_is_refused_without_repeating_it(url, secret):
    """Only https, no password in the address, a key that is long enough.

    The error shows neither.
    """
    with pytest.raises(UsageError) as caught:
        parse_webhook_endpoint(url, secret)
    assert "SECRET-PATH" not in str(caught.value)
    assert str(secret) not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "rule"),
    [
        (None, "is not set"),
        ("https://user:SECRET-PATH@a.example/", "holds a name or password"),
        ("https://a.example/#SECRET-PATH", "holds a fragment"),
        ("https:///SECRET-PATH", "names no host"),
        ("http://a.example/SECRET-PATH", "must begin with https://"),
    ],
)
def test_the_rule_that_an_address_breaks_is_named(url, rule):
    """One message for all would leave the reader to guess."""
    with pytest.raises(UsageError, match=rule):
        parse_webhook_endpoint(url, SECRET)


def test_the_commands(write_registry, tmp_path, monkeypatch, capsys, receiver):
    """`webhook` posts what `digest --json` prints, and nothing where nothing changed.

    The kill switch stops it.
    """
    root = write_registry(("licenses", make_license_record()), ("models", make_model_record()))
    EventStore(root).append_findings("r", "2026-03-01T06:00:00Z", [GATED])
    (tmp_path / "list.txt").write_text("maker/model-1\n")
    scope = [
        "--registry",
        str(root),
        "--now",
        "2026-03-02T06:00:00Z",
        "--models",
        str(tmp_path / "list.txt"),
        "--since",
    ]
    receiver.expect_request("/hook", method="POST").respond_with_data("", status=200)
    monkeypatch.setenv("WEBHOOK_URL", receiver.url_for("/hook"))
    monkeypatch.setenv("WEBHOOK_SECRET", SECRET)
    assert main(["digest", *scope, "7d", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert main(["webhook", *scope, "7d", "--allow-private"]) == 0
    assert json.loads(receiver.log[0][0].get_data())["data"] == printed
    assert main(["webhook", *scope, "1h"]) == 0
    (root / "PAUSED").touch()
    assert main(["webhook", *scope, "7d"]) == 0
    assert len(receiver.log) == 1
    said = capsys.readouterr()
    assert "PAUSED" in said.err
    assert SECRET not in said.out + said.err


def test_a_curated_event_is_news_of_its_day():
    """The history that people wrote counts by the day of the change."""
    curated = [
        build_event(
            build_finding(**{"kind": "license-changed"}), 7, date="2026-03", summary="It changed."
        )
    ]
    (item,) = build_digest(KNOWN, curated, DigestTime(SINCE, UNTIL)).items
    assert (item.news.date, item.news.sentence) == ("2026-03", "It changed.")
