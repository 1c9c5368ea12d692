"""Which files of a Hub repository are weights and which carry terms, by name."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any

from audit.observations.facts import LicenseFile, Weights
from audit.sources.answers import identity, read_file_size
from audit.sources.failures import UndocumentedAnswer

WEIGHT_FORMATS = {
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
    (
        ".msgpack",
        ".h5",
        ".keras",
        ".npz",
        ".npy",
        ".ot",
        ".tflite",
        ".pb",
        ".nemo",
        ".pdparams",
        ".distcp",
        ".mlmodel",
        ".llamafile",
    ),
    "other",
)
"""Pickle runs code when it is loaded; `other` is what a Hub page lists as weights beside the known
four.
"""
TRAINING_STATE_NAME = re.compile(
    r"(training_args|optimizer|scheduler|scaler|rng_state\w*|random_states\w*|trainer_state)"
    r"\.(bin|pt|pth|pkl)"
)
"""Left-overs of a training run: pickles, but no weights."""
OPENVINO_NAME = re.compile(r"openvino\w*\.bin")
TERMS_NAME = re.compile(
    r"(?:.*[-_. ])?"
    r"(?:licen[cs]es?|copying|notices?|copyright|us(?:e|age)[-_ ]?policy"
    r"|terms(?:[-_ ]of[-_ ](?:use|service))?)"
    r"(?:[-_. ].*)?",
    re.IGNORECASE,
)
CODE_SUFFIXES = frozenset(
    {".py", ".sh", ".js", ".ipynb", ".json", ".jsonl", ".yaml", ".yml", ".toml", ".bib", ".spdx"}
)
DATA_SUFFIXES = frozenset(
    {".png", ".jpg", ".jpeg", ".svg", ".gif", ".webp", ".zip", ".gz", ".csv", ".tsv", ".parquet"}
)
MAX_LICENSE_FILES = 40
"""Kept of one repository, the topmost first: a collection holds hundreds, one for each part."""
FOREIGN_FOLDERS = frozenset(
    {"third_party", "third-party", "thirdparty", "vendor", "external", "node_modules", "deps"}
)
"""Where a repository keeps the code of others, whose terms say nothing about its own."""
NON_TERMS_SUFFIXES = CODE_SUFFIXES | DATA_SUFFIXES | frozenset(WEIGHT_FORMATS)


@dataclass(frozen=True)
class ListedFile:
    """A file as the listing of a repository names it."""

    path: str
    size: int | None
    """Bytes in git itself; of a file in LFS, as the listing says.

    None where the server tells none.
    """
    blob_id: str | None
    sha256: str | None = None
    """Of a file in LFS."""
    lfs_size: int | None = None

    @property
    def identity(self) -> str:
        """What its content is told by; its path where the server tells no digest."""
        return self.sha256 or self.blob_id or f"path:{self.path}"

    @property
    def content_size(self) -> int:
        """Bytes of the content itself; 0 where the server tells none."""
        return (self.lfs_size if self.sha256 else self.size) or 0


def read_files(siblings: object) -> tuple[ListedFile, ...]:
    """The files of a listing, each name once. Raises NotAsDocumented."""
    if not isinstance(siblings, list):
        raise UndocumentedAnswer("siblings are missing")
    return _number_equal_names([_parse_file(sibling) for sibling in siblings])


def _parse_file(sibling: Any) -> ListedFile:
    path, blob_id, lfs = sibling["rfilename"], sibling.get("blobId"), sibling.get("lfs")
    if not isinstance(path, str):
        raise UndocumentedAnswer("a file without a name")
    blob = None if blob_id is None else identity(blob_id, "blobId")
    file = ListedFile(path, read_file_size(sibling.get("size")), blob)
    return _add_lfs_facts(file, lfs) if lfs else file


def _add_lfs_facts(file: ListedFile, lfs: Any) -> ListedFile:
    sha256 = identity(lfs["sha256"], "sha256")
    return replace(file, sha256=sha256, lfs_size=read_file_size(lfs["size"]))


def _number_equal_names(files: Sequence[ListedFile]) -> tuple[ListedFile, ...]:
    """Names of git are bytes.

    Two that differ only where they are no text come as one, and none may hide the other.
    """
    seen: Counter[str] = Counter()
    found = []
    for file in files:
        seen[file.path] += 1
        number = seen[file.path]
        found.append(file if number == 1 else replace(file, path=f"{number}:{file.path}"))
    return tuple(found)


def collect_weights(listed: Iterable[ListedFile]) -> Weights:
    """The weight files, as identities.

    Where a server tells none, the path must do; see `names_only`.
    """
    format_by_file = {file: find_weight_format(file.path) for file in listed}
    weights = sorted((file for file, kind in format_by_file.items() if kind), key=_get_path)
    formats = {kind for kind in format_by_file.values() if kind}
    identities = {file.path: file.identity for file in weights}
    return Weights(identities, tuple(sorted(formats)), sum(file.content_size for file in weights))


def _get_path(file: ListedFile) -> str:
    return file.path


def has_names_only(weights: Weights) -> bool:
    """True when the server told names but no identities, as mirrors do that ignore `blobs`."""
    return any(identity.startswith("path:") for identity in weights.files.values())


def find_weight_format(path: str) -> str | None:
    """The format of a weight file, None for any other file."""
    name = PurePosixPath(path).name.lower()
    if TRAINING_STATE_NAME.fullmatch(name):
        return None
    return (
        "other" if OPENVINO_NAME.fullmatch(name) else WEIGHT_FORMATS.get(PurePosixPath(name).suffix)
    )


def list_license_files(listed: Iterable[ListedFile]) -> tuple[LicenseFile, ...]:
    """Files whose names say that they carry terms, the topmost of them, sorted by path."""
    found = [
        # The listing itself gives the digest of a file in LFS; its bytes lie on another origin and
        # are not fetched.
        LicenseFile(file.path, file.size or 0, file.blob_id or "", file.sha256)
        for file in listed
        if may_carry_terms(file.path)
    ]
    return select_topmost_files(found)


def select_topmost_files(found: Iterable[LicenseFile]) -> tuple[LicenseFile, ...]:
    """As many as are kept of one repository, sorted by path."""
    topmost = sorted(found, key=_rank_by_depth)[:MAX_LICENSE_FILES]
    return tuple(sorted(topmost, key=_get_license_path))


def _rank_by_depth(file: LicenseFile) -> tuple[int, str]:
    return file.path.count("/"), file.path


def _get_license_path(file: LicenseFile) -> str:
    return file.path


def may_carry_terms(path: str) -> bool:
    """Whether a file's name says that it is a text with terms of the repository itself.

    The name says LICENSE, COPYING, NOTICE, USE_POLICY and the like, its suffix does not deny it,
    and it does not lie where the code of others is kept.
    """
    name = PurePosixPath(path)
    folders = {part.lower() for part in name.parts[:-1]}
    return is_terms_name(name.name) and folders.isdisjoint(FOREIGN_FOLDERS)


def is_terms_name(name: str) -> bool:
    """The same of a file's name without its folders."""
    suffix = PurePosixPath(name).suffix.lower()
    return TERMS_NAME.fullmatch(name) is not None and suffix not in NON_TERMS_SUFFIXES
