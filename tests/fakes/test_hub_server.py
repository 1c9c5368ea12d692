"""The loopback Hub, asked by the real huggingface_hub client and compared with recorded traffic of the live Hub."""

import http.client
import json
import os
import re
import threading
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

# The client reads these once, at import; its telemetry would show in the servers' logs.
os.environ.update(
    HF_HUB_DISABLE_TELEMETRY="1", HF_HUB_DISABLE_XET="1", HF_HUB_DISABLE_PROGRESS_BARS="1"
)

import pytest
from huggingface_hub import HfApi, hf_hub_download
from huggingface_hub.errors import (
    BadRequestError,
    DisabledRepoError,
    GatedRepoError,
    HfHubHTTPError,
    RemoteEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.utils import parse_ratelimit_headers

from tests.fakes.background import BackgroundRepositories
from tests.fakes.faults import FAULTS, FaultInjector, FaultRule
from tests.fakes.hub_server import HubQuota, LoopbackHub
from tests.fakes.repositories import HubFile, HubRepo, compute_git_blob_id, format_hub_time
from tests.fakes.world import UpstreamWorld

RECORDINGS = Path(__file__).parents[3] / "shared" / "hub-recordings"
recorded = pytest.mark.skipif(
    not RECORDINGS.is_dir(), reason="the recordings are not beside this checkout"
)

LICENSE = "Synthetic terms.\n" * 100
WEIGHTS = HubFile.create_large("model.safetensors", 5_000, "weights")
CARD: dict[str, object] = {
    "license": "other",
    "license_name": "acme",
    "base_model": "acme/base",
    "datasets": ["acme/corpus"],
}


@pytest.fixture
def world():
    world = UpstreamWorld(
        day=date(2026, 3, 1),
        hub_tokens={"member": frozenset({"acme/tuned"}), "stranger": frozenset()},
    )
    files = [
        HubFile.create_text("README.md", "# Tuned\n"),
        HubFile.create_text("LICENSE", LICENSE),
        HubFile.create_text("sub/notes.txt", "hello\n"),
        WEIGHTS,
    ]
    world.add_hub_repo(
        HubRepo("models", "acme/tuned", {file.path: file for file in files}, dict(CARD))
    )
    for name in ("base", "one", "two", "three"):
        world.add_hub_repo(
            HubRepo(
                "models",
                f"acme/{name}",
                {"README.md": HubFile.create_text("README.md", name)},
                {"license": "mit"},
            )
        )
    world.add_hub_repo(HubRepo("models", "other/model"))
    corpus_card: dict[str, object] = {"license": ["mit"], "language": "en"}
    world.add_hub_repo(
        HubRepo(
            "datasets",
            "acme/corpus",
            {"README.md": HubFile.create_text("README.md", "c")},
            corpus_card,
        )
    )
    return world


@pytest.fixture
def hub(world):
    with LoopbackHub(world) as server:
        yield server


@pytest.fixture
def api(hub):
    return HfApi(endpoint=hub.endpoint, token=False)


def send_raw_request(server, method, path, headers=None, timeout=10.0):
    """One request as it is on the wire, no redirect followed."""
    connection = http.client.HTTPConnection(
        "127.0.0.1", urlsplit(server.endpoint).port, timeout=timeout
    )
    try:
        connection.request(method, path, headers=headers or {})
        response = connection.getresponse()
        return (
            response.status,
            {name.lower(): value for name, value in response.getheaders()},
            response.read(),
        )
    finally:
        connection.close()


def test_one_request_tells_all_of_a_repository(api, hub, world):
    """`?blobs=true` gives card, gate, relations and the identity of every file, in one request."""
    world.set_gate("models", "acme/tuned", "manual")
    info = api.model_info("acme/tuned", files_metadata=True)
    repo = world.get_hub_repo("models", "acme/tuned")
    assert (info.id, info.sha, info.gated, info.private) == (
        "acme/tuned",
        repo.revision,
        "manual",
        False,
    )
    assert (info.card_data.license, info.card_data.license_name) == ("other", "acme")
    files = {sibling.rfilename: sibling for sibling in info.siblings}
    assert files["LICENSE"].blob_id == compute_git_blob_id(LICENSE.encode())
    assert (files["model.safetensors"].lfs.sha256, files["model.safetensors"].lfs.size) == (
        WEIGHTS.sha256,
        5_000,
    )
    assert {
        "base_model:acme/base",
        "base_model:finetune:acme/base",
        "dataset:acme/corpus",
        "license:other",
    } <= set(info.tags)
    assert [(entry.method, entry.path, entry.query, entry.status) for entry in hub.log] == [
        ("GET", "/api/models/acme/tuned", "blobs=true", 200)
    ]


def test_sizes_and_identities_are_told_only_with_blobs(api):
    """Without `blobs` a sibling is its name."""
    assert all(
        sibling.blob_id is None and sibling.size is None
        for sibling in api.model_info("acme/tuned").siblings
    )


def test_expand_answers_with_the_named_keys_only(hub):
    """`expand` leaves `_id`, `id` and what was named."""
    _, _, body = send_raw_request(
        hub, "GET", "/api/models/acme/tuned?expand=gated&expand=sha&expand=usedStorage"
    )
    assert set(json.loads(body)) == {"_id", "id", "gated", "sha", "usedStorage"}


def test_lists_are_paged_by_link_and_hold_the_asked_author(world):
    """An owner's models come in pages of the cap; the client follows the cursor to the last."""
    with LoopbackHub(world, page_cap=2) as hub:
        models = list(
            HfApi(endpoint=hub.endpoint, token=False).list_models(
                author="acme", expand=["sha", "gated", "siblings", "cardData"]
            )
        )
        assert [model.id for model in models] == [
            "acme/base",
            "acme/one",
            "acme/three",
            "acme/tuned",
            "acme/two",
        ]
        assert [model.sha for model in models] == [
            world.get_hub_repo("models", model.id).revision for model in models
        ]
        assert models[3].siblings[0].rfilename == "LICENSE"
        assert models[3].downloads is None
        assert len(hub.log) == 3


def test_limit_sets_the_page_and_does_not_end_the_list(hub):
    """`limit` is a page size to the server: the answer still links to the next page."""
    _, headers, body = send_raw_request(hub, "GET", "/api/datasets?limit=1")
    assert len(json.loads(body)) == 1
    assert "link" not in headers
    _, headers, body = send_raw_request(hub, "GET", "/api/models?limit=1&author=acme")
    assert len(json.loads(body)) == 1
    assert re.fullmatch(
        rf'<{hub.endpoint}/api/models\?limit=1&author=acme&cursor=[^>]+>; rel="next"',
        headers["link"],
    )


def test_private_and_blocked_repositories_are_in_no_list(api, world):
    """What a stranger may not see is missing from lists too."""
    world.hide_hub_repo("models", "acme/one")
    world.disable_hub_repo("models", "acme/two")
    assert [model.id for model in api.list_models(author="acme")] == [
        "acme/base",
        "acme/three",
        "acme/tuned",
    ]


@pytest.mark.parametrize("key", ["usedStorage", "baseModels", "childrenModelCount", "nonsense"])
def test_lists_refuse_what_the_live_hub_refuses(hub, key):
    """Some values of `expand` work for one repository and not for a list."""
    status, headers, body = send_raw_request(hub, "GET", f"/api/models?author=acme&expand={key}")
    assert status == 400
    assert key in headers["x-error-message"]
    assert "error" in json.loads(body)


def test_bad_expand_of_one_repository_is_a_bad_request(api):
    """The client's exception for it."""
    with pytest.raises(BadRequestError):
        api.model_info("acme/tuned", expand=["nonsense"])


def test_a_download_is_the_files_bytes_under_its_blob_id(hub, world, tmp_path):
    """Small files come from the Hub's cache, named by git blob id; folders in the path survive the redirect."""
    for path in ("LICENSE", "sub/notes.txt"):
        local = Path(
            hf_hub_download(
                "acme/tuned", path, endpoint=hub.endpoint, cache_dir=tmp_path, token=False
            )
        )
        content = local.read_bytes()
        assert content == world.get_hub_repo("models", "acme/tuned").files[path].content
        assert local.resolve().name == compute_git_blob_id(content)


def test_a_large_file_comes_from_another_origin_without_the_token(world, tmp_path):
    """Weights are redirected to a storage host; size and sha256 are on the redirect."""
    content = b"\x00" * 2_000
    digest = "7" * 64
    world.put_file("models", "acme/tuned", HubFile("tiny.bin", content, len(content), digest))
    with LoopbackHub(world) as hub:
        local = Path(
            hf_hub_download(
                "acme/tuned",
                "tiny.bin",
                endpoint=hub.endpoint,
                cache_dir=tmp_path,
                token="stranger",
            )
        )
        assert (local.read_bytes(), local.resolve().name) == (content, digest)
        assert hub.log[-1].path.startswith("/storage/")
        assert urlsplit(hub.storage_endpoint).port != urlsplit(hub.endpoint).port
        address = f"{hub.endpoint}/acme/tuned/resolve/main/model.safetensors"
        meta = HfApi(endpoint=hub.endpoint, token=False).get_hf_file_metadata(url=address)
        assert (meta.size, meta.etag) == (5_000, WEIGHTS.sha256)
        assert meta.commit_hash == world.get_hub_repo("models", "acme/tuned").revision


def test_a_datasets_files_have_their_own_addresses(hub, tmp_path):
    """Datasets resolve below /datasets/."""
    local = hf_hub_download(
        "acme/corpus",
        "README.md",
        repo_type="dataset",
        endpoint=hub.endpoint,
        cache_dir=tmp_path,
        token=False,
    )
    assert Path(local).read_bytes() == b"c"
    assert hub.log[0].path == "/datasets/acme/corpus/resolve/main/README.md"


def test_compressed_text_has_a_weak_tag(hub, world):
    """As recorded: text from 1,000 bytes is compressed when asked for, under a weak ETag with the same blob id."""
    revision = world.get_hub_repo("models", "acme/tuned").revision
    path = f"/api/resolve-cache/models/acme/tuned/{revision}/LICENSE"
    _, plain, _ = send_raw_request(hub, "GET", path)
    _, packed, _ = send_raw_request(hub, "GET", path, {"Accept-Encoding": "gzip"})
    assert packed["etag"] == f"W/{plain['etag']}"
    assert packed["content-encoding"] == "gzip"


def test_a_gate_hides_files_and_nothing_else(api, hub, world, tmp_path):
    """Anyone reads the information of a gated repository; its files are for those who passed the gate."""
    world.set_gate("models", "acme/tuned", "auto")

    def fetch(token):
        return hf_hub_download(
            "acme/tuned",
            "LICENSE",
            endpoint=hub.endpoint,
            cache_dir=tmp_path / str(token),
            token=token,
        )

    assert api.model_info("acme/tuned").gated == "auto"
    with pytest.raises(GatedRepoError) as anonymous:
        fetch(False)
    with pytest.raises(GatedRepoError) as stranger:
        fetch("stranger")
    assert (anonymous.value.response.status_code, stranger.value.response.status_code) == (401, 403)
    assert Path(fetch("member")).is_file()


@pytest.mark.parametrize("hide", ["missing", "private"])
def test_missing_and_private_are_alike(world, hide):
    """Anonymous 401 and a stranger's 404 do not tell whether a repository exists."""
    world.hide_hub_repo("models", "acme/tuned") if hide == "private" else world.remove_hub_repo(
        "models", "acme/tuned"
    )
    with LoopbackHub(world) as hub:
        for token, status in ((False, 401), ("stranger", 404)):
            with pytest.raises(RepositoryNotFoundError) as error:
                HfApi(endpoint=hub.endpoint, token=token).model_info("acme/tuned")
            assert error.value.response.status_code == status


def test_the_plain_401_of_the_live_hub_has_no_code(world):
    """On an http address the client cannot tell what a bare 401 means; whoever asks must map it."""
    with LoopbackHub(world, error_codes=False) as hub, pytest.raises(HfHubHTTPError) as error:
        HfApi(endpoint=hub.endpoint, token=False).model_info("no/such")
    assert not isinstance(error.value, RepositoryNotFoundError)
    assert (error.value.response.status_code, error.value.response.headers.get("X-Error-Code")) == (
        401,
        None,
    )


def test_a_wrong_token_is_not_a_missing_repository(hub):
    """Our own bad token must never make a model look gone."""
    with pytest.raises(HfHubHTTPError, match="Invalid credentials") as error:
        HfApi(endpoint=hub.endpoint, token="mistyped").model_info("acme/tuned")
    assert not isinstance(error.value, RepositoryNotFoundError)


def test_a_blocked_repository_says_so(api, world):
    """Disabled is 403 by message, without a code."""
    world.disable_hub_repo("models", "acme/tuned")
    with pytest.raises(DisabledRepoError):
        api.model_info("acme/tuned")


def test_a_rename_shows_as_another_id(api, hub, world, tmp_path):
    """Old names redirect, over several renames, with the repository's own number unchanged; tags follow, card text does not."""
    before = api.model_info("acme/base")
    world.rename_hub_repo("models", "acme/base", "acme/foundation")
    world.rename_hub_repo("models", "acme/foundation", "newco/foundation")
    after = api.model_info("acme/base", files_metadata=True)
    assert (after.id, after.sha) == ("newco/foundation", before.sha)
    status, headers, body = send_raw_request(hub, "GET", "/api/models/acme/base?blobs=true")
    assert (status, headers["location"]) == (307, "/api/models/newco/foundation?blobs=true")
    assert body.startswith(b"Temporary Redirect. Redirecting to /api/models/")
    derived = api.model_info("acme/tuned")
    assert "base_model:newco/foundation" in derived.tags
    assert derived.card_data.base_model == "acme/base"
    assert Path(
        hf_hub_download(
            "acme/base", "README.md", endpoint=hub.endpoint, cache_dir=tmp_path, token=False
        )
    ).is_file()


def test_a_new_repository_under_an_old_name_is_another_one(api, world):
    """No redirect then: only the number tells."""
    old = world.get_hub_repo("models", "acme/base").hub_id
    world.rename_hub_repo("models", "acme/base", "newco/foundation")
    world.add_hub_repo(HubRepo("models", "acme/base", hub_id="f" * 24))
    assert api.model_info("acme/base").id == "acme/base"
    assert world.get_hub_repo("models", "acme/base").hub_id != old


def test_old_revisions_answer_until_the_history_is_rewritten(api, world):
    """A revision stays readable after the next; a squash takes it away."""
    first = world.get_hub_repo("models", "acme/tuned").revision
    world.remove_file("models", "acme/tuned", "LICENSE")
    assert "LICENSE" in [
        sibling.rfilename for sibling in api.model_info("acme/tuned", revision=first).siblings
    ]
    assert "LICENSE" not in [sibling.rfilename for sibling in api.model_info("acme/tuned").siblings]
    world.squash_hub_repo("models", "acme/tuned")
    with pytest.raises(RevisionNotFoundError):
        api.model_info("acme/tuned", revision=first)


def test_missing_files_and_revisions_have_their_own_errors(hub, tmp_path):
    """A missing file is not a missing repository."""
    with pytest.raises(RemoteEntryNotFoundError):
        hf_hub_download(
            "acme/tuned", "NOTICE", endpoint=hub.endpoint, cache_dir=tmp_path, token=False
        )
    with pytest.raises(RevisionNotFoundError):
        hf_hub_download(
            "acme/tuned",
            "LICENSE",
            revision="v9",
            endpoint=hub.endpoint,
            cache_dir=tmp_path,
            token=False,
        )


def test_counters_grow_while_nothing_changes(api):
    """Downloads and likes differ in every answer, the revision does not: they can never be drift."""
    first, second = api.model_info("acme/tuned"), api.model_info("acme/tuned")
    assert second.downloads > first.downloads
    assert second.likes > first.likes
    assert (first.sha, first.last_modified) == (second.sha, second.last_modified)


def test_windows_are_counted_by_bucket(world):
    """Beyond the quota comes 429 with the headers the client reads; the next window, and the other bucket, are free."""
    now = [1_000.0]
    with LoopbackHub(
        world, quota=HubQuota(api=2, resolvers=5, pages=1), clock=lambda: now[0]
    ) as hub:
        api = HfApi(endpoint=hub.endpoint, token=False)
        api.model_info("acme/tuned")
        now[0] += 100
        api.model_info("acme/tuned")
        with pytest.raises(HfHubHTTPError) as error:
            api.model_info("acme/tuned")
        limit = parse_ratelimit_headers(error.value.response.headers)
        assert error.value.response.status_code == 429
        assert (
            limit.resource_type,
            limit.remaining,
            limit.reset_in_seconds,
            limit.limit,
            limit.window_seconds,
        ) == ("api", 0, 200, 2, 300)
        status, headers, _ = send_raw_request(hub, "HEAD", "/acme/tuned/resolve/main/LICENSE")
        assert (status, headers["ratelimit"]) == (307, '"resolvers";r=4;t=300')
        now[0] += 200
        assert api.model_info("acme/tuned").id == "acme/tuned"


@recorded
def test_errors_follow_the_recorded_matrix(world):
    """Every case: status, X-Error-Code and X-Error-Message as the live Hub sends them."""
    world.set_gate("models", "acme/tuned", "manual")
    world.disable_hub_repo("models", "acme/two")
    world.rename_hub_repo("models", "acme/three", "acme/trois")
    gated, missing = "/acme/tuned/resolve/main/LICENSE", "/api/models/no/such"
    asked = {
        "missing repo, anonymous": (missing, None),
        "missing repo, authenticated": (missing, "stranger"),
        "bad token": ("/api/models/acme/one", "mistyped"),
        "gated file, anonymous": (gated, None),
        "gated file, authenticated without access": (gated, "stranger"),
        "missing file": ("/acme/one/resolve/main/none", None),
        "missing revision": ("/api/models/acme/one/revision/<rev>", None),
        "disabled repo": ("/api/models/acme/two", None),
        "renamed repo on /api (info, tree, paths-info)": ("/api/models/acme/three", None),
    }
    with LoopbackHub(world, error_codes=False) as hub:
        for case in json.loads((RECORDINGS / "errors" / "matrix.json").read_text()):
            path, token = asked.pop(case["case"])
            status, headers, body = send_raw_request(
                hub, "GET", path, {"Authorization": f"Bearer {token}"} if token else {}
            )
            message = case["headers"].get("X-Error-Message", "").replace("<id>", "acme/tuned")
            message = message.replace("<url>", f"{hub.endpoint}/acme/tuned")
            assert status == case["status"], case
            assert headers.get("x-error-code") == case["headers"].get("X-Error-Code"), case
            assert headers.get("x-error-message", "") == message, case
            assert case.get("body", "").encode() in body, case
    assert not asked


@recorded
def test_every_key_of_our_answers_is_in_a_recording(hub):
    """Nothing is invented: each top-level key, and each key of a sibling, was sent by the live Hub."""
    for kind, path in (
        ("models", "/api/models/acme/tuned"),
        ("datasets", "/api/datasets/acme/corpus"),
    ):
        payloads = [json.loads(file.read_text()) for file in (RECORDINGS / kind).glob("*.json")]
        payloads = [payload for payload in payloads if "id" in payload]
        ours = json.loads(send_raw_request(hub, "GET", f"{path}?blobs=true")[2])
        assert set(ours) <= {key for payload in payloads for key in payload}
        always = set.intersection(*(set(payload) for payload in payloads))
        assert always - {"paperswithcode_id"} <= set(ours), (
            "a key that every recording has is missing"
        )
    recorded_lists = [
        json.loads(file.read_text()) for file in (RECORDINGS / "lists").glob("*.json")
    ]
    item = json.loads(send_raw_request(hub, "GET", "/api/models")[2])[0]
    assert set(item) <= {key for items in recorded_lists for entry in items for key in entry}
    siblings = json.loads((RECORDINGS / "models" / "Qwen__Qwen3-0.6B.json").read_text())["siblings"]
    ours = json.loads(send_raw_request(hub, "GET", "/api/models/acme/tuned?blobs=true")[2])[
        "siblings"
    ]
    for large in (False, True):
        theirs = next(sibling for sibling in siblings if ("lfs" in sibling) == large)
        assert set(next(sibling for sibling in ours if ("lfs" in sibling) == large)) == set(theirs)


@recorded
def test_resolving_sends_what_was_recorded(hub):
    """Redirects of small and large files carry the recorded headers, with values of the same form."""
    named = (
        "accept-ranges",
        "content-type",
        "location",
        "ratelimit",
        "ratelimit-policy",
        "x-linked-etag",
        "x-linked-size",
        "x-repo-commit",
    )
    paths = {
        "README.md": "README.md",
        "1_Pooling__config.json": "sub/notes.txt",
        "model.safetensors": "model.safetensors",
    }
    for recording, path in paths.items():
        file = next((RECORDINGS / "resolve").glob(f"HEAD-30?-*main__{recording}.json"))
        theirs = json.loads(file.read_text())
        status, ours, _ = send_raw_request(hub, "HEAD", f"/acme/tuned/resolve/main/{path}")
        assert status == theirs["status"]
        for name in named:
            assert (name in ours) == (name in theirs["headers"]), (recording, name)
        assert ours["location"].startswith("/") == theirs["headers"]["location"].startswith("/")
        assert ("%2F" in ours["location"].partition("?")[0]) == (
            "%2F" in theirs["headers"]["location"].partition("?")[0]
        )


@pytest.mark.parametrize("fault", FAULTS)
def test_weather(world, fault):
    """Each fault looks to a client like the real thing, strikes as often as its rule says, and then it is fair again."""
    world.fault_injector = FaultInjector(
        [FaultRule(fault, "hub", "^/api/models/acme/tuned$", times=1)],
        hold_seconds=3600,
        slow_seconds=0.05,
    )
    others = set(threading.enumerate())
    with LoopbackHub(world) as hub:
        assert send_raw_request(hub, "GET", "/api/models/acme/one")[0] == 200
        if fault in ("timeout", "reset", "unreachable", "truncated", "lost"):
            errors = {
                "timeout": TimeoutError,
                "reset": ConnectionResetError,
                "lost": ConnectionResetError,
                "truncated": http.client.IncompleteRead,
            }
            with pytest.raises(errors.get(fault, http.client.RemoteDisconnected)):
                send_raw_request(
                    hub, "GET", "/api/models/acme/tuned", timeout=0.3 if fault == "timeout" else 30
                )
        else:
            status, headers, body = send_raw_request(hub, "GET", "/api/models/acme/tuned")
            assert status == {"503": 503, "429": 429, "500-done": 500}.get(fault, 200)
            assert headers["content-type"].startswith("text/html") == (fault == "html")
            if fault == "429":
                assert headers["ratelimit"] == '"api";r=0;t=1'
            if fault == "bad-json":
                with pytest.raises(ValueError, match="Unterminated"):
                    json.loads(body)
        # On a busy machine a client can be gone before its request was read.
        end = time.monotonic() + 30
        while hub.log[-1].path.endswith("/one") and time.monotonic() < end:
            time.sleep(0.01)
        assert hub.log[-1].status is None or fault not in ("timeout", "reset", "unreachable")
        assert send_raw_request(hub, "GET", "/api/models/acme/tuned")[0] == 200
    for thread in set(threading.enumerate()) - others:
        thread.join(30)
        assert not thread.is_alive(), "a held answer ends when its server closes"


def test_the_rest_of_the_hub_is_listed_newest_first_and_stored_nowhere(world: UpstreamWorld):
    """Two and a half million repositories follow from the moment; ours stand among them by their date."""
    world.day = datetime(2026, 6, 1, 12, tzinfo=UTC)
    world.background["models"] = BackgroundRepositories(2_500_000, 2_000)
    moment = format_hub_time(world.day - timedelta(minutes=30))
    world.add_hub_repo(HubRepo("models", "acme/newest", last_modified=moment))
    with LoopbackHub(world, page_cap=300) as hub:
        api = HfApi(endpoint=hub.endpoint, token=False)
        listed = list(api.list_models(sort="last_modified", limit=2_002, expand=["lastModified"]))
        pages = len(hub.log)
    moments = [model.last_modified for model in listed]
    assert moments == sorted(moments, reverse=True)
    assert len({model.id for model in listed}) == len(listed)
    assert world.day - moments[-1] == timedelta(hours=1)
    assert [model.id for model in listed].index("acme/newest") == 1_000
    assert pages == 7
