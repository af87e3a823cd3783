"""The server for assistants, by the protocol's own client: in this process, and once over standard input and output."""

import json
import os
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import anyio
import pytest
from tests.cli.commands import tertius as command

import tertius
from tertius.impact.written import read

mcp = pytest.importorskip("mcp", reason="the extra 'assistants' is not installed")

from tertius.assistants import tools as calls_of  # noqa: E402
from tertius.assistants.bounds import Bounds  # noqa: E402
from tertius.assistants.kept import SIZE  # noqa: E402
from tertius.assistants.serving import server_of  # noqa: E402

FEW = {"scenario": "river-war", "futures": 40, "weeks": 4}
pytestmark = pytest.mark.usefixtures("compiled")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("assistants")
    tertius.new("my-war", made)
    (made / "note.txt").write_text("Brazil has sent rifles to Peru.")
    (made / "out").symlink_to(made.parent)
    return made


def told(folder: Path, *calls: tuple[str, dict[str, Any]], most: int = 400) -> list[Any]:
    """What the server of a folder answers to some calls: (whether it is an error, data)."""

    async def ask() -> list[Any]:
        async with mcp.Client(server_of(Bounds(folder.resolve(), most))) as client:
            found = [await client.call_tool(name, arguments) for name, arguments in calls]
        return [(each.is_error, each.structured_content) for each in found]

    return run(ask())


def run(work: Coroutine[Any, Any, Any]) -> Any:
    async def made() -> Any:
        return await work

    return anyio.run(made)


