"""What a record may hold as text, as a name, as an address, as a day, and where its file may lie."""

import json
import os
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from audit.cli.main import main
from audit.core.errors import UsageError
from audit.records.dates import find_date_problems
from audit.records.file_form import find_line_problems, has_plain_form
from audit.records.load import load_registry, read_all_records
from audit.records.read import RawRecord
from audit.records.text_rules import shows_all_text
from audit.store.events import EventStore
from audit.store.observations import TargetStateStore
from tests.conftest import EVIDENCE, WriteRegistry, make_license_record, make_model_record

MODEL = "models/maker/model-1.json"
NOW = datetime(2026, 11, 28, 6, tzinfo=UTC)


def list_problems(root: Path) -> list[str]:
    return [str(each) for each in read_all_records(root).problems]


def write_model(write_registry: WriteRegistry, **changes: object) -> Path:
    model = make_model_record(**changes)
    return write_registry(("licenses", make_license_record()), ("models", model))


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\n", "\x7f", "\x9b", "‮", "⁦", "​", "\u2028", "﻿", "\U000e0041"])  # fmt: skip
def test_no_string_of_a_record_holds_what_nobody_sees(
    write_registry: WriteRegistry, character: str
):
    """Control, direction, zero width, tags and odd line ends: in a value, in a note and in a key, each at its place."""
    spoiled = {"card": {**EVIDENCE["card"], "note": f"seen{character} there"}}
    root = write_model(write_registry, name=f"M{character}1", evidence=spoiled)
    found = list_problems(root)

    assert [each.split(": ")[1] for each in found if "nobody sees" in each] == [
        "$.name",
        "$.evidence.card.note",
    ] or len([each for each in found if "nobody sees" in each]) == 2
    assert all(character not in each for each in found)


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com@evil.example/x",
        "https://user:pass@github.com/x",
        "https://example.org:8443/x",
        "https://127.0.0.1/x",
        "https://127.1/x",
        "https://2130706433/x",
        "https://0x7f.1/x",
        "https://[::1]/x",
        "https://localhost/x",
        "https://printer/x",
        "https://wiki.internal/x",
        "https://router.local",
        "https://example.org\\@evil.example/x",
        "https://exa%6dple.org/x",
    ],
)
def test_an_address_is_one_of_a_public_page(write_registry: WriteRegistry, url: str):
    """No user, no port, no number for a host and no name of a private network, in evidence and wherever else the schema takes an address."""
    root = write_model(write_registry, evidence={"card": {**EVIDENCE["card"], "url": url}})
    assert any("$.evidence.card.url" in each for each in list_problems(root))


@pytest.mark.parametrize("url", ["https://example.org", "https://ai.google.dev?x=1", "https://a-b.co.uk/@user/x:1", "https://local.example.org/internal"])  # fmt: skip
def test_addresses_of_public_pages_pass(write_registry: WriteRegistry, url: str):
    """What follows the host may hold anything that an address may."""
    root = write_model(write_registry, evidence={"card": {**EVIDENCE["card"], "url": url}})
    assert list_problems(root) == []


@pytest.mark.parametrize("id", ["maker/aux", "con/model", "maker/NUL.v1", "maker/lpt1.5"])
def test_reserved_names_are_refused(write_registry: WriteRegistry, id: str):
    """A checkout on Windows would fail."""
    root = write_registry(("licenses", make_license_record()), ("models", make_model_record(id=id)))
    assert any("reserved name" in each for each in list_problems(root))


@pytest.mark.parametrize(("first", "second"), [("maker/One", "maker/one"), ("Maker/a", "maker/b")])
def test_names_that_differ_in_case_alone_are_refused(
    write_registry: WriteRegistry, first: str, second: str
):
    """Two ids, or two spellings of an owner, would be one file or one folder elsewhere."""
    models = (make_model_record(id=id, hub={**make_model_record()["hub"], "repo": id}) for id in (first, second))  # fmt: skip
    root = write_registry(
        ("licenses", make_license_record()), *(("models", each) for each in models)
    )
    assert any("differ in case alone" in each for each in list_problems(root))


def chain(length: int, *, closed: bool) -> list[tuple[str, dict]]:
    """Models of which each is derived from the next, and the last from the first or from none."""
    records: list[tuple[str, dict]] = [("licenses", make_license_record())]
    for number in range(length):
        id, base = f"maker/m{number}", f"maker/m{(number + 1) % length}"
        row = {"id": base, "relation": "finetune", "evidence": ["card"]}
        is_last = number == length - 1
        bases = [row] if closed or not is_last else []
        hub = {**make_model_record()["hub"], "repo": id}
        records.append(("models", make_model_record(id=id, hub=hub, base_models=bases)))
    return records


@pytest.mark.parametrize(
    ("length", "closed", "faulty"),
    [(3, True, 3), (40, False, 8), (30, False, 0), (2000, True, 2000)],
)
def test_base_models_end(write_registry: WriteRegistry, length: int, closed: bool, faulty: int):
    """A circle across records and a chain that no maker has are told, of any length and without recursion."""
    found = list_problems(write_registry(*chain(length, closed=closed)))
    assert sum("chain of base models" in each for each in found) == faulty


