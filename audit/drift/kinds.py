"""Plain words for every kind of drift."""

from audit.drift.finding import FindingValue

DRIFT_SENTENCES = {
    "weights-gone": "The weights can no longer be obtained: the repository is not publicly reachable.",
    "data-gone": "The dataset can no longer be obtained: its repository is not publicly reachable.",
    "code-gone": "The code repository is not publicly reachable any more.",
    "repo-disabled": "The host has disabled the repository.",
    "weights-gated": "The weights are now behind a gate.",
    "data-gated": "The dataset is now behind a gate.",
    "weights-ungated": "The gate before the weights is gone.",
    "data-ungated": "The gate before the dataset is gone.",
    "gate-changed": "The gate works in another way.",
    "license-tag-changed": "The license named on the card is another one.",
    "license-list-changed": "The list of licenses on the card is another one.",
    "data-license-changed": "The license of the dataset is another one.",
    "license-text-changed": "The text of the license file has changed.",
    "license-file-added": "A license or policy file has appeared.",
    "license-file-removed": "A license or policy file is gone.",
    "license-conflict": "Two statements about the license contradict each other.",
    "license-changed": "The license of the weights is another one.",
    "code-license-changed": "The license of the code is another one.",
    "code-archived": "The code repository is archived: nobody maintains it there any more.",
    "repo-moved": "The repository has another name; the old one redirects.",
    "identity-changed": "Another repository stands under the same name.",
    "history-rewritten": "The commit that was reviewed cannot be found any more.",
    "weights-replaced": "Files of the weights were replaced under the same name.",
    "weights-files-added": "Weight files were added.",
    "weights-files-removed": "Weight files were removed.",
    "weights-only-pickle": "The weights are only there as pickle files, which run code when they are opened.",
    "weights-released": "The weights, recorded as not released, can be downloaded.",
    "data-released": "The dataset, recorded as not available, can be downloaded.",
    "data-withdrawn": "The dataset was withdrawn.",
    "base-model-changed": "The card names another base model.",
    "data-list-changed": "The card names other training datasets.",
}
DIRECTION_WORDS = {
    "more-closed": "more closed",
    "more-open": "more open",
    "neutral": "neither more open nor more closed",
    "unreviewed": "a person has to read it",
}
DRIFT_SUBJECTS = {"weights": "weights", "data": "data", "code": "code", "license": "license"}


def describe_drift_kind(kind: str) -> str:
    """What happened, in one sentence."""
    return DRIFT_SENTENCES.get(kind, f"Something has changed: {kind.replace('-', ' ')}.")


def find_drift_subject(kind: str) -> str:
    """The group of a kind: weights, data, code, license or repository."""
    if "license" in kind:
        return "license"
    return DRIFT_SUBJECTS.get(kind.partition("-")[0], "repository")


def format_observed_value(value: FindingValue) -> str:
    """A value before or after, for people."""
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    return _VALUE_WORDS.get(value, str(value))


_VALUE_WORDS: dict[FindingValue, str] = {
    None: "nothing",
    False: "no",
    True: "yes",
    "auto": "automatic gate",
    "manual": "a gate that a person opens",
}
