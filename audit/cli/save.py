"""`save`: commit what the machine wrote, so that the next run knows it."""

import argparse

from audit.cli.command import Command
from audit.cli.json_output import print_json
from audit.core.pausing import require_not_paused
from audit.publish.save import RegistryCheckout
from audit.store.run_status import read_heartbeat


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--push",
        action="store_true",
        help="push the commit, on top of what others pushed meanwhile",
    )
    parser.add_argument(
        "--remote", default="origin", metavar="NAME", help="where to push (default: origin)"
    )
    parser.add_argument(
        "--branch", metavar="NAME", help="branch to push to (default: the one that is checked out)"
    )


def _run_command(options: argparse.Namespace) -> int:
    require_not_paused(options.registry)
    repository = RegistryCheckout(options.registry)
    heartbeat = read_heartbeat(options.registry)
    committed = repository.commit_written_files(
        f"Audit of {heartbeat.finished}" if heartbeat else "Feeds and pages"
    )
    if options.push:
        repository.push_to_branch(
            options.remote, options.branch or repository.find_current_branch()
        )
    if options.json:
        print_json("save", {"committed": committed, "pushed": options.push})
    else:
        print(
            ("committed" if committed else "nothing new to commit")
            + (", pushed" if options.push else "")
        )
    return 0


SAVE = Command(
    "save",
    "Commit what the audit wrote, and nothing else; --push sends it on.",
    _add_options,
    _run_command,
)
