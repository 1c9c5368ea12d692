"""What a run or a sweep would request, before anything is sent."""

from audit.drift.targets import list_watched_targets
from audit.records.registry import Registry
from audit.runs.daily_pages import add_due_pages, leave_out_extras
from audit.runs.due import plan_due_checks
from audit.runs.options import RunOptions
from audit.runs.plan import RunPlan
from audit.runs.sweep import SweepInputs, SweepPlan, forecast_sweep
from audit.runs.weekly_revisions import add_due_revisions
from audit.sources.registered import PLANNERS
from audit.store.observations import TargetStateStore
from audit.store.run_status import read_heartbeat
from audit.store.sweep_state import read_sweep_state


def plan_audit(registry: Registry, options: RunOptions) -> RunPlan:
    """What a run would request. Raises BadFile for damaged state."""
    watched, before = list_watched_targets(registry, options.only), read_heartbeat(options.root)
    states = TargetStateStore(options.root).load_states()
    plan = plan_due_checks(leave_out_extras(watched), states, before, options.now)
    plan = add_due_pages(plan, watched, before, options.now, PLANNERS)
    return add_due_revisions(plan, watched, states, before, options.now, PLANNERS)


def plan_sweep(registry: Registry, options: RunOptions) -> SweepPlan:
    """What a sweep would request. Raises BadFile for damaged state."""
    return forecast_sweep(
        SweepInputs(
            leave_out_extras(list_watched_targets(registry)),
            TargetStateStore(options.root).load_states(),
            read_heartbeat(options.root),
            read_sweep_state(options.root),
            options.now,
            PLANNERS,
        )
    )
