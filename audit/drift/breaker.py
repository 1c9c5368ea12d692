"""The breaker: many losses at once are our fault until a person says otherwise."""

MAX_LOSS_SHARE = 0.10
MAX_LOSSES = 3
"""More than 10 % of the models, and more than 3; OSV and Scorecard stop at similar shares (docs/audit.md)."""


def should_trip_breaker(newly_lost: int, models: int) -> bool:
    """Whether so many models would turn bad in one run that no fact may move."""
    return newly_lost > MAX_LOSSES and newly_lost > MAX_LOSS_SHARE * models
