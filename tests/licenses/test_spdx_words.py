"""The generated words of the SPDX licenses: of today's normalizer, readable, and fail-closed."""

import gzip
import io
import json
import tarfile
from pathlib import Path

from audit.licenses.text import spdx, spdx_words
from audit.licenses.text.license_text import LicenseText
from audit.licenses.text.normalize import NORMALIZER_VERSION
from audit.licenses.text.wordings import index_wordings
from tests.update_licenses import read_wordings

TARGET = Path(spdx_words.__file__).with_name(spdx_words.DATA_FILE)
PATTERNS = {
    "data/licenses/MIT.lre": "//** about it **// You may not (( sell ))?? it __5__ without us",
    "data/licenses/MIT.spdx-v3.28.0.lre": "You may not never sell it",
    "data/order.txt": "MIT",
}


def test_words_are_of_the_normalizer_of_today():
    """Words that another normalizer counted would match nothing: make the file anew with it."""
    data = json.loads(gzip.decompress(TARGET.read_bytes()))
    assert data["normalizer"] == NORMALIZER_VERSION
    assert len(data["licenses"]) > 700
    assert "merchantability" in spdx_words.find_license_words("Apache-2.0").counts


def test_patterns_become_words(tmp_path: Path):
    """What a pattern leaves open is no word; of several wordings the most frequent use counts."""
    archive = tmp_path / "sources.tar.gz"
    with tarfile.open(archive, "w:gz") as opened:
        for name, text in PATTERNS.items():
            entry = tarfile.TarInfo(f"licenseclassifier-1/{name}")
            entry.size = len(text)
            opened.addfile(entry, io.BytesIO(text.encode()))
    wordings = list(read_wordings(archive))
    assert {id for id, _ in wordings} == {"MIT"}
    found = spdx_words.collect_license_words(words for _, words in wordings)
    assert found.counts["it"] == 1
    assert found.counts.keys() == {*["you", "may", "not", "sell", "it", "without", "us", "never"]}
    assert ("not", "sell") in found.negation_pairs
    assert ("without", "us") in found.negation_pairs
    assert ("you", "may") not in found.negation_pairs


def test_dumped_words_are_read_as_they_were(monkeypatch):
    """Writing and reading are inverse, and the same words give the same bytes."""
    words = spdx_words.collect_license_words([["never", "sell", "it", "or", "sell", "us"]])
    content = spdx_words.dump_license_words({"X": words, "Y": spdx_words.NOTHING_KNOWN}, "here")
    monkeypatch.setattr(spdx_words, "_load_data", lambda: json.loads(gzip.decompress(content)))
    spdx_words.find_license_words.cache_clear()
    try:
        assert spdx_words.find_license_words("X") == words
        assert spdx_words.find_license_words("Y") == spdx_words.NOTHING_KNOWN
    finally:
        spdx_words.find_license_words.cache_clear()
    assert content == spdx_words.dump_license_words(
        {"Y": spdx_words.NOTHING_KNOWN, "X": words}, "here"
    )


def test_license_of_unknown_words_gets_no_name(root: Path, monkeypatch):
    """A license that the library learned later than the file finds every word left over."""
    monkeypatch.setattr(spdx, "load_spdx_wordings", lambda: index_wordings(()))
    content = (root / "LICENSE").read_bytes()
    (id,) = LicenseText(content).spdx.within
    assert LicenseText(content).spdx.license == id
    monkeypatch.setattr(spdx_words, "_load_data", lambda: {"vocabulary": [], "licenses": {}})
    spdx_words.find_license_words.cache_clear()
    try:
        assert LicenseText(content).spdx.license is None
        assert LicenseText(content).spdx.within == (id,)
    finally:
        spdx_words.find_license_words.cache_clear()
