"""Models that people name in another way than by their id: which one was taken is said."""

import sys
from collections.abc import Sequence

from audit.core.escape import escape_unprintable
from audit.records.model import Model
from audit.records.model_names import describe_resolution


def report_resolutions(names: Sequence[str], models: Sequence[Model]) -> None:
    """Say on stderr which model was taken for a name that is not its id."""
    for name, model in zip(names, models, strict=True):
        words = describe_resolution(name, model.id)
        if words:
            print(escape_unprintable(words), file=sys.stderr)
