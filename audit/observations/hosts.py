"""Where repositories lie, for people: names and pages of the hosts.

What reads a host is in audit/sources.
"""

from audit.observations.facts import GITHUB, HUGGING_FACE, WEB, Target
from audit.observations.page_addresses import build_page_address

HOST_NAMES = {HUGGING_FACE: "the Hub", GITHUB: "GitHub", WEB: "makers' pages"}
_PAGE_PREFIXES = {
    (HUGGING_FACE, "model"): "https://huggingface.co/",
    (HUGGING_FACE, "revisions"): "https://huggingface.co/",
    (HUGGING_FACE, "maker"): "https://huggingface.co/",
    (HUGGING_FACE, "dataset"): "https://huggingface.co/datasets/",
    (GITHUB, "code"): "https://github.com/",
}


def name_host(host: str) -> str:
    """A host as a sentence names it; its id where it has no name of its own here."""
    return HOST_NAMES.get(host, host)


def build_page_url(target: Target) -> str | None:
    """The page of a repository that people open, None for a host whose pages are not known here."""
    if target.host == WEB:
        return build_page_address(target)
    prefix = _PAGE_PREFIXES.get((target.host, target.kind))
    return None if prefix is None else prefix + target.repo
