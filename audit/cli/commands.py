"""The commands, in the order in which people meet them."""

from audit.cli.allows import ALLOWS
from audit.cli.catalog import CATALOG
from audit.cli.drill import DRILL
from audit.cli.explain import EXPLAIN
from audit.cli.run import RUN
from audit.cli.validate import VALIDATE

__all__ = ["ALLOWS", "CATALOG", "DRILL", "EXPLAIN", "RUN", "VALIDATE"]
