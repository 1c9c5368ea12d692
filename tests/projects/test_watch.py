"""A project's models.

Found where they are named, judged by label, terms and drift, against a policy.
"""

import json
import os
import threading
from dataclasses import replace

import pytest

from audit.cli.main import main
from audit.core.errors import InvalidRecordsError, UsageError
from audit.drift.finding import Finding
from audit.licenses.uses import IntendedUse
from audit.observations.facts import Target
from audit.projects.finding.mention import Mention
from audit.projects.mentions import find_mentions, read_model_list
from audit.projects.policy import find_policy_violations, read_policy
from audit.projects.policy_rules import PolicyWaiver, ProjectPolicy
from audit.projects.watch import judge_project_models
from audit.store.observations import TargetState, TargetStateStore
from tests.conftest import make_license_record, make_model_record
from tests.definitions.builders import make_model, make_registry, replace_component
from tests.publish.conftest import build_finding

NAMES = {
    'AutoModel.from_pretrained(\n    "maker/one",\n)': ["maker/one"],
    "from_pretrained(pretrained_model_name_or_path='maker/one')": ["maker/one"],
    'snapshot_download(repo_id="maker/one")': ["maker/one"],
    'pipeline("text-generation", model="maker/one")': ["maker/one"],
    "services:\n  - model: maker/one  # pinned\n": ["maker/one"],
    '{"base_model": "maker/one"}': ["maker/one"],
    'source: "m = from_pretrained(\\"maker/one\\")"': ["maker/one"],
    "See https://huggingface.co/maker/one/tree/main, and hf.co/maker/two.": [
        "maker/one",
        "maker/two",
    ],
    "https://huggingface.co/datasets/maker/data https://huggingface.co/docs/hub https://huggingface.co/blog/x": [],
    'from_pretrained("./maker/one") from_pretrained("/maker/one") from_pretrained("gpt2") from_pretrained(path)': [],
    "model: outputs/weights.safetensors": [],
    "https://nothuggingface.co.example/maker/one": [],
}


@pytest.mark.parametrize("text", NAMES)
def test_where_models_are_named(tmp_path, text):
    """Calls, keys and addresses name models; other pages, paths and files do not."""
    (tmp_path / "file.py").write_text(text)
    found = find_mentions(tmp_path).mentions
    assert sorted({each.model for each in found if each.kind == "model"}) == NAMES[text]


def test_what_is_not_read(tmp_path):
    """Installed packages, hidden folders, binaries, big files, links out of the project, and folders of the project itself."""
    call = 'from_pretrained("maker/one")'
    for name in ("node_modules/a.py", ".cache/a.py", "venv/a.py", "a.bin"):
        (tmp_path / "project" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "project" / name).write_text(call)
    (tmp_path / "outside.py").write_text(call)
    (tmp_path / "project" / "link.py").symlink_to(tmp_path / "outside.py")
    (tmp_path / "project" / "big.py").write_text(call + " " * (4 << 20))
    assert not find_mentions(tmp_path / "project").mentions
    (tmp_path / "project" / "maker" / "one").mkdir(parents=True)
    (tmp_path / "project" / "a.py").write_text(call)
    assert not find_mentions(tmp_path / "project").mentions


def test_a_fifo_is_not_opened(tmp_path):
    """Opening one waits for a writer that may never come.

    Only regular files of a project are read.
    """
    fifo = tmp_path / "settings.py"
    os.mkfifo(fifo)
    call = 'from_pretrained("maker/one")'
    writer = threading.Thread(target=fifo.write_text, args=(call,), daemon=True)
    writer.start()
    assert not find_mentions(tmp_path).mentions
    # The writer waits for a reader still: nobody has opened the file.
    assert writer.is_alive()
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    writer.join()
    os.close(reader)


def test_a_list(tmp_path):
    """One id or address a line, in order; anything else is refused with its line."""
    path = tmp_path / "models.txt"
    path.write_text(
        "# ours\nmaker/two\nhttps://huggingface.co/maker/one  # why\n\nmaker/three@main\n"
    )
    assert [(each.model, each.line) for each in read_model_list(path)] == [
        ("maker/two", 2),
        ("maker/one", 3),
        ("maker/three", 5),
    ]
    path.write_text("maker/one\nnot a model\n")
    with pytest.raises(UsageError, match="line 2"):
        read_model_list(path)


