"""Large files of the world are told apart as the Hub tells them apart."""

import json

from tests.fakes.repositories import HubFile


def test_pointers_have_the_recorded_blob_ids(shared):
    """The git blob id of a large file is that of its pointer, as the Hub computed it for real weights."""
    siblings = json.loads(
        (shared / "hub-recordings" / "models" / "Qwen__Qwen3-0.6B.json").read_text()
    )["siblings"]
    for sibling in (sibling for sibling in siblings if "lfs" in sibling):
        file = HubFile(sibling["rfilename"], None, sibling["size"], sibling["lfs"]["sha256"])
        assert (file.blob_id, len(file.pointer)) == (
            sibling["blobId"],
            sibling["lfs"]["pointerSize"],
        )
