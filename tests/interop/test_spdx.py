"""Bills in SPDX, read by the library that is made from SPDX's own model. `nox -s interop-bom` installs it."""

import json

import pytest

from audit.publish.bom.contents import build_model_contents
from audit.publish.bom.spdx import build_spdx
from audit.records.load import load_registry

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
