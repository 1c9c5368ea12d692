"""`save`: commit what the machine wrote, so that the next run knows it."""

from dataclasses import dataclass
from pathlib import Path

import click

from audit.cli.command import SharedOptions, make_command
from audit.cli.json_output import print_json
from audit.core.json_folders import refuse_every_link
from audit.core.locking import hold_lock_to_write
from audit.core.pausing import require_not_paused
from audit.publish.save import RegistryCheckout
from audit.store.run_status import read_heartbeat
from audit.store.stored_files import require_readable_files

NOT_COMMITTED = "nothing was committed"


@dataclass(frozen=True)
class SaveOptions(SharedOptions):
    """Options of `save`."""

    push: bool
    remote: str
    branch: str | None


@make_command(SaveOptions)
@click.option(
    "--push", is_flag=True, help="push the commit, on top of what others pushed meanwhile"
)
@click.option("--remote", default="origin", metavar="NAME", help="where to push (default: origin)")
@click.option(
    "--branch", metavar="NAME", help="branch to push to (default: the one that is checked out)"
)
def run_command(options: SaveOptions) -> int:
    """Commit the files that the audit writes, and push the commit if asked to."""
    require_not_paused(options.registry)
    repository = RegistryCheckout(options.registry)
    with hold_lock_to_write(options.registry, NOT_COMMITTED):
        refuse_every_link(options.registry)
        # A damaged file that is committed could not be restored from the last commit any more.
        require_readable_files(options.registry, NOT_COMMITTED)
        committed = repository.commit_written_files(_choose_message(options.registry))
        if options.push:
            branch = options.branch or repository.find_current_branch()
            repository.push_to_branch(options.remote, branch)
    _print_done(options, committed=committed)
    return 0


def _print_done(options: SaveOptions, *, committed: bool) -> None:
    if options.json:
        print_json("save", {"committed": committed, "pushed": options.push})
        return
    done = "committed" if committed else "nothing new to commit"
    print(f"{done}, pushed" if options.push else done)


def _choose_message(root: Path) -> str:
    """Say which audit it was; without one, only what follows from the records was written."""
    heartbeat = read_heartbeat(root)
    return f"Audit of {heartbeat.finished}" if heartbeat else "Feeds and pages"