FREE = make_model("maker/free")
LIMITED = replace_component(
    make_model("maker/limited"), "model-parameters-final", license="Users-700M"
)
EITHER = replace_component(
    make_model("maker/either"), "model-parameters-final", license="MIT OR NC"
)
DERIVED = make_model("other/derived", bases=("maker/limited",))
UNREAD = replace_component(make_model("maker/unread"), "model-parameters-final", license=None)
KNOWN = make_registry(FREE, LIMITED, EITHER, DERIVED, UNREAD)


def judge_models(policy, *names, findings=()):
    return {
        each.name: each
        for each in judge_project_models(
            [Mention(name, "a.py", 1) for name in names], KNOWN, findings, policy
        )
    }


@pytest.mark.parametrize(
    ("policy", "breaking"),
    [
        (
            ProjectPolicy(labels=frozenset({"open-source"})),
            {"maker/limited", "other/derived", "maker/unread"},
        ),
        (
            ProjectPolicy(licenses=frozenset({"MIT"})),
            {"maker/limited", "other/derived", "maker/unread"},
        ),
        (
            ProjectPolicy(conditions=frozenset({"notice"})),
            {"maker/limited", "other/derived", "maker/unread"},
        ),
        (ProjectPolicy(conditions=frozenset({"notice", "user-threshold"})), {"maker/unread"}),
        (
            ProjectPolicy(conditions=frozenset()),
            {"maker/free", "maker/either", "maker/limited", "other/derived", "maker/unread"},
        ),
        (ProjectPolicy(), set()),
    ],
)
def test_a_policy(policy, breaking):
    """Of licenses to choose from one must be allowed, of those that apply together all, of the chain of bases every one; unknown terms break it."""
    names = ["maker/free", "maker/limited", "maker/either", "other/derived", "maker/unread"]
    assert {name for name, each in judge_models(policy, *names).items() if each.broken} == breaking


@pytest.mark.parametrize(
    ("labels", "breaks"),
    [
        ({"open-weight"}, False),
        ({"open-weight-or-better"}, False),
        ({"open-source", "restricted-weights"}, True),
    ],
)
def test_who_admits_open_weights_admits_what_may_be_better(labels, breaks):
    """A label that may be better than open-weight passes wherever open-weight does; the reverse does not hold."""
    policy = ProjectPolicy(labels=frozenset(labels))
    open_weight = ProjectPolicy(labels=frozenset({"open-weight-or-better"}))
    said = [
        list(find_policy_violations(FREE, "open-weight-or-better", (), policy, KNOWN)),
        list(find_policy_violations(FREE, "open-weight", (), open_weight, KNOWN)),
    ]
    assert [bool(each) for each in said] == [breaks, True]


def test_unrecorded_models_and_drift():
    """A model without a record breaks a policy unless it is let through.

    Confirmed harmful drift only where that is refused.
    """
    assert judge_models(ProjectPolicy(), "nobody/x")["nobody/x"].broken
    assert not judge_models(ProjectPolicy(allows_unrecorded=True), "nobody/x")["nobody/x"].broken
    gone = build_finding("models/maker/limited", "weights-gone", "hub.repo")
    suspected = build_finding("models/maker/free", status="suspected")
    result = judge_models(
        ProjectPolicy(allows_drift=False), "MAKER/Free", "other/derived", findings=(gone, suspected)
    )
    assert [each.drift for each in result.values()] == [(suspected,), (gone,)]
    assert [bool(each.broken) for each in result.values()] == [False, True]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"labels": ["open"]}', "labels"),
        ('{"licenses": ["MIT-2"]}', "near: MIT"),
        ('{"conditions": ["notise"]}', "near: notice"),
        ("{}", "policy"),
    ],
)
def test_a_policy_that_cannot_be_meant_is_refused(tmp_path, text, words):
    """A label, license or condition that nothing has would forbid everything, or nothing, by a slip of the pen."""
    (tmp_path / "policy.json").write_text(text)
    with pytest.raises(InvalidRecordsError, match=words):
        read_policy(tmp_path / "policy.json", KNOWN)


