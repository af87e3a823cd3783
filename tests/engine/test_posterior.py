"""A fit in place of the priors: what is drawn from it, and when it is refused."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tertius.engine import Layout, Options, read_run, run, save_run
from tertius.engine.parameters import draw_columns
from tertius.engine.posterior import law_stamp
from tertius.errors import LayoutError, ScenarioError
from tertius.kernel.fields import quantities
from tertius.world import Uniform, load_scenario, shipped_scenarios

SHIPPED = shipped_scenarios()["ukraine-2024"]
FIT = SHIPPED.with_name("ukraine-2024.fit.json")
SHOCK = "theatres.front.tempo_shock"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(SHIPPED, tmp_path / "war.yaml")
    shutil.copy(FIT, tmp_path / FIT.name)
    return tmp_path


def refused(path: Path) -> str:
    with pytest.raises(LayoutError) as caught:
        Layout.of(load_scenario(path))
    return str(caught.value)


def edit(folder: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    told = json.loads((folder / FIT.name).read_text())
    change(told)
    (folder / FIT.name).write_text(json.dumps(told))
    return folder / "war.yaml"


def test_a_draw_is_a_whole_row_of_one_structure_and_structures_come_by_weight() -> None:
    layout = Layout.of(load_scenario(SHIPPED))
    assert layout.posterior is not None
    rows = 4000
    drawn = draw_columns(layout, 1, np.arange(rows))
    for block in layout.posterior.blocks:
        table = np.column_stack([drawn[path] for path in block.columns])
        found = 0
        for structure in block.structures:
            held = ~np.isnan(structure.rows[0])
            known = {row[held].tobytes() for row in structure.rows}
            mine = sum(row[held].tobytes() in known for row in table)
            found += mine
            spread = np.sqrt(structure.weight * (1 - structure.weight) / rows)
            assert mine / rows == pytest.approx(structure.weight, abs=5 * spread)
        assert found == rows


def test_where_a_structure_is_silent_the_prior_speaks() -> None:
    layout = Layout.of(load_scenario(SHIPPED))
    assert layout.posterior is not None
    block = layout.posterior.block_of("theatres.front.power_response")
    assert block is not None
    place = block.columns.index("theatres.front.power_response")
    silent = [structure for structure in block.structures if np.isnan(structure.rows[:, place]).all()]
    assert silent
    column = next(column for column in layout.columns if column.path == "theatres.front.power_response")
    drawn = draw_columns(layout, 1, np.arange(2000))[column.path]
    plain = draw_columns(Layout.of(load_scenario(SHIPPED), {"theatres.front.tempo": 0.0}), 1, np.arange(2000))
    assert (plain[column.path] == drawn).all()
    low, high = layout.quantile(column, np.array([0.1, 0.9]))
    assert low < np.median(drawn) < high


def test_an_override_takes_the_place_of_its_part_of_the_fit() -> None:
    scenario = load_scenario(SHIPPED)
    layout, other = Layout.of(scenario), Layout.of(scenario, {SHOCK: Uniform(low=1, high=2)})
    assert layout.fitted(SHOCK)
    assert not other.fitted(SHOCK)
    before, after = (draw_columns(each, 3, np.arange(50)) for each in (layout, other))
    assert (after[SHOCK] <= 2).all()
    assert all((after[path] == values).all() for path, values in before.items() if path != SHOCK)


def test_a_quantity_left_to_its_default_can_be_overridden_too() -> None:
    layout = Layout.of(load_scenario(SHIPPED), {"theatres.front.activity": 1.0})
    assert draw_columns(layout, 1, np.arange(9)).get("theatres.front.activity", 1.0) == 1.0
    assert not layout.fitted("theatres.front.activity")


def test_layouts_of_one_file_share_what_was_read_of_it_and_a_changed_file_is_read_anew(folder: Path) -> None:
    scenario = load_scenario(folder / "war.yaml")
    one, two = Layout.of(scenario).posterior, Layout.of(scenario, {SHOCK: 5.0}).posterior
    assert one is not None
    assert two is not None
    assert one.blocks is two.blocks
    changed = edit(folder, lambda told: told["blocks"][0]["structures"][0]["rows"][0].__setitem__(0, 1e9))
    assert "1e+09" in refused(changed)


def test_an_archive_carries_its_fit(tmp_path: Path, compiled: None) -> None:
    ensemble = run(Layout.of(load_scenario(SHIPPED)), Options(futures=20, weeks=3))
    again = read_run(save_run(ensemble, tmp_path / "run"))
    assert again.layout.fitted(SHOCK)
    np.testing.assert_array_equal(again.parameters[SHOCK], ensemble.parameters[SHOCK])


def test_another_prior_is_refused_and_named(folder: Path) -> None:
    text = (folder / "war.yaml").read_text()
    at = text.index("tempo_shock:", text.index("name: Front in Ukraine"))
    (folder / "war.yaml").write_text(text[:at] + text[at:].replace("median: 10", "median: 11", 1))
    told = refused(folder / "war.yaml")
    assert SHOCK in told
    assert '"median": 11' in told
    assert "tertius fit war --data DIR" in told


def test_another_date_or_observation_is_refused(folder: Path) -> None:
    text = (folder / "war.yaml").read_text()
    (folder / "war.yaml").write_text(text.replace("as_of: 2024-11-03", "as_of: 2024-11-10"))
    assert "as of 2024-11-03" in refused(folder / "war.yaml")
    (folder / "war.yaml").write_text(text.replace("start: 2022-11-20", "start: 2022-11-27"))
    assert "observations.front-area has changed" in refused(folder / "war.yaml")


def test_another_law_is_refused(folder: Path) -> None:
    path = edit(folder, lambda told: told["stamps"].update(law="0" * 64))
    assert "other laws of motion" in refused(path)


def test_the_law_stamp_follows_the_laws_that_use_a_field() -> None:
    ground, losses = quantities("theatre")["tempo_shock"], quantities("side")["loss_shock"]
    assert law_stamp([ground]) != law_stamp([losses]) != law_stamp([ground, losses])
    assert law_stamp([ground]) == law_stamp([ground, ground])


def column(told: dict[str, Any], name: str) -> int:
    return [path.rpartition(".")[2] for path in told["blocks"][0]["columns"]].index(name)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda told: told["blocks"][0]["structures"][0].update(weight=0.9), "add up to"),
        (lambda told: told["blocks"][0]["structures"][0].update(weight=2.0), "blocks.0.structures.0.weight"),
        (lambda told: told["blocks"][0]["structures"][0]["rows"][0].pop(), "damaged"),
        (lambda told: told["blocks"][0]["structures"][0]["rows"][0].__setitem__(0, "1.5"), "rows.0.0"),
        (lambda told: told["blocks"][0]["structures"][0]["rows"][0].__setitem__(0, 10**401), "402 digits"),
        (lambda told: told["blocks"][0]["structures"][0]["rows"][0].__setitem__(0, np.nan), "NaN"),
        (
            lambda told: told["blocks"][0]["structures"][0]["rows"][3].__setitem__(column(told, "tempo"), 1e308),
            "1e+308",
        ),
        (
            lambda told: told["blocks"][0]["structures"][0]["rows"][3].__setitem__(column(told, "tempo"), None),
            "theatres.front.tempo: null in 1 of",
        ),
        (lambda told: told["blocks"][0]["structures"][0].update(rows=[]), "blocks.0.structures.0.rows"),
        (lambda told: told["blocks"][0]["structures"][0].update(rows=[[None] * 13]), "null in every column"),
        (lambda told: told["blocks"][0]["columns"].__setitem__(0, "theatres.front.nothing"), "theatres.front.nothing"),
        (lambda told: told["blocks"][0]["structures"][0]["rows"][0].__setitem__(2, -5.0), "from -5"),
        (lambda told: told["blocks"].append(told["blocks"][0]), "block front-area twice"),
        (lambda told: told["blocks"][0].update(observation="claimed-losses"), "in the block of claimed-losses"),
        (lambda told: told.pop("stamps"), "no stamps"),
        (lambda told: told["stamps"].update(priors={}), "stamps.priors"),
        (lambda told: told["stamps"]["priors"].pop(SHOCK), f"stamps.priors without {SHOCK}"),
        (lambda told: told["stamps"]["observations"].pop("kursk-area"), "stamps.observations without kursk-area"),
        (lambda told: told["stamps"]["data"].pop("deepstate.occupied"), "stamps.data without deepstate.occupied"),
        (lambda told: told.update(tertius_fit=99), "form"),
        (lambda told: told.pop("blocks"), "no blocks"),
        (lambda told: told.update(as_of="\ud800"), "as_of"),
        (lambda told: told.update(record=5), "record: 5"),
        (lambda told: told["record"]["rows"][0].update(crps="x"), "record.rows.0.crps"),
        (lambda told: told["record"]["rows"][0].update(best_crps=0), "skill over a score of zero"),
        (lambda told: told["weights"][0].update(disagreement=None), "weights.0.disagreement"),
        (lambda told: told["diagnostics"][0]["parameters"][0].update(parameter=3), "diagnostics.0.parameters.0"),
        (lambda told: told.update(not_updated_by_data=None), "not_updated_by_data"),
        (lambda told: told.update(surprise=1), "unknown key surprise"),
    ],
)
def test_a_damaged_fit_is_refused(folder: Path, change: Callable[[dict[str, Any]], None], said: str) -> None:
    told = refused(edit(folder, change))
    assert said in told
    told.encode()  # no lone surrogates reach the terminal


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"[]", b'{"tertius_fit": 1', b"[" * 100_000])
def test_what_is_no_fit_is_refused(folder: Path, content: bytes) -> None:
    (folder / FIT.name).write_bytes(content)
    assert FIT.name in refused(folder / "war.yaml")


def test_a_child_may_go_without(folder: Path) -> None:
    (folder / "child.yaml").write_text("extends: war.yaml\nfit: null\n")
    assert Layout.of(load_scenario(folder / "child.yaml")).posterior is None
    (folder / "child.yaml").write_text("extends: war.yaml\ntitle: Another\n")
    assert Layout.of(load_scenario(folder / "child.yaml")).posterior is not None


def test_a_fit_is_a_plain_name(folder: Path) -> None:
    text = (folder / "war.yaml").read_text().replace("fit: ukraine-2024.fit.json", "fit: ../../etc/x.fit.json")
    (folder / "war.yaml").write_text(text)
    with pytest.raises(ScenarioError, match=r"fit\.json"):
        load_scenario(folder / "war.yaml")


def test_without_its_fit_a_scenario_says_so_wherever_it_goes(tmp_path: Path, compiled: None) -> None:
    plain = load_scenario(SHIPPED).without_fit()
    assert "fit:" not in plain.to_yaml().partition("sources:")[0]
    assert plain.digest != load_scenario(SHIPPED).digest
    again = read_run(save_run(run(Layout.of(plain), Options(futures=8, weeks=2)), tmp_path / "run"))
    assert again.layout.posterior is None


def test_what_is_no_regular_file_is_refused_at_once(folder: Path) -> None:
    (folder / FIT.name).unlink()
    os.mkfifo(folder / FIT.name)
    assert "no regular file" in refused(folder / "war.yaml")
    (folder / FIT.name).unlink()
    (folder / FIT.name).symlink_to("/dev/zero")
    assert "no regular file" in refused(folder / "war.yaml")


def test_the_law_stamp_follows_what_a_law_says_and_not_its_comments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tertius.mechanisms.ground as module

    field, source = quantities("theatre")["tempo_shock"], Path(module.__file__).read_text(encoding="utf-8")
    kept = law_stamp([field])

    def stamp_of(text: str) -> str:
        file = tmp_path / "ground.py"
        file.write_text(text, encoding="utf-8")
        monkeypatch.setattr(module, "__file__", str(file))
        return law_stamp([field])

    assert stamp_of(source + "\n# A word more.\n") == kept
    edited = source.replace("= base + params", "= 2.0 * base + params")
    assert edited != source
    assert stamp_of(edited) != kept
    assert stamp_of(source) == kept
