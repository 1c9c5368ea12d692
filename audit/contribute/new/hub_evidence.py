"""Evidence rows for what was read on the Hub, at the commit that was read."""

from dataclasses import dataclass

from audit.contribute.new.draft import JsonObject, RecordFolder

HUB_URL = "https://huggingface.co"


@dataclass(frozen=True)
class EvidenceOrigin:
    """Where and when somebody read."""

    endpoint: str
    day: str
    """ISO 8601 day."""

    @property
    def is_hub_itself(self) -> bool:
        """Whether it was the Hub itself, and not a mirror of it."""
        return self.endpoint.rstrip("/") == HUB_URL

    def build_evidence_row(
        self,
        folder: RecordFolder,
        repo: str,
        revision: str | None,
        path: str | None,
        note: str,
        sha256: str | None = None,
    ) -> JsonObject:
        """One evidence row: a file of the repository, or its listing where `path` is None."""
        row = {
            "url": build_hub_url(folder, repo, revision, path),
            "seen": self.day,
            "kind": self._kind,
            "revision": revision,
            "sha256": sha256,
            "note": self._complete_note(note),
        }
        return {key: value for key, value in row.items() if value}

    @property
    def _kind(self) -> str:
        """A copy that a third party serves is secondary, whatever it is a copy of."""
        return "primary" if self.is_hub_itself else "secondary"

    def _complete_note(self, note: str) -> str:
        if self.is_hub_itself:
            return note
        return f"{note} Read through a mirror of the Hub, not at huggingface.co."


def build_hub_url(
    folder: RecordFolder, repo: str, revision: str | None = None, path: str | None = None
) -> str:
    """The page of a repository, of its listing at a commit, or of one file in it."""
    base = f"{HUB_URL}/datasets/{repo}" if folder == "datasets" else f"{HUB_URL}/{repo}"
    if revision is None:
        return base
    return f"{base}/blob/{revision}/{path}" if path else f"{base}/tree/{revision}"
