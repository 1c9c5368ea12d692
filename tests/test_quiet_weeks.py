"""Quiet weeks: everything changes its form, its place or its order, and nothing is told."""

import random
from collections.abc import Callable, Iterator

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from audit.records.load import load_registry
from tests.conftest import (
    WriteRegistry,
    count_examples,
    make_dataset_record,
    make_license_record,
    make_model_record,
)
from tests.fakes.github_server import LoopbackGithub
from tests.fakes.hub_server import LoopbackHub
from tests.fakes.repositories import HubFile, HubRepo
from tests.fakes.world import UpstreamWorld, build_world
from tests.sources.test_pages import TERMS, build_page
from tests.test_daily_pages import PAGE, PageStage

MODEL, DATASET, CODE = "maker/model-1", "maker/data", "maker/code"
RUNS = 0.3
"""Of the examples of a property: 30 runs in the suite, 120 in a search."""
SENTENCES = [
    "The weights may be used for research purposes only.",
    "Commercial use needs a permission of the maker.",
    "An older release of it was taken down.",
]
LICENSE = "You may use this program for any purpose but war.\n\nIt comes without any warranty.\n"


class QuietWorld:
    """What changes in form alone, drawn by chance."""

    def __init__(self, world: UpstreamWorld, page: PageStage, seed: int) -> None:
        self.world, self.page, self.draw = world, page, random.Random(seed)
        self.license_path = "LICENSE"
        self.old = "maker/old"
        self.data_names = [f"data/{number}" for number in range(5)]

    def change(self) -> str:
        """Do one thing that is no drift; its name."""
        doing: Callable[[], None] = self.draw.choice(
            [
                self.rearrange_card,
                self.move_code_license,
                self.reformat_license,
                self.rename_data,
                self.add_data,
                self.render_page,
                self.write_code,
                self.publish_quietly,
                self.rename_old,
                self.reorder_list,
                self.add_branch,
            ]
        )
        doing()
        return doing.__name__

    def rearrange_card(self) -> None:
        sentences = self.draw.sample(SENTENCES, len(SENTENCES))
        mark = self.draw.choice(["", "* ", "- ", "**"])
        text = "\n\n".join(f"{mark}{each}" for each in sentences)
        readme = f"# A model\n\n{self.draw.randrange(10_000)} stars.\n\n{text}\n"
        self.world.put_file("models", MODEL, HubFile.create_text("README.md", readme))
        self.world.push_github_file(CODE, "README.md", readme)

    def move_code_license(self) -> None:
        self.world.push_github_file(CODE, self.license_path, None)
        self.license_path = self.draw.choice(["LICENSE", "LICENSE.md", "legal/LICENSE", "COPYING"])
        self.world.push_github_file(CODE, self.license_path, LICENSE)

    def reformat_license(self) -> None:
        text = LICENSE.replace(" ", self.draw.choice([" ", "  ", "\n"]))
        text = text.replace("\n", self.draw.choice(["\n", "\r\n"]))
        self.world.push_github_file(CODE, self.license_path, text)
        self.world.put_file("models", MODEL, HubFile.create_text("LICENSE", text))

    def rename_data(self) -> None:
        number = self.draw.randrange(len(self.data_names))
        self.world.remove_file("datasets", DATASET, self.data_names[number])
        self.data_names[number] = f"data/{number}-{self.draw.randrange(10_000)}"
        self.put_data(number)

    def put_data(self, number: int) -> None:
        file = HubFile.create_large(self.data_names[number], 100, f"data {number}")
        self.world.put_file("datasets", DATASET, file)

    def add_data(self) -> None:
        self.data_names.append(f"data/{len(self.data_names)}")
        self.put_data(len(self.data_names) - 1)

    def render_page(self) -> None:
        around = f"<nav>{self.draw.randrange(10_000)}</nav><div><p>We use cookies, and by the license of our terms you accept them.</p></div>"
        page = build_page(TERMS, self.draw.choice(["", around]))
        tag = self.draw.choice(["p", "li", "div"])
        page = page.replace("<p>", f"<{tag} class='x'>").replace("</p>", f"</{tag}>")
        self.page.answer = Response(page, content_type="text/html; charset=utf-8")

    def publish_quietly(self) -> None:
        """A copy, another part, the same terms, or none that are stated."""
        number = self.draw.randrange(10_000)
        name, card = self.draw.choice(
            [
                (f"maker/model-3-{number}b-GGUF", {"license": "cc-by-nc-4.0"}),
                (f"maker/model-3-dataset-{number}", {"license": "cc-by-nc-4.0"}),
                (f"maker/model-4-{number}b", {"license": "mit"}),
                (f"maker/model-5-{number}b", {}),
                (f"maker/model-5-{number}b", {"license": "other"}),
            ]
        )
        created = f"2026-03-{self.draw.randrange(1, 29):02}T00:00:00.000Z"
        if not self.world.has_hub_repo("models", name):
            self.world.add_hub_repo(HubRepo("models", name, card=card, created_at=created))

    def rename_old(self) -> None:
        name = f"maker/model-{self.draw.randrange(6, 90)}"
        if not self.world.has_hub_repo("models", name):
            self.world.rename_hub_repo("models", self.old, name)
            self.old = name

    def reorder_list(self) -> None:
        for repo in self.world.list_hub_repos("models", "maker"):
            repo.likes = self.draw.randrange(1_000)

    def add_branch(self) -> None:
        name = f"new{self.draw.randrange(10_000)}"
        self.world.set_branch("models", MODEL, name, "f" * 40, is_tag=self.draw.random() < 0.5)

    def write_code(self) -> None:
        self.world.push_github_file(CODE, "train.py", str(self.draw.random()))


