"""The server: tools with arguments that are checked by name, answers as resources, errors as data."""

from __future__ import annotations

import json
import threading
from typing import Any

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ResourceNotFoundError, ToolError
from mcp.server.mcpserver.tools import Tool
from mcp.server.mcpserver.utilities.func_metadata import ArgModelBase
from mcp_types import CallToolResult, TextContent, ToolAnnotations
from pydantic import ConfigDict, ValidationError, create_model

from tertius import __version__
from tertius.assistants.bounds import Bounds
from tertius.assistants.failures import misuse
from tertius.assistants.kept import address
from tertius.assistants.tools import CALLS, Calls
from tertius.errors import TertiusError
from tertius.web.jobs.failures import failure_of

INSTRUCTIONS = """Tertius simulates wars forward as paired futures and says what the entry of a partner changes.
Start with scenarios, then brief. Quote a number with its interval, and say of which scenario and as-of date it is.
Numbers that no call gave are not Tertius's. rest gives the parts of an answer.
"""


class Checked(Tool):
    """A tool that refuses what it does not take, and says what is wrong as data."""

    async def run(self, arguments: dict[str, Any], context: Context[Any, Any], convert_result: bool = False) -> Any:
        """Call it; errors of ours and arguments that it does not take become a result that says so."""
        try:
            self.fn_metadata.validate_arguments(arguments)
        except ValidationError as error:
            return _refused(misuse(self.name, error, self.parameters["properties"]))
        try:
            return await super().run(arguments, context, convert_result)
        except ToolError as error:
            if isinstance(error.__cause__, TertiusError):
                return _refused(failure_of(error.__cause__))
            raise


def server_of(bounds: Bounds) -> MCPServer[Any]:
    """The server of a folder. Raises OptionError where the folder cannot be written."""
    calls = Calls(bounds)
    made: MCPServer[Any] = MCPServer(
        "tertius",
        title="Tertius",
        version=__version__,
        instructions=INSTRUCTIONS,
        tools=[_tool(calls, name) for name in CALLS],
        log_level="WARNING",
    )

    @made.resource(address("{answer}"), name="answer", mime_type="application/json")
    def answer(answer: str) -> str:
        """A whole answer as JSON; `tertius schema` describes it."""
        return _found(calls.kept.json, answer)

    @made.resource(f"{address('{answer}')}/text", name="answer in words", mime_type="text/markdown")
    def answer_text(answer: str) -> str:
        """A whole answer in words, as Markdown."""
        return _found(calls.kept.text, answer)

    return made


def serve(bounds: Bounds) -> None:
    """Serve on standard input and output until the client closes them. The laws are made ready meanwhile."""
    threading.Thread(target=_ready, daemon=True).start()
    server_of(bounds).run("stdio")


def _ready() -> None:
    from tertius.engine.compiled import run_block

    run_block()


class _Strict(ArgModelBase):
    """Arguments of which an unknown one is refused."""

    model_config = ConfigDict(extra="forbid")


def _tool(calls: Calls, name: str) -> Tool:
    keeps = name in ("brief", "compare", "watch")
    hints = ToolAnnotations(
        read_only_hint=not keeps, destructive_hint=False, idempotent_hint=True, open_world_hint=False
    )
    made = Checked.from_function(getattr(calls, name), name, annotations=hints)
    taken = made.fn_metadata.arg_model
    strict = create_model(f"{name}Arguments", __base__=(_Strict, taken))
    metadata = made.fn_metadata.model_copy(update={"arg_model": strict})
    return made.model_copy(update={"fn_metadata": metadata, "parameters": strict.model_json_schema(by_alias=True)})


def _refused(told: dict[str, Any]) -> CallToolResult:
    data = {"error": told}
    text = TextContent(type="text", text=json.dumps(data, ensure_ascii=False))
    return CallToolResult(content=[text], structured_content=data, is_error=True)


def _found(read: Any, name: str) -> str:
    try:
        found: str = read(name)
    except TertiusError as error:
        raise ResourceNotFoundError(str(error)) from None
    return found
