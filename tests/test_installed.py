"""The installed program away from a clone: which records it reads, and how it takes newer ones."""

import gzip
import itertools
import json
import os
import shutil
import ssl
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest
import trustme
from pytest_httpserver import HTTPServer

from audit.core.locking import RegistryBusyError
from audit.store.record_pack import (
    PACK_FORMAT,
    PACK_VERSION,
    InvalidPackError,
    RecordPack,
    pack_records,
    read_pack,
)
from audit.store.updated_records import UpdatedRecords
from tests.conftest import make_license_record, make_model_record, write_records

MODEL = "maker/model-1"
TODAY = date.today().isoformat()
START = "import audit.cli.main as main, sys; sys.argv[0] = 'omr'; main.run_console(sys.argv[1:])"
MAX_WHEEL_BYTES = 5_000_000


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this tree."""
    builder = pytest.importorskip("hatchling.builders.wheel").WheelBuilder(str(root))
    (path,) = builder.build(directory=str(tmp_path_factory.mktemp("wheel")), versions=["standard"])
    return Path(path)


@pytest.fixture(scope="module")
def site(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the wheel is installed."""
    folder = tmp_path_factory.mktemp("site")
    zipfile.ZipFile(wheel).extractall(folder)
    return folder


class Program:
    """The installed program of a user, called in a folder."""

    def __init__(self, site: Path, home: Path) -> None:
        self.folder = home / "work"
        self.folder.mkdir()
        kept = {name: value for name, value in os.environ.items() if "PYTHON" not in name}
        places = {"HOME": str(home), "XDG_CONFIG_HOME": str(home / "config"), "APPDATA": str(home)}
        self.environment = {**kept, **places, "PYTHONPATH": str(site)}

    def call(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """What `omr …` does."""
        return subprocess.run(
            [sys.executable, "-c", START, *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def program(site: Path, tmp_path: Path) -> Program:
    """Without anything of a user of before."""
    return Program(site, tmp_path)


def test_the_wheel_is_small(wheel: Path):
    """An answer should cost less than a picture of a cat."""
    assert wheel.stat().st_size <= MAX_WHEEL_BYTES


def test_it_knows_the_records_and_their_day(program: Program):
    """Nothing but the program is there, and it answers; stderr says of which day."""
    done = program.call("explain", "meta-llama/Llama-3.3-70B-Instruct")
    assert done.returncode == 0
    assert "open-weight" in done.stdout
    assert done.stderr.startswith("records of 20")
    assert done.stderr.endswith(", installed with the program\n")
    found = json.loads(program.call("search", "olmo", "7B", "--json").stdout)
    assert found["count"] > 0


def test_whose_registry_is_read(program: Program, tmp_path: Path):
    """--registry wins over all; a folder `registry` counts where address.json has our form."""
    here = program.folder / "registry"
    write_records(here, [("licenses", make_license_record()), ("models", make_model_record(MODEL))])
    assert program.call("explain", MODEL).returncode == 2
    (here / "address.json").write_text('{"pages": "somebody else\'s"}')
    assert program.call("explain", MODEL).returncode == 2
    address = {"pages": "https://example.org/r", "files": "https://example.org/r"}
    (here / "address.json").write_text(json.dumps(address))
    done = program.call("explain", MODEL)
    assert (done.returncode, done.stderr) == (
        0,
        "reading the registry of this folder: ./registry\n",
    )
    named = shutil.copytree(here, tmp_path / "other")
    shutil.rmtree(here)
    done = program.call("explain", "--registry", str(named), MODEL)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_project_is_not_asked_about_itself(program: Program, tmp_path: Path):
    """A project is judged by our records, and never by a folder `registry` that came with it, whichever part of it is looked at."""
    here = program.folder / "registry"
    write_records(here, [("models", make_model_record("openai/gpt-oss-20b"))])
    address = {"pages": "https://example.org/r", "files": "https://example.org/r"}
    (here / "address.json").write_text(json.dumps(address))
    (program.folder / "models.txt").write_text("openai/gpt-oss-20b\n")
    (program.folder / "src").mkdir()
    (program.folder / "src/a.py").write_text('MODEL = "openai/gpt-oss-20b"\n')
    calls = (
        *(("watch", place) for place in (".", "models.txt", "src", "src/a.py")),
        ("bom", "src"),
        ("notices", "models.txt", "--offline", "--output", str(tmp_path / "out")),
        # An agent starts it in the project that it works on.
        ("mcp", "--json"),
    )
    for call in calls:
        done = program.call(*call)
        assert ", installed with the program\n" in done.stderr, call


def test_a_project_elsewhere_is_asked_about_by_the_registry_of_this_folder(
    program: Program, tmp_path: Path
):
    """In the folder of an own registry, a project somewhere else and a model are judged by that one."""
    here = program.folder / "registry"
    write_records(here, [("licenses", make_license_record()), ("models", make_model_record(MODEL))])
    address = {"pages": "https://example.org/r", "files": "https://example.org/r"}
    (here / "address.json").write_text(json.dumps(address))
    (tmp_path / "models.txt").write_text(f"{MODEL}\n")
    for call in (("watch", str(tmp_path / "models.txt")), ("bom", MODEL)):
        assert "reading the registry of this folder" in program.call(*call).stderr, call


@pytest.fixture
def publisher(program: Program, tmp_path: Path):
    """An https server on loopback, trusted by the program, that an address.json names."""
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    program.environment["REQUESTS_CA_BUNDLE"] = str(tmp_path / "ca.pem")
    with HTTPServer(host="127.0.0.1", ssl_context=context) as server:
        yield server


def make_pack(folder: Path, name: str, day: str) -> bytes:
    """A pack with one model, said to be of a day."""
    root = folder / name
    model = make_model_record(f"maker/{name}")
    write_records(root, [("licenses", make_license_record()), ("models", model)])
    head = f'{{"generated_by": "nox -s catalog", "data_date": "{day}", "models": []}}\n'
    (root / "summaries.json").write_text(head)
    return pack_records(root, day)


class Publisher:
    """What the program's own address answers, and who asked there."""

    def __init__(self, program: Program, server: HTTPServer, folder: Path) -> None:
        self.program, self.server, self.folder = program, server, folder
        self.url = server.url_for("/records.jsonl.gz")
        self.asked = ["--registry", str(self.write_registry(folder / "registry", self.url))]

    def write_registry(self, root: Path, records: str) -> Path:
        """A registry whose address names where its records are published."""
        write_records(root, [("models", make_model_record())])
        address = dict.fromkeys(("pages", "files"), "https://example.org/r")
        (root / "address.json").write_text(json.dumps({**address, "records": records}))
        return root

    def update(self, pack: bytes) -> subprocess.CompletedProcess[str]:
        """Fetch this."""
        self.server.clear_all_handlers()
        self.server.expect_request("/records.jsonl.gz").respond_with_data(pack)
        return self.program.call("update", *self.asked)

    def knows(self, name: str) -> bool:
        return self.program.call("explain", f"maker/{name}").returncode == 0


@pytest.fixture
def published(program: Program, publisher: HTTPServer, tmp_path: Path) -> Publisher:
    return Publisher(program, publisher, tmp_path)


def test_update_and_one_step_back(published: Publisher, tmp_path: Path):
    """Newer records are used from then on; the ones before can be gone back to, down to those of the program; junk changes nothing."""
    for name in ("first", "second"):
        done = published.update(make_pack(tmp_path, name, TODAY))
        assert done.stdout == f"records of {TODAY} are used from now on\n"
        assert published.knows(name)
    done = published.update(b"<html>log in</html>")
    assert (done.returncode, done.stdout) == (3, "")
    assert published.knows("second")
    assert published.program.call("update", "--back").returncode == 0
    assert published.knows("first")


def test_one_step_back_from_the_first_update(published: Publisher, tmp_path: Path):
    """Before it were the records of the program; another step leads forward again."""
    assert published.program.call("update", "--back").returncode == 2
    published.update(make_pack(tmp_path, "first", TODAY))
    back = published.program.call("update", "--back")
    assert (back.returncode, published.knows("first")) == (0, False)
    assert published.program.call("explain", "meta-llama/Llama-3.3-70B-Instruct").returncode == 0
    published.program.call("update", "--back")
    assert published.knows("first")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("events/2026/x.json", "{"),
        ("events/2026/x.json", '{"format": "event/99"}'),
        ("summaries.json", "{"),
        ("summaries.json", f'{{"data_date": "{date.today()}", "models": [1]}}'),
        ("summaries.json", '{"data_date": "2001-01-01", "models": []}'),
        ("address.json", "{"),
        ("address.json", '{"pages": "https://a.example/\\u001b[2J", "files": "https://a.example"}'),
        ("indexes/other.json", "[]"),
        ("models/maker/x.json", "{}"),
    ],
)
def test_a_file_that_no_command_could_read_replaces_nothing(
    published: Publisher, tmp_path: Path, path: str, text: str
):
    """Not only records: what `search`, `digest` and the next `update` read is read before it is used. One line, and what was there is there."""
    published.update(make_pack(tmp_path, "first", TODAY))
    make_pack(tmp_path, "second", TODAY)
    (tmp_path / "second" / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / "second" / path).write_text(text)
    done = published.update(pack_records(tmp_path / "second", TODAY))
    assert done.stdout == ""
    assert done.returncode in (2, 3)
    assert len(done.stderr.splitlines()) == 1
    assert published.knows("first")
    assert published.program.call("search", "first").returncode == 0


@pytest.mark.parametrize("day", ["2001-01-01", "9999-12-31"])
def test_older_records_and_those_of_tomorrow_replace_nothing(
    published: Publisher, tmp_path: Path, day: str
):
    """Older ones would take back what was told; after some of the year 9999 no others would ever be newer."""
    published.update(make_pack(tmp_path, "first", TODAY))
    done = published.update(make_pack(tmp_path, "second", day))
    assert (done.returncode, done.stdout) == (3, "")
    assert published.knows("first")


def test_where_the_next_records_come_from(published: Publisher, tmp_path: Path):
    """It is said by the program's own address: not by what was fetched, and not by a folder `registry` in which one happens to be."""
    make_pack(tmp_path, "first", TODAY)
    published.write_registry(tmp_path / "first", "https://127.0.0.1:1/elsewhere")
    assert published.update(pack_records(tmp_path / "first", TODAY)).returncode == 0
    published.write_registry(published.program.folder / "registry", published.url)
    done = published.program.call("update")
    assert (done.returncode, "names no file of records" in done.stderr) == (2, True)


def test_two_updates_at_once(tmp_path: Path):
    """One of them waits for nobody and says so; neither removes what the other writes."""
    good = read_pack(make_pack(tmp_path, "first", TODAY))
    records = UpdatedRecords(tmp_path / "home")

    def meet_another(_: Path) -> None:
        with pytest.raises(RegistryBusyError):
            UpdatedRecords(tmp_path / "home").install(good, lambda _: None)

    written = records.install(good, meet_another)
    assert records.find_current() == written
    assert (written / "models" / "maker" / "first.json").is_file()


def test_an_update_that_is_killed_anywhere_leaves_whole_records(tmp_path: Path):
    """The old ones or the new ones, never a part; the next update clears away what is left."""
    old, new = (read_pack(make_pack(tmp_path, name, TODAY)) for name in ("old", "new"))
    at, outcomes = 0, []
    while not outcomes or outcomes[-1] != KILLED_AT_NO_STEP:
        home, at = tmp_path / f"home{at}", at + 1
        UpdatedRecords(home).install(old, lambda _: None)
        outcomes.append(install_and_die(home, new, at))
        current = UpdatedRecords(home).find_current()
        names = [path.stem for path in (current / "models" / "maker").iterdir()]
        assert names in (["old"], ["new"])
        expected = old if names == ["old"] else new
        assert all((current / path).read_text() == text for path, text in expected.files.items())
        UpdatedRecords(home).install(new, lambda _: None)
        assert len(list(home.glob("records-*"))) <= 2
    assert len(outcomes) > 20


KILLED_AT_NO_STEP = 0


def install_and_die(home: Path, pack: RecordPack, at: int) -> int:
    """Install in a child that ends at once, as by a kill, at its n-th step on the disk."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    steps = itertools.count(1)

    def count(event: str, arguments: tuple[object, ...]) -> None:
        is_step = event in ("open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.chmod")
        if is_step and str(home) in str(arguments[0]) and next(steps) == at:
            os._exit(9)

    sys.addaudithook(count)
    UpdatedRecords(home).install(pack, lambda _: None)
    os._exit(KILLED_AT_NO_STEP)


def test_update_without_an_address(program: Program):
    """The wheel's own address is a placeholder: one line, exit status 2."""
    done = program.call("update")
    assert done.returncode == 2
    assert "names no file of records" in done.stderr


def test_what_no_pack_may_hold(tmp_path: Path):
    """Other formats, paths that lead elsewhere, half a file: refused whole."""
    good = make_pack(tmp_path, "good", "2026-01-01")
    assert "models/maker/good.json" in read_pack(good).files

    lines = gzip.decompress(good).decode().splitlines(keepends=True)
    later = lines[0].replace('"version": 1', '"version": 2')
    for wrong in (
        b"",
        good[:-20],
        gzip.compress("".join(lines[1:]).encode()),
        gzip.compress("".join([later, *lines[1:]]).encode()),
        gzip.compress("".join(lines[:-1]).encode()),
        *(
            gzip.compress("".join([*lines[:-1], json.dumps({"path": path, "text": ""})]).encode())
            for path in (
                *("../x.json", "/etc/x.json", "models/a/../../x.json", "models/a/b.md"),
                *("models/con/aux.json", "models/a./b.json", "Models/a/b.json", "models/a\\b.json"),
                *("models/maker/GOOD.json", "models/a/.b.json", "models//b.json", "summaries.JSON"),
            )
        ),
        good[:20] + b"\xff" * 30 + good[50:],
        gzip.compress(lines[0].encode() + b"\n" * (8 << 20)),
        gzip.compress("".join([*lines[:-1], lines[-2]]).encode()),
    ):
        with pytest.raises(InvalidPackError):
            read_pack(wrong)


@pytest.mark.parametrize(
    "data_date", ["\x1b[2J", "2026-01-01\n::error::x", "9999-99-99", "20260101", 7, None]
)
def test_the_date_of_fetched_records_is_a_date(data_date: object):
    """It is shown to people: no text of a foreign file stands in its place."""
    head = {"format": PACK_FORMAT, "version": PACK_VERSION, "data_date": data_date, "files": 0}
    with pytest.raises(InvalidPackError, match="no date"):
        read_pack(gzip.compress(json.dumps(head).encode() + b"\n"))


@pytest.mark.parametrize("inner", ["models/a.json/b.json", "models/a.json/b/c.json"])
def test_a_path_is_no_file_and_folder_at_once(tmp_path: Path, inner: str):
    """In either order: one line, and nothing is left."""
    for paths in (("models/a.json", inner), (inner, "models/a.json")):
        files = dict.fromkeys(paths, "{}")
        with pytest.raises(InvalidPackError, match="a file and a folder"):
            UpdatedRecords(tmp_path).install(RecordPack("2026-01-01", files), lambda _: None)
        assert [path.name for path in tmp_path.iterdir()] == [".lock"]
    (tmp_path / "current").write_bytes(b"\xff")
    assert UpdatedRecords(tmp_path).find_current() is None


def test_a_pack_may_hold_every_character(tmp_path: Path):
    """One that other programs take for the end of a line is none here."""
    (tmp_path / "models" / "maker").mkdir(parents=True)
    (tmp_path / "models" / "maker" / "x.json").write_text('{"a": "b\u2028c\x85d"}', "utf-8")
    files = read_pack(pack_records(tmp_path, "2026-01-01")).files
    assert files == {"models/maker/x.json": '{"a": "b\u2028c\x85d"}'}


def test_records_that_are_refused_replace_nothing(published: Publisher, tmp_path: Path):
    """A pack of records that do not validate, or that were read tomorrow, leaves the present ones; one line tells the first problem and how many there are."""
    published.update(make_pack(tmp_path, "first", TODAY))
    make_pack(tmp_path, "bad", TODAY)
    for number in range(100):
        (tmp_path / "bad" / "models" / "maker" / f"x{number}.json").write_text('{"id": 1}')
    later = make_model_record("maker/later")
    later["evidence"] = {"card": {**later["evidence"]["card"], "seen": "9999-01-01"}}
    make_pack(tmp_path, "later", TODAY)
    write_records(tmp_path / "later", [("models", later)])
    for name, words in (("bad", "other problems; nothing was changed"), ("later", "still to come")):
        done = published.update(pack_records(tmp_path / name, TODAY))
        assert (done.returncode, len(done.stderr.splitlines())) == (3, 1)
        assert words in done.stderr
    assert published.knows("first")


def test_init_makes_a_registry_in_which_everything_works(program: Program):
    """The license records and no models: what reads, writes and judges does."""
    assert program.call("init", "mine").returncode == 0
    assert program.call("init", "mine").returncode == 2
    program.folder = program.folder / "mine"
    for command in ("validate", "catalog", "feeds", "list", "coverage", "run --plan", "gaps"):
        done = program.call(*command.split())
        assert done.returncode == 0, (command, done.stderr)
    assert "installed" not in program.call("list").stderr
