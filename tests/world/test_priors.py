"""Quantiles against scipy.stats (an implementation of its own), and refusals."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from tertius.errors import Misfit
from tertius.world import (
    FAMILIES,
    Beta,
    Gamma,
    Lognormal,
    Loguniform,
    Normal,
    Prior,
    Quantity,
    Triangular,
    Uniform,
    read_prior,
)

U = np.array([1e-9, 0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 1 - 1e-9])
Z90 = stats.norm.ppf(0.9)

ORACLES: list[tuple[Prior, Any]] = [
    (Normal(mean=-3, sd=2), stats.norm(-3, 2)),
    (Normal(mean=10, sd=5, low=0), stats.truncnorm(-2, np.inf, 10, 5)),
    (Normal(mean=10, sd=5, high=8), stats.truncnorm(-np.inf, -0.4, 10, 5)),
    (Normal(mean=0, sd=1, low=5, high=6), stats.truncnorm(5, 6)),
    (Normal(mean=0, sd=1, low=-7, high=-6.5), stats.truncnorm(-7, -6.5)),
    (Normal(mean=0, sd=1, low=7.5), stats.truncnorm(7.5, np.inf)),
    (Lognormal(median=100, sigma=0.7), stats.lognorm(0.7, scale=100)),
    (Lognormal(median=100, p90=400), stats.lognorm(math.log(4) / Z90, scale=100)),
    (Beta(a=2, b=5), stats.beta(2, 5)),
    (Beta(a=0.5, b=0.5, low=-1, high=3), stats.beta(0.5, 0.5, loc=-1, scale=4)),
    (Triangular(low=-1, mode=2, high=4), stats.triang(0.6, loc=-1, scale=5)),
    (Triangular(low=0, mode=0, high=1), stats.triang(0, loc=0, scale=1)),
    (Triangular(low=0, mode=1, high=1), stats.triang(1, loc=0, scale=1)),
    (Uniform(low=-2, high=3), stats.uniform(-2, 5)),
    (Loguniform(low=0.01, high=100), stats.loguniform(0.01, 100)),
    (Gamma(shape=0.4, rate=2.5), stats.gamma(0.4, scale=0.4)),
    (Gamma(shape=14, rate=2.7), stats.gamma(14, scale=1 / 2.7)),
]


def test_every_family_has_an_oracle() -> None:
    assert {prior.family for prior, _ in ORACLES} == set(FAMILIES)


@pytest.mark.parametrize(("prior", "oracle"), ORACLES, ids=lambda item: str(item)[:60])
def test_quantiles_match_scipy(prior: Prior, oracle: Any) -> None:
    np.testing.assert_allclose(prior.quantile(U), oracle.ppf(U), rtol=1e-7, atol=1e-9)
    assert prior.central == pytest.approx(oracle.median(), rel=1e-7)
    assert prior.support == pytest.approx(oracle.support())


@pytest.mark.parametrize(("prior", "oracle"), ORACLES, ids=lambda item: str(item)[:60])
def test_quantile_undoes_the_distribution(prior: Prior, oracle: Any) -> None:
    inner = U[1:-1]  # further out a shifted beta has values that doubles cannot tell from its end
    np.testing.assert_allclose(oracle.cdf(prior.quantile(inner)), inner, rtol=1e-6)


def _ordered(count: int, least: float, most: float) -> st.SearchStrategy[list[float]]:
    values = st.floats(least, most, allow_subnormal=False)
    return st.lists(values, min_size=count, max_size=count, unique=True).map(sorted)


POSITIVE = st.floats(1e-6, 1e6)
PRIORS: st.SearchStrategy[Prior] = st.one_of(
    st.builds(lambda m, s: Normal(mean=m, sd=s), st.floats(-1e6, 1e6), POSITIVE),
    st.builds(
        lambda m, s, cut: Normal(mean=m, sd=s, low=m + cut[0] * s, high=m + cut[1] * s),
        st.floats(-1e3, 1e3),
        st.floats(1e-2, 1e3),
        st.tuples(st.floats(-7.5, 7), st.floats(0.01, 5)).map(lambda c: (c[0], c[0] + c[1])),
    ),
    st.builds(lambda m, s: Lognormal(median=m, sigma=s), POSITIVE, st.floats(0.01, 10)),
    st.builds(lambda m, f: Lognormal(median=m, p90=m * f), POSITIVE, st.floats(1.01, 1e5)),
    st.builds(lambda a, b: Beta(a=a, b=b), st.floats(0.01, 1e4), st.floats(0.01, 1e4)),
    _ordered(3, -1e6, 1e6).map(lambda v: Triangular(low=v[0], mode=v[1], high=v[2])),
    _ordered(2, -1e99, 1e99).map(lambda v: Uniform(low=v[0], high=v[1])),
    _ordered(2, 1e-99, 1e99).map(lambda v: Loguniform(low=v[0], high=v[1])),
)


@given(PRIORS, st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_quantiles_rise_and_stay_in_the_support(prior: Prior, shares: list[float]) -> None:
    values = prior.quantile(np.sort(shares))
    low, high = prior.support
    assert values.shape == (len(shares),)
    assert not np.isnan(values).any()
    assert np.all((values >= low) & (values <= high))
    values = values[np.isfinite(values)]
    rounding = 1e-9 * np.maximum(np.abs(values[1:]), np.abs(values[:-1]))
    assert np.all(np.diff(values) >= -rounding)
    assert prior.describe().startswith(f"{prior.family}, median ")


@given(PRIORS)
def test_a_prior_reads_back_from_what_it_says(prior: Prior) -> None:
    assert read_prior({prior.family: prior.parameters()}) == prior


def test_shape_is_kept_and_shares_outside_are_refused() -> None:
    prior = Uniform(low=0, high=2)
    assert prior.quantile(np.full((2, 3), 0.5)).tolist() == [[1.0] * 3] * 2
    for share in (-0.1, 1.1, math.nan):
        with pytest.raises(ValueError, match="share"):
            prior.quantile(share)


def test_describe() -> None:
    assert Lognormal(median=100, p90=400).describe() == "lognormal, median 100, 10-90% 25-400"
    assert Normal(mean=0, sd=1).describe() == "normal, median 0, 10-90% -1.28 to 1.28"
    assert Uniform(low=0, high=20000).describe() == "uniform, median 10,000, 10-90% 2,000-18,000"


@pytest.mark.parametrize(
    ("written", "below", "part"),
    [
        ({"normal": {"mean": 0, "sd": 0}}, ("normal", "sd"), "sd > 0"),
        ({"normal": {"mean": 0, "sd": 1, "low": 2, "high": 1}}, ("normal", "high"), "low < high"),
        ({"normal": {"mean": 0, "sd": 1, "low": 9}}, ("normal", "low"), "8 sd"),
        ({"normal": {"mean": 0, "sd": 1, "high": -9}}, ("normal", "high"), "8 sd"),
        ({"normal": {"mean": 0}}, ("normal",), "mean, sd"),
        ({"lognormal": {"median": 0, "sigma": 1}}, ("lognormal", "median"), "median > 0"),
        ({"lognormal": {"median": 1, "sigma": 0}}, ("lognormal", "sigma"), "sigma"),
        ({"lognormal": {"median": 1, "sigma": 1, "p90": 2}}, ("lognormal",), "or {median, p90}"),
        ({"lognormal": {"median": 1}}, ("lognormal",), "or {median, p90}"),
        ({"lognormal": {"median": 2, "p90": 1}}, ("lognormal", "p90"), "p90 > median"),
        ({"beta": {"a": 0, "b": 1}}, ("beta", "a"), "a"),
        ({"beta": {"a": 1, "b": 1, "low": 1}}, ("beta", "high"), "low < high"),
        ({"triangular": {"low": 2, "mode": 1, "high": 3}}, ("triangular", "mode"), "low <= mode"),
        ({"triangular": {"low": 1, "mode": 1, "high": 1}}, ("triangular", "high"), "low < high"),
        ({"uniform": {"low": 1, "high": 1}}, ("uniform", "high"), "low < high"),
        ({"loguniform": {"low": 0, "high": 1}}, ("loguniform", "low"), "low > 0"),
        ({"gamma": {"shape": 0, "rate": 1}}, ("gamma", "shape"), "shape"),
        ({"gamma": {"shape": 1, "rate": 0}}, ("gamma", "rate"), "rate"),
        ({"uniform": {"low": True, "high": 2}}, ("uniform", "low"), "a number"),
        ({"uniform": {"low": "0", "high": 2}}, ("uniform", "low"), "a number"),
        ({"uniform": {"low": 0, "high": math.inf}}, ("uniform", "high"), "a number"),
        ({"uniform": {"low": math.nan, "high": 1}}, ("uniform", "low"), "a number"),
        ({"uniform": {"low": None, "high": 1}}, ("uniform", "low"), "a number"),
        ({"uniform": {"low": 0, "hihg": 1}}, ("uniform", "hihg"), "{low, high}"),
        ({"uniform": [0, 1]}, ("uniform",), "{low, high}"),
        ({"unifrom": {"low": 0, "high": 1}}, ("unifrom",), "lognormal"),
        ({"uniform": {}, "normal": {}}, (), "one family"),
        ({}, (), "one family"),
        (3, (), "one family"),
    ],
)
def test_bad_priors_say_where_and_what_is_allowed(written: object, below: tuple[str, ...], part: str) -> None:
    with pytest.raises(Misfit) as caught:
        read_prior(written)
    assert caught.value.below == below
    assert part in caught.value.allowed
    assert caught.value.fix


def test_unknown_family_and_parameter_name_the_nearest() -> None:
    with pytest.raises(Misfit) as caught:
        read_prior({"unifrom": {}})
    assert caught.value.nearest == "uniform"
    with pytest.raises(Misfit) as caught:
        read_prior({"uniform": {"low": 0, "hihg": 1}})
    assert caught.value.nearest == "high"


def test_priors_are_frozen() -> None:
    with pytest.raises(AttributeError):
        Uniform(low=0, high=1).low = 3  # type: ignore[misc]


def test_quantity_quantiles_centre_and_basis() -> None:
    fixed = Quantity(value=30, unit="persons", source=("press",))
    believed = Quantity(prior={"uniform": {"low": 0, "high": 1}}, unit="1", source=("judgement",))  # type: ignore[arg-type]
    assert fixed.quantile(np.zeros((2, 2))).tolist() == [[30.0, 30.0], [30.0, 30.0]]
    assert fixed.central == 30.0
    assert fixed.basis == "fact"
    assert believed.quantile(0.25) == 0.25
    assert believed.central == 0.5
    assert believed.basis == "judgement"
    assert believed.model_copy(update={"source": ("press",)}).basis == "assumption"
    assert Quantity(value=1, unit="1", source=("choice",)).basis == "choice"
