"""What a template of the site makes of a value."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jinja2.exceptions import UndefinedError
from markupsafe import Markup, escape

from audit.publish.site.html import open_site_environment

VALUES = st.one_of(st.text(), st.integers(), st.lists(st.text()), st.none())


def render(source: str, **values: object) -> str:
    return open_site_environment().from_string(source).render(**values)


@given(VALUES)
@example("<b>\u202eb & 'c' \"d\"")
@example(["<\u200b>"])
def test_every_value_is_escaped_once(value):
    """As Jinja2 itself escapes it, with a blank for each character that hides or turns others."""
    shown = "".join(each if each.isprintable() else " " for each in str(value))
    assert render("{{ value }}", value=value) == str(escape(shown))


def test_markup_of_macros_stays():
    """What a macro gives was escaped where its values were shown."""
    source = "{% macro bold(words) %}<b>{{ words }}</b>{% endmacro %}{{ bold(words) }}"
    assert render(source, words="1 < 2") == "<b>1 &lt; 2</b>"
    assert render("{{ words }}", words=Markup("<i>1 &lt; 2</i>")) == "<i>1 &lt; 2</i>"
    assert render("{{ '<' }}{{ 1 }}") == "&lt;1"


def test_a_name_that_nobody_gave_is_an_error():
    """A slip in a template is found where it is, and never shown as nothing."""
    with pytest.raises(UndefinedError):
        render("{{ missing }}")
