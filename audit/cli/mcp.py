"""`mcp`: a server for agents (Model Context Protocol, over stdin and stdout), read-only."""

import functools
import inspect
from collections.abc import Callable
from typing import Any

from audit import __version__
from audit.cli.agent_tools import AgentTools
from audit.cli.command import SharedOptions, make_command
from audit.cli.json_output import print_json
from audit.core.errors import RegistryError, UsageError
from audit.core.escape import escape_unprintable
from audit.core.json_files import InvalidFileError

NAME = "open-model-registry"
INSTRUCTIONS = (
    "Facts about AI models, each read at a source by a person: how open a model is, what its "
    "license permits, which models fit, and what a project uses. A fact that nobody knows is "
    "called unknown. The answers are no legal advice."
)
NOT_INSTALLED = "the SDK of the protocol is not installed; pip install 'open-model-registry[mcp]'"


@make_command(SharedOptions, reads_installed=True, stands_in_project=True)
def run_command(options: SharedOptions) -> int:
    """Serve explain, allows, search and watch to an agent, until stdin ends.

    With --json the tools are listed instead, and nothing is served. An agent starts this in the
    project that it works on, and shows nobody which registry is read.
    """
    tools = AgentTools(options.registry.absolute())
    if options.json:
        print_json("mcp", {"tools": [_describe(each) for each in tools.tools]})
        return 0
    build_server(tools).run("stdio")
    return 0


def _describe(tool: Any) -> dict[str, Any]:
    parameters = list(inspect.signature(tool).parameters)
    return {"name": tool.__name__, "description": inspect.getdoc(tool), "parameters": parameters}


def build_server(tools: AgentTools) -> Any:
    """The server with its tools. Raises UsageError where the SDK is missing."""
    try:
        # Only this command needs it: it brings a web server along.
        from mcp.server import MCPServer
        from mcp.server.mcpserver.exceptions import ToolError
        from mcp.types import ToolAnnotations
    except ImportError as error:
        raise UsageError(NOT_INSTALLED) from error
    hints = ToolAnnotations(read_only_hint=True, open_world_hint=False)
    server = MCPServer(NAME, instructions=INSTRUCTIONS, version=__version__, log_level="WARNING")
    for tool in tools.tools:
        told = _tell_mistakes(tool, ToolError)
        server.add_tool(told, description=inspect.getdoc(tool), annotations=hints)
    return server


def _tell_mistakes(tool: Callable[..., Any], told_as: type[Exception]) -> Callable[..., Any]:
    """The tool with its one-line mistakes as answers: others are told without their words."""

    @functools.wraps(tool)
    def answer(*arguments: Any, **named: Any) -> Any:
        try:
            return tool(*arguments, **named)
        except (RegistryError, InvalidFileError) as error:
            raise told_as(escape_unprintable(str(error))) from error

    return answer
