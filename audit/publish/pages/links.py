"""Where things stand: the addresses of sections, seen from another generated page."""

from audit.core.escape import escape_markdown
from audit.core.markdown import build_anchor, format_markdown_link
from audit.records.model import Registry


def build_section_url(record: str, up: str = "") -> str:
    """The address of a record's section; `up` leads from the page to the registry."""
    folder, _, id = record.partition("/")
    if folder in ("models", "datasets"):
        return f"{up}{folder}/{id.partition('/')[0]}/README.md#{build_anchor(id)}"
    return f"{up}licenses/{id}.md" if folder == "licenses" else f"{up}{record}.json"


def format_model_link(id: str, registry: Registry, up: str = "") -> str:
    """A link to a model's section, or its name where the registry does not hold it."""
    return (
        format_markdown_link(id, build_section_url(f"models/{id}", up))
        if id in registry.models
        else escape_markdown(id)
    )


def format_dataset_link(id: str, registry: Registry, up: str = "") -> str:
    """A link to a dataset's section, or its name where the registry does not hold it."""
    return (
        format_markdown_link(id, build_section_url(f"datasets/{id}", up))
        if id in registry.datasets
        else escape_markdown(id)
    )


def format_count(count: int, one: str, more: str = "") -> str:
    """`1 model`, `2 models`, `1,146 models`."""
    return f"{count:,} {one if count == 1 else more or one + 's'}"
