"""How a template shows a value: escaped, and without characters that hide or turn others."""

import re
from typing import Any

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup, escape

_SPECIAL = re.compile("[&<>\"']")


def show_value(value: Any) -> str:
    """Text as it may stand in a page; markup stays as it is.

    Most values are plain words: those are found out without a copy.
    """
    if isinstance(value, Markup):
        return value
    text = value if type(value) is str else str(value)
    if not text.isprintable():
        text = replace_unprintable(text)
    return escape(text) if _SPECIAL.search(text) else text


def replace_unprintable(text: str) -> str:
    """The text without characters that hide, or that turn what stands beside them."""
    return (
        text
        if text.isprintable()
        else "".join(each if each.isprintable() else " " for each in text)
    )


class _ShowingGenerator(CodeGenerator):
    """Writes one call where Jinja2 writes two, for pages show a million values.

    What `finalize` gives is escaped already; a Jinja2 without this hook would escape it twice.
    """

    def _output_child_pre(
        self,
        node: nodes.Expr,  # noqa: ARG002 -- as Jinja2 calls it
        frame: Frame,  # noqa: ARG002 -- the same
        finalize: CodeGenerator._FinalizeInfo,
    ) -> None:
        self.write(f"({finalize.src}")


class SiteEnvironment(Environment):
    """Jinja2 whose `finalize` escapes, too."""

    code_generator_class = _ShowingGenerator
