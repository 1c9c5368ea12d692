"""The publisher of the alerts' tests, for the mock server made from GitHub's description."""

from tests.publish.conftest import github, publisher

__all__ = ["github", "publisher"]
