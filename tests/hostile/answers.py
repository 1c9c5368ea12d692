"""Strategies for what an upstream, a file or a person may send us: nearly right, and wrong in every place."""

from typing import Any

from hypothesis import strategies as st

nasty_text = st.one_of(
    st.text(max_size=40),
    # Half a character: JavaScript's JSON passes it on, and no file can hold it.
    st.text(st.characters(categories=["Cs", "L"]), min_size=1, max_size=6),
    st.sampled_from(
        [
            "x\ud800",
            "\udfff",
            "../../etc/passwd",
            "a/b/../c",
            "\x00",
            "‮txt.exe",
            "<script>alert(1)</script>",
            "${jndi:ldap://x}",
            "http://169.254.169.254/",
            "'; DROP--",
            "A" * 5000,
        ]
    ),
)
scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.sampled_from([10**30, 10**4000]), st.floats(allow_nan=False), nasty_text)
junk = st.recursive(scalars, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(nasty_text, inner, max_size=4)), max_leaves=12)


def spoiled(document: Any) -> st.SearchStrategy[Any]:
    """The document with one or two of its values replaced, removed or repeated."""
    return st.lists(st.tuples(st.integers(0, 10_000), junk, st.sampled_from(["replace", "remove", "wrap"])), min_size=1, max_size=2).map(
        lambda edits: _edited(document, edits)
    )


def _edited(document: Any, edits: list[tuple[int, Any, str]]) -> Any:
    for number, value, how in edits:
        paths = list(_paths(document))
        document = _changed(document, paths[number % len(paths)], value, how)
    return document


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Any:
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _paths(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _paths(inner, (*path, index))


def _changed(value: Any, path: tuple[Any, ...], new: Any, how: str) -> Any:
    if not path:
        return [value] if how == "wrap" else new
    copy = dict(value) if isinstance(value, dict) else list(value)
    if how == "remove" and len(path) == 1:
        del copy[path[0]]
    else:
        copy[path[0]] = _changed(value[path[0]], path[1:], new, how)
    return copy
