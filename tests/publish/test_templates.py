"""Markdown templates.

What nobody marked as Markdown of ours comes out inert, and no template has a way around that.
"""

from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment, UndefinedError, nodes
from markupsafe import Markup

from audit.publish import templating
from audit.publish.templating import MARKDOWN_FILTERS, cut_list, open_markdown_environment

FOLDER = Path(templating.__file__).with_name("templates")
TEMPLATES = sorted(path.name for path in FOLDER.glob("*.j2"))
ALLOWED_NODES = {
    *("Template", "Output", "TemplateData", "Const", "Name", "Getattr", "Getitem", "List", "Tuple"),
    *("For", "If", "CondExpr", "Compare", "Operand", "Test", "And", "Or", "Not", "Filter"),
    *("Add", "Sub", "Slice", "Keyword", "Macro", "Call", "Assign", "Import", "FromImport"),
}
"""Not among them: `~` (Concat), `%` (Mod), blocks of filters, and changes of the escaping."""
ALLOWED_FILTERS = {*MARKDOWN_FILTERS, "length"}


def list_unsafe_parts(source: str) -> list[str]:
    """What a template must not contain."""
    tree = Environment().parse(source)
    macros = {macro.name for macro in tree.find_all(nodes.Macro)}
    found = [type(node).__name__ for node in tree.find_all(nodes.Node)]
    unsafe = [name for name in found if name not in ALLOWED_NODES]
    unsafe += [
        node.name for node in tree.find_all(nodes.Filter) if node.name not in ALLOWED_FILTERS
    ]
    for output in tree.find_all(nodes.Output):
        # A constant is escaped for HTML before it comes to us; words of ours need no braces.
        unsafe += ["a constant" for part in output.nodes if isinstance(part, nodes.Const)]
    for call in tree.find_all(nodes.Call):
        if not isinstance(call.node, nodes.Name) or call.node.name not in macros:
            unsafe.append("a call of something that is no macro")
    return unsafe


def render_source(source: str, **values) -> str:
    """A template of a test in the environment of the program."""
    environment = open_markdown_environment().overlay(loader=DictLoader({"test": source}))
    return environment.get_template("test").render(values)


def test_there_are_templates():
    """The rules below hold for something."""
    assert {"issue.md.j2", "status.md.j2", "digest.md.j2"} <= set(TEMPLATES)


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_template_goes_around_the_escaping(name: str):
    """Only the filters of the environment, and no operation that escapes, or skips escaping, by
    itself."""
    assert list_unsafe_parts((FOLDER / name).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "{{ a ~ b }}",
        "{{ a | safe }}",
        "{{ a | replace('x', 'y') }}",
        "{{ a | join(', ') }}",
        "{{ '%s' | format(a) }}",
        "{{ '%s' % a }}",
        "{{ ', '.join(a) }}",
        "{{ a.format(b) }}",
        "{{ '<b>' }}",
        "{% autoescape false %}{{ a }}{% endautoescape %}",
        "{% filter safe %}{{ a }}{% endfilter %}",
    ],
)
def test_each_way_around_the_escaping_is_found(source: str):
    """The check itself can fail."""
    assert list_unsafe_parts(source)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ value }}", "&#42;a&#42; &#60;b&#62; &#64;c"),
        ("{{ value | code }}", "`*a* <b> @c`"),
        ("{{ [value] | code_block('x') }}", "```x\n*a* <b> @c\n```"),
        ("{% macro twice(v) %}{{ v }}{{ v }}{% endmacro %}{{ twice(ours) }}", "*x*&*x*&"),
        ("{{ ours if value else value }}", "*x*&"),
        ("{{ pipe | cell }}", "`a\\|b`"),
        ("{{ number }}", "7"),
    ],
)
def test_values_are_escaped_once_and_for_markdown(source: str, expected: str):
    """Strings become inert.

    Markdown of ours, also from a macro, stays; HTML's escaping never happens.
    """
    values = {"value": "*a* <b> @c", "ours": Markup("*x*&"), "pipe": Markup("`a|b`"), "number": 7}
    assert render_source(source, **values) == expected


@pytest.mark.parametrize("value", [None, True, 1.5, ["a"], b"a"])
def test_a_value_of_another_kind_is_an_error(value: object):
    """`None` or a list in a text for people is a mistake of ours."""
    with pytest.raises(TypeError, match="cannot print"):
        render_source("{{ value }}", value=value)


def test_a_name_that_is_not_given_is_an_error():
    """A misspelled name never prints nothing."""
    with pytest.raises(UndefinedError, match="missing"):
        render_source("{{ missing }}")


def test_a_list_is_cut_with_the_number_of_what_is_hidden():
    """At the limit nothing is hidden."""
    assert (cut_list("abc", 3).shown, cut_list("abc", 3).hidden) == ("abc", 0)
    assert (cut_list("abc", 2).shown, cut_list("abc", 2).hidden) == ("ab", 1)
