"""`migrate`: stored files of an older format, rewritten in today's."""

import argparse

from audit.cli.command import Command
from audit.cli.json_output import print_json
from audit.core.locking import hold_registry_lock
from audit.store.migrate import migrate_files, plan_migration


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="say what would be written")


def _run_command(options: argparse.Namespace) -> int:
    with hold_registry_lock(options.registry):
        plan = plan_migration(options.registry)
        if not options.dry_run:
            migrate_files(options.registry, plan)
    root = options.registry
    paths = [f"{root.name}/{path.relative_to(root).as_posix()}" for path in plan.texts]
    if options.json:
        print_json("migrate", {"migrated": paths, "current": plan.current})
        return 0
    for path in paths:
        print(f"{'would migrate' if options.dry_run else 'migrated'} {path}")
    count = len(paths) + plan.current
    print(f"{count} stored files, {len(paths)} of an older format")
    return 0


MIGRATE = Command(
    "migrate",
    "Rewrite stored files of an older format in today's. Safe to repeat.",
    _add_options,
    _run_command,
)
