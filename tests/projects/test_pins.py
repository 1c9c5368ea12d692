"""At which commit a project uses a model: beside the name, through a constant, in a table."""

from dataclasses import replace

import pytest

from audit.cli.render_watch import render_watched_models
from audit.projects.finding.mention import Mention
from audit.projects.mentions import find_mentions
from audit.projects.policy_rules import ProjectPolicy
from audit.projects.watch import judge_project_models
from tests.definitions.builders import make_model, make_registry, replace_component

SHA = "0123456789abcdef0123456789abcdef01234567"
OTHER = "f" * 40
KNOWN = make_registry(make_model("maker/free"))
UNPINNED = ProjectPolicy(allows_unpinned=False)


def find_revisions(tmp_path, text: str) -> set[tuple[str, str]]:
    (tmp_path / "a.yaml").write_text(text)
    return {(each.model, each.revision) for each in find_mentions(tmp_path).mentions}


@pytest.mark.parametrize(
    ("text", "revision"),
    [
        (f'MODEL_ID = "maker/free"\nload(MODEL_ID, revision="{SHA}")\n', SHA),
        (f'MODEL_ID: str = "maker/free"\nload(MODEL_ID, device=0, revision="{SHA}")\n', SHA),
        (f'const MODEL = "maker/free";\nload(MODEL, {{ revision: "{SHA}" }});\n', SHA),
        (f'MODEL = {{"base_model": "maker/free", "revision": "{SHA}"}}\n', SHA),
        (f'load_model(\n    model="maker/free",\n    device=0,\n    revision="{SHA}",\n)\n', SHA),
        (f'{{\n  "model": "maker/free",\n  "revision": "{SHA}"\n}}\n', SHA),
        (f"model: maker/free\nmodel_revision: {SHA}\n", SHA),
        (f"- model: maker/free\n- model: maker/two\n  revision: {SHA}\n", ""),
        (f"- model: maker/free\n- name: two\n  revision: {SHA}\n", ""),
        (f'{{\n  "model": "maker/free"\n}}\n{{\n  "revision": "{SHA}"\n}}\n', ""),
        (f'MODEL = "maker/free"\nload(OTHER_MODEL, revision="{SHA}")\n', ""),
        (f'MODEL = "maker/free"\nload(MODEL, revision="{SHA}")\nload(MODEL)\n', ""),
        (
            f'MODEL = "maker/free"\nload(MODEL, revision="{SHA}")\nx(MODEL, revision="{OTHER}")\n',
            "",
        ),
        (f'MODEL = "maker/free"\nload(MODEL); save(x, revision="{SHA}")\n', ""),
        (f'X = {{"model": "maker/free"}}\nload(X, revision="{SHA}")\n', ""),
        (f'MODEL = "maker/free"\nMODEL = "maker/two"\nload(MODEL, revision="{SHA}")\n', ""),
    ],
)
def test_a_constant_is_pinned_where_it_is_loaded(tmp_path, text, revision):
    """Only where every load of it names one and the same commit, and it means one model."""
    assert ("maker/free", revision) in find_revisions(tmp_path, text)


def test_a_table_from_names_to_commits_pins_them(tmp_path):
    """The commit is the value behind the name; a shorter number is none."""
    text = f'model = "maker/free"\nPINS = {{"model": "maker/free"}}\nload_model({{"maker/free": "{SHA}"}})\n'
    names = find_mentions_with_record(tmp_path, text)
    assert ("maker/free", 3, SHA) in names
    assert ("maker/free", 3, "") not in names
    text = 'load_model({"maker/free": "12345678"})\n'
    assert find_mentions_with_record(tmp_path, text) == {("maker/free", 1, "")}


def find_mentions_with_record(tmp_path, text: str) -> set[tuple[str, int, str]]:
    from audit.projects.finding.dictionary import build_name_dictionary

    (tmp_path / "a.py").write_text(text)
    found = find_mentions(tmp_path, build_name_dictionary(KNOWN)).mentions
    return {(each.model, each.line, each.revision) for each in found}


@pytest.mark.parametrize(
    ("places", "words"),
    [
        ([Mention("maker/free", "a.py", 1, revision=SHA)], ""),
        (
            [
                Mention("maker/free", "a.py", 1, revision=SHA),
                Mention("maker/free", "b.py", 7, use="loaded"),
            ],
            "no commit is pinned where it is used: b.py:7 (loaded)",
        ),
        (
            [
                Mention("maker/free", "README.md", 1, use="prose", revision=SHA),
                Mention("maker/free", "b.py", 7),
            ],
            "no commit is pinned where it is used: b.py:7",
        ),
        (
            [
                Mention("maker/free", "a.py", 1, revision=SHA),
                Mention("maker/free", "README.md", 7, use="prose"),
            ],
            "",
        ),
    ],
)
def test_one_pin_does_not_pin_the_other_places(places, words):
    """Each place of use needs its commit; what is only named to readers needs none."""
    (watched,) = judge_project_models(places, KNOWN, (), UNPINNED)
    assert watched.broken == ((words,) if words else ())


def test_the_same_terms_are_told_once():
    """Two models under one license: the second answer points at the first."""
    registry = make_registry(
        *(
            replace_component(make_model(id), "model-parameters-final", license="Users-700M")
            for id in ("maker/one", "maker/two")
        )
    )
    mentions = [Mention("maker/one", "a.py", 1), Mention("maker/two", "a.py", 2)]
    models = [
        replace(model, obligations=model.obligations * 2)
        for model in judge_project_models(mentions, registry, (), ProjectPolicy())
    ]
    first, second = (
        [line for line in words.splitlines() if line.startswith("    - ")]
        for words in render_watched_models(models, registry)
    )
    assert len(first) > 1
    assert second == [f"    - the same {len(first)} terms as of maker/one, above"]