@pytest.fixture
def quiet(write_registry: WriteRegistry, httpserver: HTTPServer) -> Iterator[QuietWorld]:
    model = make_model_record(MODEL)
    code = {"status": "released", "url": f"https://github.com/{CODE}", "evidence": ["card"]}
    model["components"]["training-code"] = code
    checkpoints = {"status": "released", "revisions": ["step{1..9..1}"], "evidence": ["card"]}
    model["components"]["model-parameters-intermediate"] = checkpoints
    license = make_license_record("LicenseRef-maker", hub_tags=[], url=PAGE, osi_approved=False)
    root = write_registry(
        ("licenses", license),
        ("licenses", make_license_record()),
        ("models", model),
        ("models", make_model_record("maker/model-2")),
        ("datasets", make_dataset_record(DATASET)),
    )
    world = build_world(load_registry(root))
    world.remove_file("datasets", DATASET, "data/train-00000-of-00001.parquet")
    world.add_hub_repo(HubRepo("models", "maker/old", card={"license": "cc-by-nc-4.0"}))
    with LoopbackHub(world) as hub, LoopbackGithub(world) as github:
        stage = PageStage(root, (hub.endpoint, github.endpoint, httpserver.url_for("/")))
        path = PAGE.removeprefix("https:/")

        httpserver.expect_request(path).respond_with_handler(stage.respond)
        made = QuietWorld(world, stage, seed=20_261_128)
        for number in range(len(made.data_names)):
            made.put_data(number)
        world.push_github_file(CODE, "LICENSE", LICENSE)
        world.put_file("models", MODEL, HubFile.create_text("LICENSE", LICENSE))
        made.rearrange_card()
        for _ in range(2):
            assert stage.audit().status == "complete"
        yield made


def test_nothing_is_told_of_weeks_in_which_only_forms_change(quiet: QuietWorld):
    """Cards, licenses, data, code and pages: names, places, order, markup, counters and what stands around."""
    done = []
    for _ in range(count_examples(RUNS)):
        done.append(quiet.change())
        report = quiet.page.audit()
        told = [(each.record, each.kind, each.field, each.status) for each in report.findings]
        assert (report.status, told) == ("complete", []), done