def test_a_record_full_of_mistakes_is_told_shortly(write_registry: WriteRegistry):
    """Sixty thousand unknown keys are one mistake, and no reason for megabytes of output."""
    root = write_model(write_registry, **{f"k{number}": 1 for number in range(60_000)})
    found = list_problems(root)
    assert len(found) < 100
    assert any("59,980 more unknown keys" in each for each in found)


FOLDERS = {
    "models": "records",
    "licenses": "records",
    "models/other": "records",
    "observations/models": "observations",
    "events": "events",
}
READERS = {
    "records": read_all_records,
    "observations": lambda root: TargetStateStore(root).load_states(),
    "events": lambda root: EventStore(root).load_events(),
}


@pytest.mark.parametrize("place", FOLDERS)
def test_no_folder_of_the_registry_is_a_link(write_registry, tmp_path: Path, capsys, place: str):
    """What stands behind a link is nobody's business: it is refused before it is read, and never shown."""
    root = write_registry()
    secret = tmp_path / "secret"
    (secret / "owner").mkdir(parents=True)
    (secret / "owner" / "config.json").write_text('{"id": "SECRET"}')
    path = root / place
    if path.exists():
        path.rename(tmp_path / "aside")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(secret)

    is_refused = FOLDERS[place] == "records" or "/" not in place
    assert main(["validate", "--registry", str(root)]) == (2 if is_refused else 0)
    said = capsys.readouterr()
    assert "SECRET" not in said.out + said.err
    with pytest.raises(UsageError, match="is a symbolic link"):
        READERS[FOLDERS[place]](root)


ENTRIES = ("licenses", "families", "feeds", "labels", "indexes", "alerts", "observations", "a.md")


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("command", [["explain", "maker/model-1"], ["catalog"], ["feeds"]])
def test_nothing_is_read_or_written_through_a_link(
    write_registry, tmp_path: Path, capsys, entry, command
):
    """Also where a command needs few records, and where it writes: a feed would land elsewhere."""
    root = write_registry(("licenses", make_license_record()), ("models", make_model_record()))
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "MIT.json").write_text('{"SECRET": 1}')
    if (root / entry).exists():
        (root / entry).rename(tmp_path / "aside")
    (root / entry).symlink_to(secret)
    assert main([*command, "--registry", str(root)]) == 2
    said = capsys.readouterr()
    assert "SECRET" not in said.out + said.err
    assert [path.name for path in secret.iterdir()] == ["MIT.json"]


@pytest.mark.parametrize("place", ["models/maker/README.md", "licenses/MIT.md"])
def test_a_link_to_itself_in_place_of_a_page_stops_nothing(write_registry, place: str):
    """It is no record and no folder: `catalog` writes the page in its place."""
    root = write_registry()
    (root / place).symlink_to(Path(place).name)
    assert main(["catalog", "--registry", str(root)]) == 0
    assert not (root / place).is_symlink()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipe of this kind")
def test_a_record_that_is_a_pipe_is_told(write_registry, capsys):
    """A command that reads one record says what is wrong with it, and waits for nobody."""
    root = write_registry(("licenses", make_license_record()), ("models", make_model_record()))
    os.mkfifo(root / "models" / "maker" / "pipe.json")
    assert main(["explain", "maker/pipe", "--registry", str(root)]) == 1
    assert "the file is a link or no plain file" in capsys.readouterr().err


def test_the_registry_itself_is_no_link(write_registry, tmp_path: Path):
    """A branch can hold a link in its place."""
    (tmp_path / "link").symlink_to(write_registry())
    with pytest.raises(UsageError, match="is a link"):
        load_registry(tmp_path / "link")


@pytest.mark.parametrize(
    ("date", "words"),
    [
        ("2024-02-31", "no day of the calendar"),
        ("2026-11-30", "still to come"),
        ("2026-12", "still to come"),
        ("2027", "still to come"),
        ("2026-11-28", None),
        ("2026-11", None),
        ("2024-02-29", None),
    ],
)
def test_a_day_exists_and_has_come(date: str, words: str | None):
    """As exact as its source; the day may have begun elsewhere on earth already."""
    record = RawRecord("models", "a/b", "registry/models/a/b.json", {"released": {"date": date}})
    found = [str(each) for each in find_date_problems([record], NOW)]
    assert len(found) == (words is not None)
    assert all("$.released.date" in each and str(words) in each for each in found)


