"""`list`: models by their facets."""

from audit.cli.command import make_command
from audit.cli.model_rows import RowOptions, add_row_options
from audit.cli.search import print_found_rows
from audit.publish.views.facets import ModelFilter


@make_command(RowOptions, reads_installed=True)
@add_row_options
def run_command(options: RowOptions) -> int:
    """Print the models that the options keep; all of them without options."""
    return print_found_rows(ModelFilter(), options)
