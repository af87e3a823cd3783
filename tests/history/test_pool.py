"""Three forecasters pooled: the rule itself, the trees as plain numbers, quantities that are not told, reasons."""

import json
from dataclasses import replace
from importlib.resources import files

import numpy as np
import pytest

from tertius.errors import OptionError
from tertius.history import trees as growing
from tertius.history.columns import NAMES, OF_A_SIDE, by_state, fit_usual, quantities
from tertius.history.features import RawArrays, raw_of
from tertius.history.joining import widening
from tertius.history.panel import Panel, read_panel
from tertius.history.pool import Pool, fit_pool, pooled
from tertius.history.reasons import reasons
from tertius.history.reference import SHIPPED, shipped_reference
from tertius.history.trees import Trees, fit_trees, trees_are_there

from .conftest import joined_by, made_columns, write

STATES = 15
needs_trees = pytest.mark.skipif(not trees_are_there(), reason="scikit-learn (extra history) is not installed")


@pytest.fixture(scope="module")
def panel(tmp_path_factory: pytest.TempPathFactory) -> Panel:
    """Allies and the strong join; an ally may also consult."""
    columns = made_columns(400, STATES, 9)
    rng = np.random.default_rng(8)
    for side in "AB":
        columns[f"{side}_con"] = np.where(rng.random(400 * STATES) < 0.9, columns[f"{side}_def"], 0.0)
    scores = np.stack([-3.5 + 2.0 * columns[f"{side}_def"] + columns["major"] for side in "AB"])
    joined = joined_by(columns, scores, np.zeros(400 * STATES), 2)
    return read_panel(write(joined, tmp_path_factory.mktemp("pool") / "panel.parquet"))


@pytest.fixture(scope="module")
def pool(panel: Panel) -> Pool:
    return fit_pool(panel)


def log_odds(sides: np.ndarray) -> np.ndarray:
    """Of joining each side against staying out."""
    return np.log(sides) - np.log1p(-sides.sum(axis=0))


def test_the_pool_is_the_mean_of_log_odds_and_of_equal_members_each() -> None:
    drawn = np.random.default_rng(1).dirichlet([8.0, 1.0, 2.0], (3, 50)).transpose(0, 2, 1)[:, 1:]
    members = dict(zip(("law", "logit", "trees"), drawn, strict=True))
    found = pooled(members)
    np.testing.assert_allclose(log_odds(found), np.mean([log_odds(m) for m in drawn], axis=0), rtol=1e-10)
    np.testing.assert_allclose(pooled(dict.fromkeys(members, drawn[0])), drawn[0], rtol=1e-12)
    assert ((found > 0) & (found.sum(axis=0) < 1)).all()


@needs_trees
def test_renaming_the_sides_swaps_every_member(panel: Panel, pool: Pool) -> None:
    plain, swapped = pool.members(raw_of(panel)), pool.members(raw_of(panel.swapped()))
    for name, sides in plain.items():
        np.testing.assert_allclose(swapped[name], sides[::-1], rtol=1e-12, err_msg=name)
    again = fit_pool(panel.swapped()).probabilities(raw_of(panel.swapped()))
    np.testing.assert_allclose(again, pool.probabilities(raw_of(panel))[::-1], rtol=2e-3)


@needs_trees
def test_a_row_of_the_posterior_moves_the_pool_as_it_moves_the_law(panel: Panel, pool: Pool) -> None:
    raw = raw_of(panel)
    still = pool.moved(raw, pool.law.scores(raw))
    np.testing.assert_allclose(still, pool.probabilities(raw), rtol=1e-10)
    other = replace(pool.law, intercept=pool.law.intercept + 0.5)
    change = log_odds(pool.moved(raw, other.scores(raw))) - log_odds(still)
    np.testing.assert_allclose(
        change, log_odds(other.probabilities(raw)) - log_odds(pool.law.probabilities(raw)), rtol=1e-8
    )
    assert change.min() > 0


@needs_trees
def test_trees_are_those_of_the_package_but_for_the_digits_that_are_kept(panel: Panel) -> None:
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits

    seen = by_state(*quantities(raw_of(panel)), panel.count)
    mine = fit_trees(seen, panel.joined)
    model = HistGradientBoostingClassifier(
        learning_rate=0.05, max_iter=100, max_leaf_nodes=8, min_samples_leaf=100, l2_regularization=10.0,
        early_stopping=False, random_state=1,
    )  # fmt: skip
    with threadpool_limits(1):  # the order of a sum may decide between splits that are equally good
        model.fit(seen, panel.joined)
    found, wanted = mine.chances(seen), model.predict_proba(seen)[:, 1]
    np.testing.assert_allclose(found, wanted, rtol=1e-4)
    assert found.std() > 0.02
    again = Trees.of_rows(mine.start, mine.rows(), seen.shape[1])
    np.testing.assert_array_equal(again.chances(seen), found)


