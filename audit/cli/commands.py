"""The table of all commands: what `--help` lists, and where each one lives.

It imports no command, so that help and completion answer at once and a command loads only what
it needs itself.
"""

from dataclasses import dataclass
from typing import Literal

Group = Literal["ask", "follow", "contribute", "operate", "measure"]

GROUP_TITLES: dict[Group, str] = {
    "ask": "Ask about models, uses and license texts",
    "follow": "Follow what changes",
    "contribute": "Contribute records",
    "operate": "Operate the registry",
    "measure": "Measure",
}
"""Headings of `--help`, in the order in which people meet the commands."""


@dataclass(frozen=True)
class CommandEntry:
    """One row of the table. `tests/test_commands.py` imports every module that is named here."""

    group: Group
    name: str
    summary: str
    test_module: str = ""
    """Module under `tests` of a command that needs test doubles: it exists in a clone only."""
    holds_token: bool = False
    """Whether a schedule calls it with a token: its session installs locked versions only."""

    @property
    def module(self) -> str:
        """The module whose `run_command` is the command."""
        return self.test_module or f"audit.cli.{self.name.replace('-', '_')}"


COMMANDS: dict[str, CommandEntry] = {
    entry.name: entry
    for entry in (
        CommandEntry("ask", "explain", "Say how open a model is by every definition, and why."),
        CommandEntry(
            "ask", "allows", "Say whether a use is permitted, by which clause, and what to do."
        ),
        CommandEntry(
            "ask", "search", "Find models by words: `search 7B text commercial`, `search qwen`."
        ),
        CommandEntry("ask", "list", "List models by label, license, size and other facets."),
        CommandEntry(
            "ask", "identify", "Say which license a text is, how sure that is, and what differs."
        ),
        CommandEntry(
            "ask", "mcp", "Serve explain, allows, search and watch to an agent (MCP, over stdio)."
        ),
        CommandEntry("ask", "update", "Take newer records from where this registry is published."),
        CommandEntry(
            "follow",
            "watch",
            "Say what the registry knows of the models that a project uses; with "
            "--policy, judge it.",
        ),
        CommandEntry(
            "follow",
            "bom",
            "Write a bill of materials of a model or a project (CycloneDX, SPDX), add to one, or "
            "compare two.",
        ),
        CommandEntry(
            "follow",
            "notices",
            "Write what to ship with a project's models: NOTICE, license texts, what is left to do.",
        ),
        CommandEntry(
            "follow",
            "digest",
            "Say what changed since a day, for all models or for a list: Markdown, "
            "text, HTML or JSON.",
        ),
        CommandEntry(
            "follow",
            "webhook",
            "Post what changed as signed JSON to WEBHOOK_URL (key: WEBHOOK_SECRET).",
            holds_token=True,
        ),
        CommandEntry(
            "follow", "feeds", "Write the feeds from the history, or check them. Needs no network."
        ),
        CommandEntry(
            "contribute",
            "new",
            "Start a record from what the Hub says, and list what a person must answer.",
        ),
        CommandEntry(
            "contribute", "validate", "Check every record: schema, references, contradictions."
        ),
        CommandEntry(
            "contribute",
            "review",
            "Say what a branch does to records, verdicts and permissions, as a Markdown comment.",
        ),
        CommandEntry(
            "contribute",
            "accept",
            "Take what the audit saw into the records, where no reading is needed.",
        ),
        CommandEntry(
            "contribute",
            "from-issue",
            "Turn a filled form 'New model' into a record; lay another form beside its record.",
        ),
        CommandEntry(
            "contribute",
            "fingerprint",
            "Print what a license record keeps of a text: digests and a "
            "fingerprint, never the text.",
        ),
        CommandEntry(
            "operate", "init", "Make an empty registry in a folder, with the license records."
        ),
        CommandEntry(
            "operate",
            "run",
            "Audit the registry: observe the Hub and GitHub, compare, write "
            "observations and events.",
            holds_token=True,
        ),
        CommandEntry(
            "operate",
            "publish",
            "Rebuild feeds and pages, and make the issues on GitHub say what the audit knows.",
            holds_token=True,
        ),
        CommandEntry("operate", "catalog", "Write the catalog and its pages, or check them."),
        CommandEntry(
            "operate",
            "site",
            "Write the site: search, model pages, comparison, data for programs; --serve shows it.",
        ),
        CommandEntry(
            "operate",
            "save",
            "Commit what the audit wrote, and nothing else; --push sends it on.",
            holds_token=True,
        ),
        CommandEntry(
            "operate",
            "health",
            "Say whether the audit is alive; exit with 1 when the last good run is too old.",
            holds_token=True,
        ),
        CommandEntry(
            "operate",
            "migrate",
            "Rewrite stored files of an older format in today's. Safe to repeat.",
        ),
        CommandEntry(
            "operate",
            "screen",
            "Read a published table of the whole Hub and say where the next audit "
            "should look first.",
        ),
        CommandEntry(
            "measure", "compare-indexes", "List the facts that other indexes see differently."
        ),
        CommandEntry(
            "measure",
            "coverage",
            "Count decided verdicts of the models that people ask about, and what the rest waits for.",
        ),
        CommandEntry(
            "contribute",
            "gaps",
            "List the unknown facts that would settle most verdicts, and where to look.",
        ),
        CommandEntry("measure", "spot-check", "Draw facts at random, for a check by hand."),
        CommandEntry(
            "measure",
            "drill",
            "Rehearse the audit against a Hub and a GitHub served here, replaying real drift.",
            test_module="tests.rehearsal.command",
        ),
        CommandEntry(
            "measure",
            "license-bench",
            "Measure how well license texts are told apart.",
            test_module="tests.bench.license_bench_command",
        ),
    )
}
"""Every command by its name."""
