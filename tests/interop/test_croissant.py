"""The exported tables, loaded by the library of those who make Croissant. `nox -s interop-croissant` installs it."""

import json

import duckdb
import pytest

from audit.publish.site.changes import list_site_events
from audit.publish.site.croissant import CROISSANT_PATH, add_croissant
from audit.publish.site.exports import list_tables, render_exports
from tests.publish.test_site import make_sample

library = pytest.importorskip("mlcroissant")
pytestmark = [
    pytest.mark.interop,
    # What the library and its own dependencies say to each other is not ours.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]


@pytest.fixture(scope="module")
def folder(root, tmp_path_factory):
    """The exports of some makers, on a disk."""
    sample, place = make_sample(root), tmp_path_factory.mktemp("croissant")
    for path, content in add_croissant(sample, render_exports(sample, list_site_events(sample))):
        (place / path).parent.mkdir(exist_ok=True)
        (place / path).write_bytes(content)
    return place


def load_issues(path):
    issues = library.Dataset(jsonld=str(path)).metadata.ctx.issues
    return [*issues.errors, *issues.warnings]


def test_the_library_has_nothing_against_it(folder):
    """Neither an error nor a warning but that nobody said where the site stands."""
    found = [each for each in load_issues(folder / CROISSANT_PATH) if "schema.org/url" not in each]
    assert found == []


def test_the_library_refuses_a_column_without_a_file(folder):
    """The judge judges."""
    described = json.loads((folder / CROISSANT_PATH).read_text())
    described["recordSet"][0]["field"][0]["source"]["fileObject"]["@id"] = "gone.csv"
    path = folder / "export" / "broken.json"
    path.write_text(json.dumps(described))
    with pytest.raises(library.ValidationError):
        library.Dataset(jsonld=str(path))


@pytest.mark.parametrize("table", list_tables())
def test_every_table_yields_its_rows(folder, table):
    """As many as DuckDB counts, each with the columns of the table."""
    loaded = list(library.Dataset(jsonld=str(folder / CROISSANT_PATH)).records(table))
    path = folder / f"export/{table}.parquet"
    assert len(loaded) == duckdb.sql(f"SELECT count(*) FROM '{path}'").fetchall()[0][0] > 0
    names = {name.partition("/")[2] for name in loaded[0]}
    assert names == set(list_tables()[table]) or table == "models"
