"""Which files of a Hub repository are weights and which carry terms, by name."""

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from huggingface_hub.hf_api import RepoSibling

from audit.observations.facts import LicenseFile, Weights

FORMATS = {
    ".safetensors": "safetensors",
    ".gguf": "gguf",
    ".onnx": "onnx",
    ".onnx_data": "onnx",
    ".bin": "pickle",
    ".pt": "pickle",
    ".pth": "pickle",
    ".ckpt": "pickle",
    ".pkl": "pickle",
    ".pickle": "pickle",
} | dict.fromkeys(
    (".msgpack", ".h5", ".keras", ".npz", ".npy", ".ot", ".tflite", ".pb", ".nemo", ".pdparams", ".distcp", ".mlmodel", ".llamafile"),
    "other",
)
"""Pickle runs code when it is loaded; `other` is what a Hub page lists as weights beside the known four."""
TRAINING_STATE = re.compile(r"(training_args|optimizer|scheduler|scaler|rng_state\w*|random_states\w*|trainer_state)\.(bin|pt|pth|pkl)")
"""Left-overs of a training run: pickles, but no weights."""
OPENVINO = re.compile(r"openvino\w*\.bin")
TERMS = re.compile(
    r"(?:.*[-_. ])?"
    r"(?:licen[cs]es?|copying|notices?|copyright|us(?:e|age)[-_ ]?policy|terms(?:[-_ ]of[-_ ](?:use|service))?)"
    r"(?:[-_. ].*)?",
    re.IGNORECASE,
)
CODE = frozenset({".py", ".sh", ".js", ".ipynb", ".json", ".jsonl", ".yaml", ".yml", ".toml", ".bib", ".spdx"})
DATA = frozenset({".png", ".jpg", ".jpeg", ".svg", ".gif", ".webp", ".zip", ".gz", ".csv", ".tsv", ".parquet"})
NOT_TERMS = CODE | DATA | frozenset(FORMATS)


def weights_of(siblings: Iterable[RepoSibling]) -> Weights:
    """The weight files, as identities. Where a server tells none, the path must do; see `names_only`."""
    files: dict[str, str] = {}
    formats: set[str] = set()
    size = 0
    for sibling in siblings:
        kind = weight_format(sibling.rfilename)
        if kind is None:
            continue
        files[sibling.rfilename] = (sibling.lfs.sha256 if sibling.lfs else sibling.blob_id) or f"path:{sibling.rfilename}"
        formats.add(kind)
        size += (sibling.lfs.size if sibling.lfs else sibling.size) or 0
    return Weights(dict(sorted(files.items())), tuple(sorted(formats)), size)


def names_only(weights: Weights) -> bool:
    """True when the server told names but no identities, as mirrors do that ignore `blobs`."""
    return any(identity.startswith("path:") for identity in weights.files.values())


def weight_format(path: str) -> str | None:
    """The format of a weight file, None for any other file."""
    name = PurePosixPath(path).name.lower()
    if TRAINING_STATE.fullmatch(name):
        return None
    return "other" if OPENVINO.fullmatch(name) else FORMATS.get(PurePosixPath(name).suffix)


def license_files_of(siblings: Iterable[RepoSibling]) -> tuple[LicenseFile, ...]:
    """The files at the top of the repository whose names say that they carry terms, sorted by path."""
    return tuple(
        LicenseFile(
            path=each.rfilename,
            size=each.size or 0,
            blob_id=each.blob_id or "",
            # The listing itself gives the digest of a file in LFS; its bytes lie on another origin and are not fetched.
            sha256=each.lfs.sha256 if each.lfs else None,
        )
        for each in sorted(siblings, key=lambda sibling: sibling.rfilename)
        if carries_terms(each.rfilename)
    )


def carries_terms(path: str) -> bool:
    """Whether a file's name says LICENSE, COPYING, NOTICE, USE_POLICY and the like, and its suffix that it is a text."""
    return "/" not in path and TERMS.fullmatch(path) is not None and PurePosixPath(path).suffix.lower() not in NOT_TERMS
