"""Where a redirect may lead: to another address of the same interface, and nowhere else."""

import pytest
from pytest_httpserver import HTTPServer

from audit.sources.github.repositories import GithubSource
from audit.sources.huggingface.source import HubSource
from audit.sources.request_log import RequestCounter

LEAVING = ["/login?next=/api/models/maker/m", "/", "../../../../..", "/apix/models/maker/m"]


def paths_asked(httpserver: HTTPServer) -> list[str]:
    """Paths of all requests so far."""
    return [request.path for request, _ in httpserver.log]


@pytest.mark.parametrize("location", LEAVING)
def test_a_redirect_of_the_hub_out_of_its_interface_is_not_followed(
    httpserver: HTTPServer, location: str
):
    """It is a login page or goes in circles: unverifiable after one request for facts, and one for a text."""
    asked = ["/api/models/maker/m", "/maker/m/resolve/main/LICENSE"]
    for path in asked:
        httpserver.expect_request(path).respond_with_data("", 307, {"Location": location})
    counter = RequestCounter()
    source = HubSource(httpserver.url_for("/"), "hf_secret", counter)
    assert source.observe_repository("models", "maker/m").reason == "wrong-content"
    assert (
        source.fetch_text("models", "maker/m", "main", "LICENSE", "a" * 40, 10).reason
        == "wrong-content"
    )
    assert paths_asked(httpserver) == asked
    assert "other" not in counter.get_counts()


@pytest.mark.parametrize("location", LEAVING)
def test_a_redirect_of_github_to_no_repository_is_not_followed(
    httpserver: HTTPServer, location: str
):
    """GitHub redirects a renamed repository to `/repositories/ID`; all else is a page of something in between."""
    httpserver.expect_request("/repos/maker/code").respond_with_data(
        "", 302, {"Location": location}
    )
    source = GithubSource(httpserver.url_for("/"), "secret", RequestCounter())
    assert source.observe_repository("maker/code").reason == "wrong-content"
    assert paths_asked(httpserver) == ["/repos/maker/code"]


def test_a_mirror_below_a_path_is_a_hub(httpserver: HTTPServer):
    """Its questions count against the limit of the interface, and its redirects may go round within it."""
    renamed = {"Location": "/mirror/api/models/maker/new"}
    httpserver.expect_request("/mirror/api/models/maker/m").respond_with_data("", 307, renamed)
    httpserver.expect_request("/mirror/api/models/maker/new").respond_with_data("", 404)
    counter = RequestCounter()
    HubSource(httpserver.url_for("/mirror"), None, counter).observe_repository("models", "maker/m")
    assert counter.get_counts() == {"hub-api": 2, "hub-resolve": 0}
