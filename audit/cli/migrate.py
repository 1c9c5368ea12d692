"""`migrate`: stored files of an older format, rewritten in today's."""

from collections.abc import Sequence
from dataclasses import dataclass

import click

from audit.cli.command import SharedOptions, make_command
from audit.cli.json_output import print_json
from audit.core.locking import hold_registry_lock
from audit.store.migrate import MigrationPlan, migrate_files, plan_migration


@dataclass(frozen=True)
class MigrateOptions(SharedOptions):
    """Options of `migrate`."""

    dry_run: bool


@make_command(MigrateOptions)
@click.option("--dry-run", is_flag=True, help="say what would be written, and write nothing")
def run_command(options: MigrateOptions) -> int:
    """Rewrite what an older version stored, or say what would be rewritten."""
    with hold_registry_lock(options.registry):
        plan = plan_migration(options.registry)
        if not options.dry_run:
            migrate_files(options.registry, plan)
    _print_migrated_files(plan, options)
    return 0


def _print_migrated_files(plan: MigrationPlan, options: MigrateOptions) -> None:
    root = options.registry
    paths = [f"{root.name}/{path.relative_to(root).as_posix()}" for path in plan.texts]
    if options.json:
        print_json("migrate", {"migrated": paths, "current": plan.current})
    else:
        _print_paths(paths, plan.current, "would migrate" if options.dry_run else "migrated")


def _print_paths(paths: Sequence[str], current: int, verb: str) -> None:
    """`current`: files that stand in the present format already."""
    for path in paths:
        print(f"{verb} {path}")
    print(f"{len(paths) + current} stored files, {len(paths)} of an older format")
