"""The server for agents, asked by the official SDK's own client over stdio. `nox -s interop-mcp` installs it."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, make_license_record, make_model_record

mcp = pytest.importorskip("mcp")
pytestmark = pytest.mark.interop


def ask(registry: Path, *calls: tuple[str, dict[str, Any]]) -> list[Any]:
    """The tools that are offered, then the answer to each call, all in one session."""
    server = mcp.StdioServerParameters(
        command=sys.executable,
        args=["-m", "audit", "mcp", "--registry", str(registry)],
        cwd=str(ROOT),
        env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]},
    )

    async def talk() -> list[Any]:
        async with (
            mcp.stdio_client(server) as (read, write),
            mcp.ClientSession(read, write) as session,
        ):
            await session.initialize()
            answers: list[Any] = [(await session.list_tools()).tools]
            for name, arguments in calls:
                answers.append(await session.call_tool(name, arguments))
            return answers

    return asyncio.run(asyncio.wait_for(talk(), 120))


def read_answer(result: Any) -> Any:
    assert not result.is_error, result.content
    return json.loads(result.content[0].text)


def test_every_tool_answers_and_is_read_only(write_registry, tmp_path):
    """The four tools, on the records that were named."""
    registry = write_registry(("licenses", make_license_record()), ("models", make_model_record()))
    (tmp_path / "load.py").write_text('m = AutoModel.from_pretrained("maker/model-1")\n')
    before = sorted(path for path in tmp_path.rglob("*"))
    tools, explained, allowed, found, watched = ask(
        registry,
        ("explain", {"model": "maker/model-1"}),
        ("allows", {"model": "maker/model-1", "mode": "host", "purposes": ["commercial"]}),
        ("search", {"query": "model"}),
        ("watch", {"path": str(tmp_path / "load.py")}),
    )
    assert {tool.name for tool in tools} == {"explain", "allows", "search", "watch"}
    assert all(tool.annotations.read_only_hint for tool in tools)
    assert all(len(tool.description) > 40 for tool in tools)
    assert read_answer(explained)["label"] == "open-weight-or-better"
    assert read_answer(allowed)["value"] == "allowed"
    assert [row["id"] for row in read_answer(found)["models"]] == ["maker/model-1"]
    assert [row["id"] for row in read_answer(watched)["models"]] == ["maker/model-1"]
    assert sorted(path for path in tmp_path.rglob("*")) == before


def test_a_mistake_is_an_answer(write_registry):
    """An unknown model, field or folder is told with what is near, and the server lives on."""
    registry = write_registry(("licenses", make_license_record()), ("models", make_model_record()))
    _, unknown, field, place, explained = ask(
        registry,
        ("explain", {"model": "maker/model-2"}),
        ("allows", {"model": "maker/model-1", "field": "militaryy"}),
        ("watch", {"path": "no/such/folder"}),
        ("explain", {"model": "maker/model-1"}),
    )
    assert unknown.is_error
    assert "maker/model-1" in unknown.content[0].text
    assert field.is_error
    assert "military" in field.content[0].text
    assert place.is_error
    assert read_answer(explained)["model"] == "maker/model-1"


def test_real_records(root):
    """Llama 3.2 in the EU, from the project's own records."""
    _, allowed = ask(
        root / "registry",
        ("allows", {"model": "meta-llama/Llama-3.2-11B-Vision", "territory": "EU"}),
    )
    assert read_answer(allowed)["value"] == "forbidden"
