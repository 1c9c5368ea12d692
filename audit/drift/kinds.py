"""Every kind of drift, once: what it is called, what it means, and what may be done about it.

Whoever compares, stores, publishes or accepts drift reads this table. A kind that it lacks is an
error where it is read or made, never a guess. To add a kind: a row here, its id in the enum of
`schemas/event.schema.json`, and the comparison that finds it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from audit.core.errors import RegistryError
from audit.core.near_names import format_near_names

DriftSubject = Literal["weights", "data", "code", "license", "repository"]
Acceptance = Literal["gate", "removal", "rename", "license-fields", "license-text", "commit"]
"""How `accept` takes an observed value into the record, where no person has to read anything."""

LOSS_SIGHTINGS = 2
"""Runs, hours apart, that must agree before a loss is believed (docs/audit.md)."""
PLAIN_QUESTION = "A person has to look at it: {before} became {after} at {field}."
_GATE_CONSEQUENCE = (
    "One now has to log in and accept conditions before the download; "
    "copies made before are not affected."
)


class UnknownDriftKindError(RegistryError):
    """A kind of drift that the table lacks: written by a newer version, or misspelled."""


@dataclass(frozen=True)
class DriftKind:
    """One kind of drift."""

    id: str
    subject: DriftSubject
    """What it is about: the group of its label, and whether its values name licenses."""
    sentence: str
    """What happened, for people."""
    consequence: str = ""
    """What that means for somebody who uses the thing; empty where the terms say it better."""
    is_loss: bool = False
    """Never believed after one observation; many at once are our fault until shown otherwise."""
    seen_when_gone: bool = False
    """Even a repository that does not answer can still show it."""
    ends_availability: bool = False
    """The weights or the data of the record cannot be obtained any more."""
    acceptance: Acceptance | None = None
    """How `accept` takes the value over; None where a person has to read first."""
    question: str = PLAIN_QUESTION
    """What a person must settle. May name {field}, {before}, {after} and {license}, a JSON path."""
    compared_with_commit: bool = False
    """Compared with the commit that a reviewer saw: to pin another commit accepts it."""
    is_news: bool = False
    """About something that has no record yet: no drift of what has one."""
    field_is_license_file: bool = False
    """Its field is the path of a license file in the repository."""
    is_contradiction: bool = False
    """Its values are two statements that stand side by side; neither was before the other."""

    @property
    def joint(self) -> str:
        """What stands between its two values: both statements of a contradiction hold at once."""
        return "against" if self.is_contradiction else "→"

    @property
    def sightings_needed(self) -> int:
        """Runs, hours apart, that must see it before it is confirmed."""
        return LOSS_SIGHTINGS if self.is_loss else 1


_TABLE: dict[str, DriftKind] = {}
DRIFT_KINDS: Mapping[str, DriftKind] = _TABLE
"""Every kind by its id."""


def find_drift_kind(id: str) -> DriftKind:
    """The row of a kind. Raises UnknownDriftKindError."""
    try:
        return _TABLE[id]
    except KeyError:
        hint = format_near_names(str(id), _TABLE)
        raise UnknownDriftKindError(
            f"{id!r} is not a kind of drift that this version knows{hint}; "
            "update the program, or correct the file that says so"
        ) from None


def _add(kind: DriftKind) -> DriftKind:
    _TABLE[kind.id] = kind
    return kind


# Availability

WEIGHTS_GONE = _add(
    DriftKind(
        "weights-gone",
        "weights",
        "The weights can no longer be obtained: the repository is not publicly reachable.",
        "A copy that you already have keeps the license under which you got it; "
        "new users cannot get it here.",
        is_loss=True,
        seen_when_gone=True,
        ends_availability=True,
        acceptance="removal",
        question="The weight files are not in the repository any more. Are they elsewhere? "
        "Set $.components.model-parameters-final.",
    )
)
DATA_GONE = _add(
    DriftKind(
        "data-gone",
        "data",
        "The dataset can no longer be obtained: its repository is not publicly reachable.",
        "Models trained on it can no longer be rebuilt from this source.",
        is_loss=True,
        seen_when_gone=True,
        ends_availability=True,
        acceptance="removal",
    )
)
CODE_GONE = _add(
    DriftKind(
        "code-gone",
        "code",
        "The code repository is not publicly reachable any more.",
        is_loss=True,
        seen_when_gone=True,
        question="The code is not where it was. Has it moved? "
        "Set the url, or the status, of each component that names it.",
    )
)
REPO_DISABLED = _add(
    DriftKind(
        "repo-disabled",
        "repository",
        "The host has disabled the repository.",
        is_loss=True,
        seen_when_gone=True,
        ends_availability=True,
        acceptance="removal",
    )
)
REPO_BLOCKED = _add(
    DriftKind(
        "repo-blocked",
        "repository",
        "The host withholds the repository because somebody with a right demanded it.",
        "A takedown notice, the host's own terms or a court stand behind it: "
        "copies made before may be concerned as well.",
        is_loss=True,
        seen_when_gone=True,
        ends_availability=True,
        acceptance="removal",
    )
)
WEIGHTS_RELEASED = _add(
    DriftKind(
        "weights-released",
        "weights",
        "The weights, recorded as not released, can be downloaded.",
        question="The weights are there now. Are they complete, and under which terms? "
        "Set $.components.model-parameters-final.",
    )
)
DATA_RELEASED = _add(
    DriftKind(
        "data-released",
        "data",
        "The dataset, recorded as not available, can be downloaded.",
        question="The data is there now. Is it complete, and under which terms? "
        "Set $.availability and $.terms.",
    )
)
DATA_WITHDRAWN = _add(
    # Only in the curated history: the audit says data-gone.
    DriftKind("data-withdrawn", "data", "The dataset was withdrawn.")
)

# The gate before a download

WEIGHTS_GATED = _add(
    DriftKind(
        "weights-gated",
        "weights",
        "The weights are now behind a gate.",
        _GATE_CONSEQUENCE,
        is_loss=True,
        acceptance="gate",
    )
)
DATA_GATED = _add(
    DriftKind(
        "data-gated",
        "data",
        "The dataset is now behind a gate.",
        _GATE_CONSEQUENCE,
        is_loss=True,
        acceptance="gate",
    )
)
WEIGHTS_UNGATED = _add(
    DriftKind(
        "weights-ungated",
        "weights",
        "The gate before the weights is gone.",
        "Anybody can download without an account.",
        acceptance="gate",
    )
)
DATA_UNGATED = _add(
    DriftKind("data-ungated", "data", "The gate before the dataset is gone.", acceptance="gate")
)
GATE_CHANGED = _add(
    DriftKind("gate-changed", "repository", "The gate works in another way.", acceptance="gate")
)

# Licenses

LICENSE_TAG_CHANGED = _add(
    DriftKind(
        "license-tag-changed",
        "license",
        "The license named on the card is another one.",
        acceptance="license-fields",
    )
)
LICENSE_LIST_CHANGED = _add(
    DriftKind(
        "license-list-changed",
        "license",
        "The list of licenses on the card is another one.",
        acceptance="license-fields",
    )
)
DATA_LICENSE_CHANGED = _add(
    DriftKind(
        "data-license-changed",
        "license",
        "The license of the dataset is another one.",
        acceptance="license-fields",
    )
)
LICENSE_TEXT_CHANGED = _add(
    DriftKind(
        "license-text-changed",
        "license",
        "The text of the license file has changed.",
        acceptance="license-text",
        question="Read {field} at the new commit: what does it grant and demand now? "
        "Set $.{license} and the digest in $.hub.license_files.",
        compared_with_commit=True,
        field_is_license_file=True,
    )
)
LICENSE_FILE_ADDED = _add(
    DriftKind(
        "license-file-added",
        "license",
        "A license or policy file has appeared.",
        question="Read {field}: does it change the terms of what was there? "
        "Set $.{license} where it does, then pin the commit in $.hub.revision.",
        compared_with_commit=True,
        field_is_license_file=True,
    )
)
LICENSE_FILE_REMOVED = _add(
    DriftKind(
        "license-file-removed",
        "license",
        "A license or policy file is gone.",
        is_loss=True,
        question="Do the terms still hold without {field}? "
        "Set $.{license}, then pin the commit in $.hub.revision.",
        compared_with_commit=True,
        field_is_license_file=True,
    )
)
LICENSE_CONFLICT = _add(
    DriftKind(
        "license-conflict",
        "license",
        "Two statements about the license contradict each other.",
        question="The sources disagree: {before} against {after}. Which one holds? "
        "Record it as a 'conflict' beside $.{license}.",
        is_contradiction=True,
    )
)
DATA_TERMS_CONFLICT = _add(
    DriftKind(
        "data-terms-conflict",
        "data",
        "The terms of training data forbid commerce, which the license of the weights allows.",
        "Whether terms of data bind a model that was trained on it is not settled: "
        "ask before you sell.",
        question="Training data and weights disagree: {before} against {after} at {field}. "
        "Is the data really part of the training, and under these terms? "
        "Set $.components.datasets or $.{license}; what is left is shown as a disagreement.",
        is_contradiction=True,
    )
)
LICENSE_CHANGED = _add(
    # Only in the curated history: the audit says which statement of the license changed.
    DriftKind("license-changed", "license", "The license of the weights is another one.")
)
CODE_LICENSE_CHANGED = _add(
    DriftKind(
        "code-license-changed",
        "license",
        "The license of the code is another one.",
        question="The code is under {after}, and was under {before}. "
        "Read it, and set the license of each component that names it.",
    )
)

TERMS_PAGE_GONE = _add(
    DriftKind(
        "terms-page-gone",
        "license",
        "The page with the terms is not there any more.",
        is_loss=True,
        seen_when_gone=True,
        question="Where do the terms stand now? Set $.url of the license.",
    )
)
TERMS_ELSEWHERE_CHANGED = _add(
    DriftKind(
        "terms-elsewhere-changed",
        "license",
        "Terms that stand outside the repository of the weights have another text.",
        question="Read {field}: what does it grant and demand now? Set $.{license} where it "
        "speaks for the weights.",
    )
)

CARD_TERMS_CHANGED = _add(
    DriftKind(
        "card-terms-changed",
        "license",
        "The card says other things about licenses, gates or withdrawal.",
        question="The card said: {before}. It says now: {after}. "
        "Does that change what was recorded? Set $.{license} where it does, then $.hub.revision.",
        compared_with_commit=True,
    )
)
GATE_TERMS_CHANGED = _add(
    DriftKind(
        "gate-terms-changed",
        "license",
        "What one has to agree to at the gate is another text.",
        question="Read the prompt of the gate: does it add terms to the license? "
        "Set $.{license} where it does, then $.hub.revision.",
        compared_with_commit=True,
    )
)
EVIDENCE_CHANGED = _add(
    DriftKind(
        "evidence-changed",
        "repository",
        "A file that the record cites as evidence has another content, or is gone.",
        question="Read {field} again: does what rests on it still hold? Then pin $.hub.revision.",
        compared_with_commit=True,
    )
)

# The contents of datasets

DATA_EMPTIED = _add(
    DriftKind(
        "data-emptied",
        "data",
        "The dataset's repository stands, and its files are gone.",
        "Models trained on it can no longer be rebuilt from this source.",
        is_loss=True,
        ends_availability=True,
        question="The files of the dataset are gone. Are they elsewhere? Set $.availability.",
    )
)
DATA_REPLACED = _add(
    DriftKind(
        "data-replaced",
        "data",
        "Files of the dataset were removed or replaced.",
        "A download today is not the data that was recorded; pin a revision if you depend on it.",
        acceptance="commit",
        compared_with_commit=True,
    )
)

# Names and identity of repositories

REPO_MOVED = _add(
    DriftKind(
        "repo-moved",
        "repository",
        "The repository has another name; the old one redirects.",
        acceptance="rename",
    )
)
IDENTITY_CHANGED = _add(
    DriftKind(
        "identity-changed",
        "repository",
        "Another repository stands under the same name.",
        "Nothing that this repository says is about the model recorded here, "
        "until somebody has looked.",
        question="Another repository stands under this name. Is it by the same maker? "
        "Until that is known, nothing of it is taken over.",
    )
)
HISTORY_REWRITTEN = _add(
    DriftKind(
        "history-rewritten",
        "repository",
        "The commit that was reviewed cannot be found any more.",
        question="The commit that a reviewer saw is gone. What else changed? "
        "Pin a commit that you read in $.hub.revision.",
    )
)
CODE_ARCHIVED = _add(
    DriftKind(
        "code-archived",
        "code",
        "The code repository is archived: nobody maintains it there any more.",
        question="The code is archived. It stays released; nothing in the record changes.",
    )
)

# Weight files

WEIGHTS_REPLACED = _add(
    DriftKind(
        "weights-replaced",
        "weights",
        "Files of the weights were replaced under the same name.",
        "A download today is not the file that was recorded; pin a revision if you depend on it.",
        acceptance="commit",
        compared_with_commit=True,
    )
)
WEIGHTS_FILES_ADDED = _add(
    DriftKind(
        "weights-files-added",
        "weights",
        "Weight files were added.",
        acceptance="commit",
        compared_with_commit=True,
    )
)
WEIGHTS_FILES_REMOVED = _add(
    DriftKind(
        "weights-files-removed",
        "weights",
        "Weight files were removed.",
        is_loss=True,
        acceptance="commit",
        compared_with_commit=True,
    )
)
WEIGHTS_ONLY_PICKLE = _add(
    DriftKind(
        "weights-only-pickle",
        "weights",
        "The weights are only there as pickle files, which run code when they are opened.",
        acceptance="commit",
        compared_with_commit=True,
    )
)

# Branches and tags

REVISIONS_GONE = _add(
    DriftKind(
        "revisions-gone",
        "weights",
        "Branches or tags that the record names are not in the repository any more.",
        "Who pins one of these names cannot download it any more.",
        is_loss=True,
        question="{after} of the named revisions are gone. Are the checkpoints elsewhere? "
        "Set the status of $.components.model-parameters-intermediate, or its 'revisions'.",
    )
)
REVISIONS_MOVED = _add(
    DriftKind(
        "revisions-moved",
        "weights",
        "Branches or tags that the record names lead to other commits.",
        "A download under one of these names may not be what was recorded; pin commits instead.",
        question="The named revisions {after} have other commits. What changed in them? Write "
        "name@commit into 'revisions' of $.components.model-parameters-intermediate.",
    )
)

# What a maker publishes next

GENERATION_TERMS = _add(
    DriftKind(
        "generation-terms",
        "license",
        "The maker's next models of this line are under other terms.",
        "The recorded models stay under theirs.",
        is_news=True,
        question="{after} instead of {before}: record the new models, so that they are watched "
        "themselves; that settles this.",
    )
)

# Searches that found nothing

LOOK_AGAIN = _add(
    DriftKind(
        "look-again",
        "repository",
        "Something has appeared in a place where a component was looked for and not found.",
        "Whether it is the component, a person has to see.",
        question="Look at {after}: {field}. If it is there, state the component; if not, write the "
        "day and the commit of this look into its 'looked_in'.",
    )
)

# Where a model comes from

BASE_MODEL_CHANGED = _add(
    DriftKind(
        "base-model-changed",
        "repository",
        "The card names another base model.",
        question="The card names other bases now ({after}). "
        "Which are right, and by which relation? "
        "Set $.base_models, then $.hub.revision.",
        compared_with_commit=True,
    )
)
DATA_LIST_CHANGED = _add(
    DriftKind(
        "data-list-changed",
        "data",
        "The card names other training datasets.",
        question="The card names other datasets now. Which are right? "
        "Set $.components.datasets, then $.hub.revision.",
        compared_with_commit=True,
    )
)
