"""Markdown from the templates beside this module.

A value that nobody marked as Markdown of ours comes out inert.

Jinja2's own escaping is for HTML. Templates therefore use no filter but those below and no
operation that would escape, or skip escaping, by itself (`~`, `join`, `format`, `replace`,
`safe`); a test reads every template for that.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from audit.core.escape import (
    escape_markdown,
    format_code_block,
    format_code_span,
    format_safe_link,
)

Item = TypeVar("Item")


@dataclass(frozen=True)
class CutList(Generic[Item]):
    """A list that was cut for people."""

    shown: Sequence[Item]
    hidden: int
    """How many more there are."""


def cut_list(items: Sequence[Item], limit: int) -> CutList[Item]:
    """The first `limit` items, and how many follow."""
    return CutList(items[:limit], max(0, len(items) - limit))


def render_markdown(template: str, **values: Any) -> str:
    """Fill a template of this package. Strings are escaped; a `Markup` is Markdown already."""
    return open_markdown_environment().get_template(template).render(values)


@cache
def open_markdown_environment() -> Environment:
    """The environment of all Markdown templates."""
    environment = Environment(
        loader=PackageLoader("audit.publish"),
        # Keeps the Markup of macros. `finalize` comes first and leaves nothing to escape for HTML.
        autoescape=True,
        finalize=finalize_markdown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= MARKDOWN_FILTERS
    return environment


def finalize_markdown(value: object) -> Markup:
    """What a template prints for a value.

    Raises TypeError for a kind of value that nobody foresaw.
    """
    if isinstance(value, Markup):
        return value
    if isinstance(value, str):
        return Markup(escape_markdown(value))
    if isinstance(value, int) and not isinstance(value, bool):
        return Markup(str(value))
    # An undefined name says here which it is.
    raise TypeError(f"a template cannot print {value!s} of {type(value).__name__}")


def _format_code(value: str) -> Markup:
    return Markup(format_code_span(str(value)))


def _format_code_lines(lines: Iterable[str], language: str = "") -> Markup:
    return Markup(format_code_block(lines, language))


def _format_link(label: str, url: str) -> Markup:
    return Markup(format_safe_link(label, url))


def _format_cell(value: str) -> Markup:
    """A cell of a table: a pipe would end it even inside of code."""
    return Markup(str(finalize_markdown(value)).replace("|", "\\|"))


MARKDOWN_FILTERS: dict[str, Callable[..., Markup]] = {
    "code": _format_code,
    "code_block": _format_code_lines,
    "link": _format_link,
    "cell": _format_cell,
}
"""All that a template may do to a value, beside Jinja2's `length`."""