def refused(folder: Path, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    (is_error, data), *_ = told(folder, (name, arguments))
    assert is_error
    assert {"place", "value", "allowed", "fix", "message"} <= data["error"].keys()
    found: dict[str, Any] = data["error"]
    return found


def test_tools_say_what_they_take(folder: Path) -> None:
    async def listed() -> Any:
        async with mcp.Client(server_of(Bounds(folder))) as client:
            return (await client.list_tools()).tools

    tools = {tool.name: tool for tool in run(listed())}
    assert set(tools) == set(calls_of.CALLS)
    for tool in tools.values():
        assert tool.description
        assert tool.input_schema["additionalProperties"] is False
        assert all(told.get("description") for told in tool.input_schema["properties"].values()), tool.name
        assert tool.annotations.destructive_hint is False


def test_a_brief_gives_the_first_page_and_the_rest_by_id(folder: Path) -> None:
    (_, first), (_, again) = told(folder, ("brief", FEW), ("brief", FEW))
    assert first == again
    made = tertius.brief("river-war", whole=False, futures=40, weeks=4)
    assert first["text"].startswith(made.answer.run.title)
    assert len(json.dumps(first)) < SIZE
    differences = {(each["outcome"], each["week"]): each["mean"] for each in first["differences"]}
    assert differences == {("land", week): made.at("land", week).mean for week in made.answer.run.horizons}
    name = first["rest"]["answer"]

    async def resources() -> tuple[str, str]:
        async with mcp.Client(server_of(Bounds(folder.resolve()))) as client:
            whole = await client.read_resource(first["rest"]["json"])
            words = await client.read_resource(first["rest"]["text"])
        return whole.contents[0].text, words.contents[0].text

    whole, words = run(resources())
    assert read(whole) == made.answer
    assert words == made.text()
    (_, parts), (_, row), (_, text) = told(
        folder,
        ("rest", {"answer": name}),
        ("rest", {"answer": name, "path": "differences.0.week"}),
        ("rest", {"answer": name, "path": "text", "first": 3}),
    )
    assert "summary" in parts["keys"]
    assert row["found"] == 4
    assert text["found"] == words[3 : 3 + SIZE]


def test_long_lists_are_given_in_parts(folder: Path) -> None:
    (_, found), *_ = told(folder, ("brief", FEW))
    name = found["rest"]["answer"]
    path, rows, first = "sensitivity.movements", [], 0
    while True:
        (is_error, part), *_ = told(folder, ("rest", {"answer": name, "path": path, "first": first}))
        assert not is_error
        assert len(json.dumps(part["found"])) <= SIZE or len(part["found"]) == 1
        rows += part["found"]
        first = len(rows)
        if first == part["of"]:
            break
    made = json.loads(next((folder / "answers").glob(f"{name}.json")).read_text())
    assert rows == made["sensitivity"]["movements"]


def test_every_call_answers_as_the_front_does(folder: Path) -> None:
    pytest.importorskip("spacy", reason="the extra 'read' is not installed")
    watched = {"scenario": "river-war", "targets": ["war-ends"], "as_of": "2031-03-31", "futures": 400, "weeks": 8}
    found = told(
        folder,
        ("scenarios", {}),
        ("check", {"scenario": "my-war.yaml"}),
        ("explain", {"path": "contingents.legion.interpreter_pool"}),
        ("country", {"code": "COD", "beside": "RWA", "year": 2023}),
        ("ask", {"scenario": "river-war", "futures": 400, "only": ["land"]}),
        ("watch", watched),
        ("read", {"file": "note.txt", "published": "2024-11-03"}),
        ("compare", {**FEW, "set_in_other": {"contingents.legion.interpreter_pool": 120}}),
    )
    assert [is_error for is_error, _ in found] == [False] * len(found)
    scenarios, checked, explained, country, asked, seen, texts, compared = (data for _, data in found)
    assert scenarios["files"] == ["my-war.yaml"]
    assert checked["name"] == "my-war"
    assert explained["unit"] == "persons"
    assert country["pair"]["contiguity"] == 1
    assert [each["question"]["id"] for each in asked["questions"]] == ["land"]
    assert seen["events"][0]["event"] == "war-ends"
    assert texts["events"][0]["source"] == "BRA"
    other = tertius.compare("river-war", settings={"contingents.legion.interpreter_pool": 120}, futures=40, weeks=4)
    assert compared["differences"][-1]["mean"] == other.at("land", 4).mean


@pytest.mark.parametrize(
    "name", ["../my-war.yaml", "/etc/passwd", "out/secret.yaml", "out", ".", "a\0.yaml", "answers/x.yaml"]
)
def test_no_file_outside_the_folder_is_read(folder: Path, name: str) -> None:
    (folder.parent / "secret.yaml").write_text("title: none of yours\n")
    (folder.parent / "my-war.yaml").write_text("title: none of yours\n")
    for call, arguments in (
        ("check", {"scenario": name}),
        ("read", {"file": name}),
        ("ask", {"scenario": "river-war", "file": name}),
        ("watch", {"scenario": "river-war", "data": name}),
        ("watch", {"scenario": "river-war", "records": [name]}),
        ("watch", {"scenario": "river-war", "rules": name}),
    ):
        assert "none of yours" not in json.dumps(refused(folder, call, arguments))


@pytest.mark.parametrize("parent", ["../secret.yaml", "out/secret.yaml", "between.yaml"])
def test_no_scenario_is_laid_over_a_file_outside_the_folder(folder: Path, parent: str) -> None:
    (folder.parent / "secret.yaml").write_text("none_of_yours: 1\n")
    (folder / "between.yaml").write_text(f"extends: {folder.parent / 'secret.yaml'}\n")
    (folder / "child.yaml").write_text(f"tertius: 1\nextends: {parent}\n")
    error = refused(folder, "check", {"scenario": "child.yaml"})
    assert error["place"] == "extends"
    assert "none_of_yours" not in json.dumps(error)
    (folder / "child.yaml").write_text("tertius: 1\nextends: my-war.yaml\n")
    assert told(folder, ("check", {"scenario": "child.yaml"}))[0][1]["valid"]
    (folder / "child.yaml").unlink()
    (folder / "between.yaml").unlink()


def test_bad_arguments_are_told_as_data(folder: Path) -> None:
    assert refused(folder, "brief", {**FEW, "futurs": 3})["fix"] == "write futures"
    assert refused(folder, "brief", {"futures": 40})["value"] == "nothing"
    assert refused(folder, "brief", {**FEW, "futures": "many"})["place"] == "brief: futures"
    assert "400" in refused(folder, "brief", {**FEW, "futures": 4000})["allowed"]
    assert refused(folder, "brief", {**FEW, "scenario": "rivr-war"})["fix"] == "write river-war"
    assert "world.optimism" in refused(folder, "brief", {**FEW, "assume": {"world.optimis": 2.0}})["fix"]
    assert refused(folder, "compare", {**FEW, "outcomes": ["lnd"]})["fix"] == "use 'land'"
    assert refused(folder, "watch", {**FEW, "as_of": "soon"})["place"] == "as_of"
    assert refused(folder, "rest", {"answer": "../note"})["place"] == "answer"
    assert len(refused(folder, "brief", {**FEW, "scenario": "a" * 100_000})["message"]) < 1000
    assert refused(folder, "check", {"scenario": "\0.yaml"})["value"] == "'\\x00.yaml'"
    assert refused(folder, "read", {"text": "x" * 30_000_000})["place"] == "text"


def test_a_scenario_that_cannot_be_used_is_told_with_its_lines(folder: Path) -> None:
    (folder / "broken.yaml").write_text((folder / "my-war.yaml").read_text().replace("weeks:", "weaks:", 1))
    problems = refused(folder, "check", {"scenario": "broken.yaml"})["problems"]
    assert any(row["line"] and row["nearest"] == "weeks" for row in problems)


def test_the_oldest_answers_go(folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tertius.assistants.kept.MOST", 2)
    for seed in (1, 2, 3):
        told(tmp_path, ("compare", {**FEW, "seed": seed}))
    assert len(list((tmp_path / "answers").iterdir())) == 6


def test_it_serves_over_standard_input_and_output(tmp_path: Path) -> None:
    script = "from tertius.cli import main; main()"
    paths = os.pathsep.join(path for path in sys.path if path)
    words = ["-c", script, "mcp", "--folder", str(tmp_path), "--most-futures", "40"]

    async def ask() -> Any:
        server = mcp.StdioServerParameters(command=sys.executable, args=words, env={**os.environ, "PYTHONPATH": paths})
        heard: list[str] = []

        async def progress(done: float, of: float | None, stage: str | None) -> None:
            heard.append(stage or "")

        async with mcp.Client(server) as client:
            found = await client.call_tool("compare", FEW, progress_callback=progress)
        return found, heard

    found, heard = run(ask())
    assert not found.is_error
    assert found.structured_content["differences"][-1]["week"] == 4
    assert "paired futures" in heard


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    found = command("mcp", "--folder", tmp_path / "none")
    assert (found.code, "--folder" in found.err) == (2, True)
    assert command("mcp", "--folder", tmp_path, "--most-futures", 0).code == 2