@pytest.mark.parametrize(("part", "value"), [("column", 500.0), ("left", 0.0), ("right", 99.0), ("value", np.nan)])
def test_trees_that_cannot_be_walked_are_refused(part: str, value: float) -> None:
    nodes = shipped_reference().pool.trees.nodes.copy()
    assert nodes[0, 0, 0] >= 0  # the first node splits
    nodes[0, growing.PARTS.index(part), 0] = value
    with pytest.raises(ValueError, match="walked"):
        Trees.of_rows(-6.0, Trees(-6.0, nodes).rows(), 40)


def test_without_the_package_growing_trees_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growing, "trees_are_there", lambda: False)
    with pytest.raises(OptionError, match="pip install"):
        fit_trees(np.zeros((4, 2)), np.array([0, 1, 0, 1]))


def untold(raw: RawArrays, *names: str) -> RawArrays:
    """The same without quantities of the pair."""
    return replace(raw, pair={n: np.full_like(v, np.nan) if n in names else v for n, v in raw.pair.items()})


def test_what_is_not_told_is_what_is_usual_beside_the_rest(panel: Panel) -> None:
    raw = raw_of(panel)
    usual, told = fit_usual(raw), quantities(raw)
    for whole, kept in zip(usual.filled(*told), told, strict=True):
        assert whole is kept  # nothing is missing
    filled, _ = usual.filled(*quantities(untold(raw, "consultation_pact")))
    names = [quantity.name for _, quantity in OF_A_SIDE]
    pact, consults = (names.index(name) for name in ("defence_pact", "consultation_pact"))
    others = [place for place in range(len(names)) if place != consults]
    np.testing.assert_array_equal(filled[:, :, others], told[0][:, :, others])
    allied = told[0][:, :, pact] == 1
    assert filled[:, :, consults][allied].mean() == pytest.approx(0.9, abs=0.03)
    assert filled[:, :, consults][~allied].mean() == pytest.approx(0.0, abs=0.03)
    assert filled[:, :, consults].min() >= 0


@needs_trees
def test_a_quantity_that_is_told_moves_the_partners_and_not_the_law(panel: Panel, pool: Pool) -> None:
    raw = untold(raw_of(panel), "consultation_pact", "trade_share")
    told = raw_of(panel)
    for name, without in pool.members(raw).items():
        moved = np.abs(pool.members(told)[name] - without).max()
        assert (moved == 0) == (name == "law"), name
    assert np.isfinite(pool.probabilities(raw)).all()


def test_every_quantity_has_a_column_and_words() -> None:
    assert len(set(NAMES)) == len(NAMES) == len(shipped_reference().pool.sided.weights)
    for _, quantity in OF_A_SIDE:
        assert "{}" in quantity.more, quantity.name
        assert "{}" in quantity.less, quantity.name


@needs_trees
def test_a_reason_is_what_the_quantity_does_to_the_pool(panel: Panel, pool: Pool) -> None:
    raw = raw_of(panel.rows(np.arange(STATES * 5)))
    found = {reason.more: reason for reason in reasons(pool, raw)}
    pact = found["a defence pact with the side", "a defence pact with the other side"]
    values = raw.pair["defence_pact"]
    average = np.full_like(values[0], raw_of(panel).pair["defence_pact"].mean())
    pair = {**raw.pair, "defence_pact": np.stack([average, values[1]])}
    wanted = pool.probabilities(raw) / pool.probabilities(replace(raw, pair=pair))
    np.testing.assert_allclose(pact.factor, wanted, rtol=1e-9)
    allied = values[0] == 1
    assert pact.factor[0][allied].min() > 1.5
    assert pact.words(0, int(np.flatnonzero(allied)[0])) == "a defence pact with the side"
    assert pact.words(1, int(np.flatnonzero(~allied)[0])) == "no defence pact with the other side"
    silent = {reason.more: reason for reason in reasons(pool, untold(raw, "trade_share"))}
    assert (silent["much trade with the side", "much trade with the other side"].factor == 1).all()


@needs_trees
def test_the_chance_that_anyone_joins_is_one_less_that_nobody_does(panel: Panel, pool: Pool) -> None:
    part = panel.rows(np.arange(STATES * 5))
    raw, spread = raw_of(part), pool.law.spread
    scores = pool.law.scores(raw)
    z = np.random.default_rng(4).standard_normal(100_000)
    found = widening(pool.law.probabilities(raw).sum(axis=0), spread, part.starts)
    for dispute, chance in enumerate(found):
        total = np.exp(scores[:, part.dispute == dispute]).sum(axis=0)
        nobody = np.exp(-np.log1p(np.exp(spread * z - spread**2 / 2)[:, None] * total).sum(axis=1))
        assert 1 - nobody.mean() == pytest.approx(chance, abs=4 * nobody.std() / np.sqrt(len(z)) + 1e-4)
    assert pool.widening(raw, part.starts).shape == (5,)


def test_the_shipped_weights_are_thirds_and_are_those_that_are_used() -> None:
    told = json.loads(files("tertius.history").joinpath(SHIPPED).read_bytes())
    assert set(told["pool"]["weights"].values()) == {0.333333}
