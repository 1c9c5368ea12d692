"""The body of a webhook, in the form that Standard Webhooks recommend: what, when, and the data."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

CHANGE_TYPE = "registry.changed"
"""The one type that there is: news of the history, for a list or for all models."""


def build_webhook_body(document: Mapping[str, Any], when: datetime) -> dict[str, Any]:
    """A digest as the body of a message.

    The digest stands in `data`. Its keys beside that are those of the first form, which readers may
    still use (docs/formats.md says until when).
    """
    return {
        "type": CHANGE_TYPE,
        "timestamp": when.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "data": dict(document),
        **document,
    }
