"""`migrate`: stored files of an older format, rewritten in today's."""

from dataclasses import dataclass

import click

from audit.cli.command import SharedOptions, make_command
from audit.cli.json_output import print_json
from audit.core.locking import hold_registry_lock
from audit.store.migrate import migrate_files, plan_migration


@dataclass(frozen=True)
class MigrateOptions(SharedOptions):
    """Options of `migrate`."""

    dry_run: bool


@make_command(MigrateOptions)
@click.option("--dry-run", is_flag=True, help="say what would be written, and write nothing")
def run_command(options: MigrateOptions) -> int:
    """Rewrite what an older version stored, or say what would be rewritten."""
    root = options.registry
    with hold_registry_lock(root):
        plan = plan_migration(root)
        if not options.dry_run:
            migrate_files(root, plan)
    paths = [f"{root.name}/{path.relative_to(root).as_posix()}" for path in plan.texts]
    if options.json:
        print_json("migrate", {"migrated": paths, "current": plan.current})
    else:
        _print_migrated_files(paths, plan.current, dry_run=options.dry_run)
    return 0


def _print_migrated_files(paths: list[str], current: int, *, dry_run: bool) -> None:
    verb = "would migrate" if dry_run else "migrated"
    for path in paths:
        print(f"{verb} {path}")
    count = len(paths) + current
    print(f"{count} stored files, {len(paths)} of an older format")
