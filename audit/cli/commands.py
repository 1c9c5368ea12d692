"""The commands, in the order in which people meet them."""

from audit.cli.drill import DRILL
from audit.cli.run import RUN
from audit.cli.validate import VALIDATE

__all__ = ["DRILL", "RUN", "VALIDATE"]