def test_validate_looks_at_days_by_its_own_clock(write_registry, capsys):
    """Evidence that was seen tomorrow was not seen."""
    arguments = ["validate", "--registry", str(write_registry()), "--now"]
    assert main([*arguments, "2026-12-01T00:00:00Z"]) == 0
    assert main([*arguments, "2020-01-01T00:00:00Z"]) == 1
    assert "still to come" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("spoil", "line"),
    [
        (lambda text: text.replace("\n", "\r\n"), 1),
        (lambda text: text.rstrip("\n"), None),
        (lambda text: text + "\n", None),
        (lambda text: text.replace('  "id"', '\t"id"'), 2),
        (lambda text: text.replace('  "id"', '   "id"'), 2),
        (lambda text: text.replace(',\n  "name"', ', \n  "name"'), 2),
    ],
)
def test_validate_looks_at_the_form_of_a_file(write_registry, capsys, spoil, line):
    """Plain line ends, one at the end, two spaces a level: what CONTRIBUTING calls strict JSON."""
    root = write_registry()
    record = make_model_record()
    ordered = {"id": record.pop("id"), "name": record.pop("name"), **record}
    text = json.dumps(ordered, indent=2) + "\n"
    (root / MODEL).write_bytes(text.encode())
    assert main(["validate", "--registry", str(root)]) == 0

    (root / MODEL).write_bytes(spoil(text).encode())
    assert main(["validate", "--registry", str(root)]) == 1
    shown = f"registry/{MODEL}:{line}: " if line else f"registry/{MODEL}"
    assert shown in capsys.readouterr().out


def test_the_quick_look_at_a_form_says_what_the_slow_one_says():
    """A text that shows all it holds is passed whole only where no line of it has a problem."""
    generator = random.Random(18)
    plain = json.dumps({"a": {"b": [1, {"c": "d"}], "e": {}}, "f": [2]}, indent=2) + "\n"
    assert has_plain_form(plain)
    agreed = set()
    for _ in range(4000):
        place, end = generator.randrange(len(plain) + 1), generator.randrange(3)
        text = plain[:place] + generator.choice((" ", "  ", "\n", "", "x")) + plain[place + end :]
        problems = list(find_line_problems(text, "x"))
        is_plain = has_plain_form(text)
        assert not (is_plain and problems), (text, problems)
        agreed.add((is_plain, bool(problems)))
    assert agreed >= {(True, False), (False, True)}


def test_only_a_day_that_a_record_states_is_one():
    """The same day is sound in one record and looked at in the next; what stands beside it is named by its place."""
    day, later = {"evidence": {"card": {"seen": "2026-11-01"}}}, {"seen": "2027-01-01"}
    both = {"evidence": {"card": {"seen": "2026-11-01"}, "report": later}, "takes_effect": "2030"}
    records = [RawRecord("models", name, name, data) for name, data in (("a/b", day), ("c/d", both), ("e/f", both))]  # fmt: skip
    found = [(each.file, each.path) for each in find_date_problems(records, NOW)]
    assert found == [("c/d", "$.evidence.report.seen"), ("e/f", "$.evidence.report.seen")]


@pytest.mark.parametrize("character", ["\u202e", "\u200b", "\x9b", "\x1b", "\u2028", "\U000e0041"])
@pytest.mark.parametrize("is_escaped", [False, True])
def test_a_text_that_may_hide_something_is_looked_at(character: str, is_escaped: bool):
    """Whatever form a hidden character has in the file: only a text that cannot hold one is passed whole."""
    text = json.dumps({"name": f'a{character}b " /'}, indent=2, ensure_ascii=is_escaped)
    assert not shows_all_text(text)
    assert shows_all_text(json.dumps({"name": 'Ä " /'}, indent=2, ensure_ascii=False))


@pytest.mark.parametrize(("indent", "is_fine"), [(2, True), (4, False), (1, False)])
def test_a_level_is_two_spaces(write_registry: WriteRegistry, indent: int, is_fine: bool):
    """An even indent of another depth makes a change of one fact a change of every line."""
    record = make_model_record()
    folder = write_registry(("licenses", make_license_record()), ("models", record))
    for path in folder.rglob("*.json"):
        text = json.dumps(json.loads(path.read_text()), indent=2) + "\n"
        path.write_text(text)
    path = folder / "models" / f"{record['id']}.json"
    path.write_text(json.dumps(record, indent=indent) + "\n")
    assert (main(["validate", "--registry", str(folder)]) == 0) == is_fine


def test_what_is_no_record_does_not_lie_among_records(write_registry: WriteRegistry, capsys):
    """A stray file is named; the machine's pages and hidden files are not."""
    folder = write_registry()
    for path in folder.rglob("*.json"):
        path.write_text(json.dumps(json.loads(path.read_text()), indent=2) + "\n")
    assert main(["validate", "--registry", str(folder)]) == 0
    for name in ("README.md", "model-1.md", ".hidden", "notes.txt"):
        (folder / "models" / "maker" / name).write_text("x")
    assert main(["validate", "--registry", str(folder)]) == 1
    said = capsys.readouterr().out
    assert "registry/models/maker/notes.txt" in said
    assert said.count("no record") == 1


def test_the_summary_counts_what_could_not_be_read(write_registry: WriteRegistry, capsys):
    """The number of records does not change with a mistake in one of them."""
    folder = write_registry()
    (folder / "models" / "maker" / "model-1.json").write_text("{")
    assert main(["validate", "--registry", str(folder)]) == 1
    assert " in 1 models, 0 families, 0 datasets, 1 licenses" in capsys.readouterr().out
