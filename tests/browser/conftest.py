"""A Chromium, the whole site on a disk, and the same behind a server under a path of its own."""

import functools
import os
import shutil
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path

import pytest

from audit.publish.site.build import write_site
from audit.publish.site.site_data import SiteData, load_site_data

DRIVERS = ("playwright", "axe_playwright_python")
"""What `nox -s browser` installs; elsewhere these tests are not collected."""
collect_ignore_glob = [] if all(map(find_spec, DRIVERS)) else ["test_*.py"]
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or ""
SUBPATH = "open-model-registry"
"""Pages of a code host stand under the name of the repository."""


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture(scope="session")
def data(root: Path) -> SiteData:
    """The real registry."""
    return load_site_data(root / "registry")


@pytest.fixture(scope="session")
def site(data: SiteData, tmp_path_factory) -> Path:
    """Its whole site."""
    folder = tmp_path_factory.mktemp("served") / SUBPATH
    write_site(folder, data)
    return folder


@pytest.fixture(scope="session")
def served(site: Path) -> Iterator[str]:
    """Its address on loopback, with a slash at the end."""
    handler = functools.partial(QuietHandler, directory=str(site.parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/{SUBPATH}/"
        server.shutdown()


@pytest.fixture(scope="session")
def chromium():
    if not CHROMIUM:
        pytest.skip("no Chromium here; CHROMIUM names one")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture
def open_page(chromium):
    """Make a page of some width and scheme; whatever it complains about fails the test."""
    complaints, contexts = [], []

    def open_one(address, width=1280, height=900, scheme="light", **options):
        size = {"width": width, "height": height}
        context = chromium.new_context(viewport=size, color_scheme=scheme, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"{address}: {error}"))
        page.on("console", lambda said: complaints.extend(list_errors(said)))
        page.on("request", lambda asked: complaints.extend(list_foreign(asked, address)))
        page.goto(address)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []


def list_errors(said):
    return [said.text] if said.type in ("error", "warning") else []


def list_foreign(asked, address):
    """A request that leaves the site."""
    start = "/".join(address.split("/")[:3])
    is_own = asked.url.startswith((start, "blob:"))
    return [] if is_own else [f"a request to {asked.url}"]
