"""Bills in SPDX, read by the library that is made from SPDX's own model, and judged by its SHACL. `nox -s interop-bom` installs both."""

import json

import pytest

from audit.publish.bom.contents import build_model_contents
from audit.publish.bom.spdx import build_spdx
from audit.records.load import load_registry
from tests.publish.bom.conftest import SCHEMAS

library = pytest.importorskip("spdx_python_model")
pytestmark = pytest.mark.interop


def test_every_recorded_model_is_read_by_the_library(root, tmp_path):
    """Types, relations and values are those of the model: it refuses any other while it reads."""
    registry = load_registry(root / "registry")
    for model in registry.models.values():
        document = build_spdx(build_model_contents([model], registry, "2026-11-28"))
        path = tmp_path / "bom.json"
        path.write_text(json.dumps(document), encoding="utf-8")
        version, _ = library.load(path)
        assert "3.0.1" in str(version) or "v3_0_1" in str(version)


def test_the_library_refuses_a_relation_that_is_none(root, tmp_path):
    """The judge judges."""
    registry = load_registry(root / "registry")
    model = next(iter(registry.models.values()))
    document = build_spdx(build_model_contents([model], registry, "2026-11-28"))
    relations = [each for each in document["@graph"] if each["type"] == "Relationship"]
    relations[0]["relationshipType"] = "bogus"
    path = tmp_path / "bom.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(Exception, match=r".+"):
        library.load(path)


def judge_by_shapes(document):
    """Whether the shapes of SPDX 3.0.1 admit a document; its context is the file beside them, not the network's."""
    rdflib, pyshacl = pytest.importorskip("rdflib"), pytest.importorskip("pyshacl")
    context = json.loads((SCHEMAS / "spdx-3.0.1.context.jsonld").read_text(encoding="utf-8"))
    text = json.dumps({**document, "@context": context["@context"]})
    graph = rdflib.Graph().parse(data=text, format="json-ld")
    shapes = rdflib.Graph().parse(SCHEMAS / "spdx-3.0.1.model.ttl", format="turtle")
    conforms, _, words = pyshacl.validate(graph, shacl_graph=shapes, ont_graph=shapes)
    return conforms, words


@pytest.mark.filterwarnings("ignore")
def test_the_shapes_admit_a_sample(root):
    """Models with bases, data, own licenses, and without any of them; a control is refused."""
    registry = load_registry(root / "registry")
    models = list(registry.models.values())
    for model in models[:: len(models) // 8]:
        document = build_spdx(build_model_contents([model], registry, "2026-11-28"))
        conforms, words = judge_by_shapes(document)
        assert conforms, words
    relations = [each for each in document["@graph"] if each["type"] == "Relationship"]
    relations[0]["relationshipType"] = "bogus"
    assert not judge_by_shapes(document)[0]