def test_the_command(write_registry, tmp_path, capsys):
    """Exit 0 while the policy is kept, 1 where it is broken; the answer as text and as JSON."""
    root = write_registry(("licenses", make_license_record()), ("models", make_model_record()))
    each = Finding(
        **{**vars(build_finding("models/maker/model-1")), "after": "auto ::error:: <b>@x</b>"}
    )
    TargetStateStore(root).write_state(
        TargetState(Target("huggingface", "model", "maker/model-1"), "ok", None, None, (each,))
    )
    (tmp_path / "list.txt").write_text("maker/model-1\n")
    (tmp_path / "policy.json").write_text('{"licenses": ["MIT"], "drift": "refuse"}')
    arguments = ["watch", str(tmp_path / "list.txt"), "--registry", str(root)]
    assert main(arguments) == 0
    printed = capsys.readouterr().out
    assert "confirmed: The weights are now behind a gate." in printed
    assert "<b>" not in printed
    assert main([*arguments, "--policy", str(tmp_path / "policy.json"), "--json"]) == 1
    (row,) = json.loads(capsys.readouterr().out)["models"]
    assert (row["label"], row["broken"]) == (
        "open-weight-or-better",
        ["there is confirmed drift: models/maker/model-1 weights-gated"],
    )


GATED = replace(
    make_model("maker/gated"), hub=replace(make_model("maker/gated").hub, gated="manual")
)
NONCOMMERCIAL = replace_component(make_model("maker/nc"), "model-parameters-final", license="NC")
COMMERCIAL = IntendedUse(purposes=("commercial",))


@pytest.mark.parametrize(
    ("policy", "model", "words"),
    [
        (ProjectPolicy(uses=(COMMERCIAL,)), NONCOMMERCIAL, "to run it in your own house is"),
        (ProjectPolicy(uses=(COMMERCIAL,)), UNREAD, "is not known"),
        (ProjectPolicy(uses=(COMMERCIAL,), allows_unknown=True), UNREAD, ""),
        (ProjectPolicy(uses=(COMMERCIAL,)), FREE, ""),
        (ProjectPolicy(allows_gate=False), GATED, "behind a gate (manual)"),
        (ProjectPolicy(allows_gate=False), FREE, ""),
        (ProjectPolicy(needs_review=True), UNREAD, "not reviewed"),
        (ProjectPolicy(data_licenses=frozenset({"MIT"})), UNREAD, "training data"),
    ],
)
def test_further_demands(policy, model, words):
    """A use that is not granted, a gate, a shallow record, data under other terms; each in one sentence."""
    known = make_registry(model)
    broken = list(find_policy_violations(model, "open-weight", (), policy, known))
    assert bool(broken) == bool(words)
    assert not words or words in broken[0]


def test_a_use_without_a_commit():
    """`unpinned: refuse` asks for a commit or branch beside a name that is used."""
    policy = ProjectPolicy(allows_unpinned=False)
    loose, pinned = (
        Mention("maker/free", "a.py", 1),
        Mention("maker/free", "a.py", 1, revision="abc"),
    )
    for mention, is_broken in ((loose, True), (pinned, False)):
        (watched,) = judge_project_models([mention], KNOWN, (), policy)
        assert bool(watched.broken) == is_broken


@pytest.mark.parametrize(("day", "is_broken"), [("2026-12-31", False), ("2027-01-01", True)])
def test_a_waiver_ends(day, is_broken):
    """Up to its last day it is told instead of the violation, with its reason."""
    waiver = PolicyWaiver("maker/limited", "is being replaced", "2026-12-31")
    policy = ProjectPolicy(labels=frozenset({"open-source"}), waivers=(waiver,))
    (watched,) = judge_project_models([Mention("maker/limited", "a.py", 1)], KNOWN, (), policy, day)
    assert bool(watched.broken) == is_broken
    assert is_broken or watched.waived[-1] == "waived until 2026-12-31: is being replaced"


def test_a_whole_policy_is_read(tmp_path):
    """Every key of the schema reaches the rules."""
    path = tmp_path / "policy.json"
    path.write_text(
        json.dumps(
            {
                "uses": [{"mode": "host", "purposes": ["commercial"], "monthly_users": 5}],
                "unknown": "allow",
                "gate": "refuse",
                "depth": "reviewed",
                "unpinned": "refuse",
                "data_licenses": ["MIT"],
                "waivers": [{"model": "a/b", "reason": "for the tests", "until": "2027-01-01"}],
            }
        )
    )
    found = read_policy(path, KNOWN)
    assert found.uses == (IntendedUse("host", ("commercial",), monthly_users=5),)
    assert (found.allows_unknown, found.allows_gate, found.needs_review) == (True, False, True)
    assert not found.allows_unpinned
    assert found.data_licenses == {"MIT"}
    assert found.waivers == (PolicyWaiver("a/b", "for the tests", "2027-01-01"),)
