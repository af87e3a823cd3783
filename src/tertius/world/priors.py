"""Priors: what is believed about a number, written as quantiles.

    family      written                              support                 inverse of its distribution
    normal      {mean, sd, low?, high?}              (low, high) or all      mean + sd z, cut at low and high
    lognormal   {median, sigma} or {median, p90}     (0, inf)                median exp(sigma z)
    beta        {a, b, low?, high?}                  (low, high), by default (0, 1)
    gamma       {shape, rate}                        (0, inf)                inverse of the incomplete gamma function
    triangular  {low, mode, high}                    (low, high)             two square roots
    uniform     {low, high}                          (low, high)             low + u (high - low)
    loguniform  {low, high}, low > 0                 (low, high)             low (high / low)^u

z is the standard normal quantile of u. Every quantile function is non-decreasing in u and stays in the
support, so uniform numbers that two scenarios share give draws that are ranked alike.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cached_property
from math import inf, isfinite, log
from typing import ClassVar, TypeAlias, final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv, gammaincinv, ndtr, ndtri

from tertius.errors import Misfit, listed, nearest

Array: TypeAlias = NDArray[np.float64]

LARGEST = 1e100  # beyond this, products of parameters overflow
_Z90 = float(ndtri(0.9))


@dataclass(frozen=True, kw_only=True)
class Prior(ABC):
    """A distribution of one number. Build a family below, or read one with `read_prior`.

    Raises:
        Misfit: a parameter is not a finite number or the parameters do not fit together.
    """

    family: ClassVar[str]
    form: ClassVar[str]

    def __post_init__(self) -> None:
        optional = {field.name for field in fields(self) if field.default is None}
        for field in fields(self):
            name, value = field.name, getattr(self, field.name)
            if value is None and name in optional:
                continue
            number = _is_number(value)
            if not number or not abs(value) <= LARGEST:
                fix = "write a number" if not number else "write a finite number"
                raise Misfit(repr(value), "a number between -1e100 and 1e100", fix, below=(name,))
            object.__setattr__(self, name, float(value))
        self._check()

    def parameters(self) -> dict[str, float]:
        """Return the parameters as written, without those left out."""
        named = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in named.items() if value is not None}

    def quantile(self, u: ArrayLike) -> Array:
        """Return the values below which the shares `u` of the belief lie.

        Args:
            u: shares in [0, 1], any shape. 0 and 1 give the ends of the support, so may give infinities.

        Returns:
            Values of the shape of `u`, in the unit of the quantity.

        Raises:
            ValueError: a share is outside [0, 1] or not a number.
        """
        shares = np.asarray(u, dtype=np.float64)
        if not np.all((shares >= 0.0) & (shares <= 1.0)):
            raise ValueError("quantile: every share must lie in [0, 1]")
        low, high = self.support
        return np.asarray(np.clip(self._inverse(shares), low, high), dtype=np.float64)

    @cached_property
    def central(self) -> float:
        """The median: the value that is as likely exceeded as not."""
        return float(self.quantile(0.5))

    def describe(self) -> str:
        """Return such text as "lognormal, median 100, 10-90% 25-400"."""
        low, median, high = (float(value) for value in self.quantile([0.1, 0.5, 0.9]))
        dash = " to " if low < 0 else "-"
        return f"{self.family}, median {_short(median)}, 10-90% {_short(low)}{dash}{_short(high)}"

    @property
    @abstractmethod
    def support(self) -> tuple[float, float]:
        """The least and the greatest value; infinite where there is none."""

    @abstractmethod
    def _inverse(self, u: Array) -> Array: ...

    @abstractmethod
    def _check(self) -> None: ...

    def _need(self, holds: bool, name: str, allowed: str) -> None:
        if not holds:
            value = self.parameters()[name]
            raise Misfit(f"{value:g}", allowed, f"write {self.family} with {allowed}", below=(name,))


@final
@dataclass(frozen=True, kw_only=True)
class Normal(Prior):
    """Normal with `mean` and `sd`; cut at `low` and `high` where given (they are those of the uncut one)."""

    family: ClassVar[str] = "normal"
    form: ClassVar[str] = "{mean, sd, low?, high?}"
    mean: float
    sd: float
    low: float | None = None
    high: float | None = None

    @property
    def support(self) -> tuple[float, float]:
        """From `low` to `high`; infinite on a side that is not cut."""
        return -inf if self.low is None else self.low, inf if self.high is None else self.high

    def _check(self) -> None:
        self._need(self.sd > 0, "sd", "sd > 0")
        low, high = self.support
        if self.high is not None:
            self._need(high > low, "high", "low < high")
        # further out the part that is left has a probability that doubles cannot hold
        if self.low is not None:
            self._need(low < self.mean + 8 * self.sd, "low", "low below mean + 8 sd")
        if self.high is not None:
            self._need(high > self.mean - 8 * self.sd, "high", "high above mean - 8 sd")

    def _inverse(self, u: Array) -> Array:
        low, high = ((bound - self.mean) / self.sd for bound in self.support)
        if low > 0:  # reflected, as the upper tail has no digits left in ndtr
            left, right = ndtr(-high), ndtr(-low)
            z = -ndtri((1.0 - u) * (right - left) + left)
        else:
            left, right = ndtr(low), ndtr(high)
            z = ndtri(u * (right - left) + left)
        return np.asarray(self.mean + self.sd * z)


@final
@dataclass(frozen=True, kw_only=True)
class Lognormal(Prior):
    """Lognormal with `median` and either `sigma` (sd of the logarithm) or `p90` (the 90% quantile)."""

    family: ClassVar[str] = "lognormal"
    form: ClassVar[str] = "{median, sigma} or {median, p90}"
    median: float
    sigma: float | None = None
    p90: float | None = None

    @property
    def support(self) -> tuple[float, float]:
        """All positive numbers."""
        return 0.0, inf

    @property
    def log_sd(self) -> float:
        """Standard deviation of the logarithm."""
        if self.sigma is not None:
            return self.sigma
        assert self.p90 is not None  # `_check` lets exactly one of them through
        return log(self.p90 / self.median) / _Z90

    def _check(self) -> None:
        self._need(self.median > 0, "median", "median > 0")
        if (self.sigma is None) == (self.p90 is None):
            given = "neither sigma nor p90" if self.sigma is None else "sigma and p90"
            raise Misfit(given, self.form, "give exactly one of sigma and p90")
        if self.sigma is not None:
            self._need(0 < self.sigma <= 10, "sigma", "0 < sigma <= 10")
        if self.p90 is not None:
            self._need(self.p90 > self.median, "p90", "p90 > median")
            self._need(self.log_sd <= 10, "p90", "p90 at most 300,000 times the median")

    def _inverse(self, u: Array) -> Array:
        return np.asarray(self.median * np.exp(self.log_sd * ndtri(u)))


@final
@dataclass(frozen=True, kw_only=True)
class Beta(Prior):
    """Beta with shapes `a` and `b`, stretched from (0, 1) to (`low`, `high`)."""

    family: ClassVar[str] = "beta"
    form: ClassVar[str] = "{a, b, low?, high?}"
    a: float
    b: float
    low: float = 0.0
    high: float = 1.0

    @property
    def support(self) -> tuple[float, float]:
        """From `low` to `high`."""
        return self.low, self.high

    def _check(self) -> None:
        # outside these the inverse of the incomplete beta function is not reliable
        self._need(0.01 <= self.a <= 1e6, "a", "0.01 <= a <= 1,000,000")
        self._need(0.01 <= self.b <= 1e6, "b", "0.01 <= b <= 1,000,000")
        self._need(self.high > self.low, "high", "low < high")

    def _inverse(self, u: Array) -> Array:
        shares = np.where(u < np.finfo(np.float64).tiny, 0.0, u)  # of smaller ones the inverse knows nothing
        return np.asarray(self.low + (self.high - self.low) * betaincinv(self.a, self.b, shares))


@final
@dataclass(frozen=True, kw_only=True)
class Gamma(Prior):
    """Gamma with `shape` and `rate`, mean shape / rate: what is known of a rate after counting events over a time."""

    family: ClassVar[str] = "gamma"
    form: ClassVar[str] = "{shape, rate}"
    shape: float
    rate: float

    @property
    def support(self) -> tuple[float, float]:
        """From 0 up."""
        return 0.0, inf

    def _check(self) -> None:
        # outside these the inverse of the incomplete gamma function is not reliable
        self._need(0.01 <= self.shape <= 1e6, "shape", "0.01 <= shape <= 1,000,000")
        self._need(1e-9 <= self.rate <= 1e9, "rate", "0 < rate <= 1e9")

    def _inverse(self, u: Array) -> Array:
        shares = np.where(u < np.finfo(np.float64).tiny, 0.0, u)
        return np.asarray(gammaincinv(self.shape, shares) / self.rate)


@final
@dataclass(frozen=True, kw_only=True)
class Triangular(Prior):
    """Density that rises in a line from `low` to `mode` and falls in a line to `high`."""

    family: ClassVar[str] = "triangular"
    form: ClassVar[str] = "{low, mode, high}"
    low: float
    mode: float
    high: float

    @property
    def support(self) -> tuple[float, float]:
        """From `low` to `high`."""
        return self.low, self.high

    def _check(self) -> None:
        self._need(self.high > self.low, "high", "low < high")
        self._need(self.low <= self.mode <= self.high, "mode", "low <= mode <= high")

    def _inverse(self, u: Array) -> Array:
        width = self.high - self.low
        rising = (self.mode - self.low) / width
        return np.where(
            u < rising,
            self.low + width * np.sqrt(u * rising),
            self.high - width * np.sqrt((1.0 - u) * (1.0 - rising)),
        )


@final
@dataclass(frozen=True, kw_only=True)
class Uniform(Prior):
    """Every value between `low` and `high` alike."""

    family: ClassVar[str] = "uniform"
    form: ClassVar[str] = "{low, high}"
    low: float
    high: float

    @property
    def support(self) -> tuple[float, float]:
        """From `low` to `high`."""
        return self.low, self.high

    def _check(self) -> None:
        self._need(self.high > self.low, "high", "low < high")

    def _inverse(self, u: Array) -> Array:
        return np.asarray(self.low + u * (self.high - self.low))


@final
@dataclass(frozen=True, kw_only=True)
class Loguniform(Prior):
    """Every ratio alike between `low` and `high`, both positive."""

    family: ClassVar[str] = "loguniform"
    form: ClassVar[str] = "{low, high}"
    low: float
    high: float

    @property
    def support(self) -> tuple[float, float]:
        """From `low` to `high`."""
        return self.low, self.high

    def _check(self) -> None:
        self._need(self.low > 0, "low", "low > 0")
        self._need(self.high > self.low, "high", "low < high")

    def _inverse(self, u: Array) -> Array:
        return np.asarray(np.exp(log(self.low) + u * (log(self.high) - log(self.low))))


FAMILIES: Mapping[str, type[Prior]] = {
    family.family: family for family in (Normal, Lognormal, Beta, Gamma, Triangular, Uniform, Loguniform)
}


def forms() -> str:
    """Return how each family is written, for messages and docs."""
    return "; ".join(f"{name}: {family.form}" for name, family in FAMILIES.items())


def read_prior(written: object) -> Prior:
    """Return the prior written as `{family: {parameter: number, ...}}`.

    Raises:
        Misfit: not of that form, an unknown family or parameter, or parameters that do not fit together.
    """
    if isinstance(written, Prior):
        return written
    if not isinstance(written, Mapping) or len(written) != 1:
        given = f"{len(written)} keys" if isinstance(written, Mapping) else repr(written)
        raise Misfit(given, f"one family: {forms()}", "write for example {uniform: {low: 0, high: 1}}")
    ((name, parameters),) = written.items()
    family = FAMILIES.get(str(name))
    if family is None:
        near = nearest(str(name), FAMILIES)
        fix = f"write {near}" if near else "write one of the families"
        raise Misfit(f"the family {str(name)!r}", listed(FAMILIES), fix, near, below=(str(name),))
    try:
        return _build(family, parameters)
    except Misfit as misfit:
        below = (family.family, *misfit.below)
        raise Misfit(misfit.given, misfit.allowed, misfit.fix, misfit.nearest, below) from None


def _build(family: type[Prior], parameters: object) -> Prior:
    if not isinstance(parameters, Mapping):
        raise Misfit(repr(parameters), family.form, f"write {family.family}: {family.form}")
    known = [field.name for field in fields(family)]
    for key in parameters:
        if key not in known:
            near = nearest(str(key), known)
            fix = f"write {near}" if near else "remove it"
            raise Misfit(f"the unknown key {key!r}", family.form, fix, near, below=(str(key),))
    needed = [field.name for field in fields(family) if field.default is MISSING]
    missing = [name for name in needed if name not in parameters]
    if missing:
        raise Misfit(f"no {' and no '.join(missing)}", family.form, f"add {' and '.join(missing)}")
    return family(**parameters)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _short(value: float) -> str:
    if value == 0 or not isfinite(value):
        return f"{value:g}"
    size = abs(value)
    if 1000 <= size < 1e15:
        return f"{float(f'{value:.3g}'):,.0f}"
    return f"{value:.3g}"
