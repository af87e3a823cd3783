"""Random numbers as a function of (seed, trajectory, week, stream, name), never a sequence.

A number depends on what it is for, not on when or where it is drawn: any chunking, thread count or executor gives
the same bits, an added actor leaves the others' numbers alone, and a paired trajectory keeps its luck after its
choices part.

The mixer is the finaliser of SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number
generators", OOPSLA); one application per component. Normals come from the inverse distribution function, algorithm
AS 241 (Wichura 1988, Applied Statistics 37), accurate to about 1e-16, so that one uniform makes one normal.
"""

from __future__ import annotations

import hashlib
import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from tertius.kernel.state import Key, Words

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)


def name_key(name: str) -> np.uint64:
    """64-bit hash of a stable name."""
    return np.uint64(int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little"))


def _mix(word: Words) -> Words:
    word = (word ^ (word >> _S30)) * _FIRST
    word = (word ^ (word >> _S27)) * _SECOND
    return word ^ (word >> _S31)


mix = njit(inline="always")(_mix)


def uniforms(seed: int, rows: NDArray[np.uint64], name: str) -> NDArray[np.float64]:
    """Uniform numbers in (0, 1) for parameter draws: shape of `rows`, one per (seed, row, name).

    Vectorised twin of the kernel's draw, for numbers that are drawn once per parameter row.
    """
    start = _mix(np.array([seed], dtype=np.uint64) + _GOLDEN)
    words = _mix(_mix(start ^ rows) ^ name_key(name))
    return np.asarray((words >> _S11).astype(np.float64) * 2.0**-53 + 2.0**-54)


def uniforms_once(seed: int, trajectories: NDArray[np.uint64], stream: int, name: np.uint64) -> NDArray[np.float64]:
    """What `uniform_once` draws for a name in several trajectories, shape of these: its twin outside the kernel."""
    start = _mix(np.array([seed], dtype=np.uint64) + _GOLDEN)
    own = _mix(start ^ (trajectories + _FIRST)) + np.array([stream], dtype=np.uint64) * _SECOND
    words = _mix(_mix(own) ^ name)
    return np.asarray((words >> _S11).astype(np.float64) * 2.0**-53 + 2.0**-54)


@njit
def trajectory_word(seed, trajectory):  # type: ignore[no-untyped-def]
    """Hash of (seed, trajectory)."""
    return mix(mix(np.uint64(seed) + _GOLDEN) ^ (np.uint64(trajectory) + _FIRST))


@njit
def week_word(trajectory, week):  # type: ignore[no-untyped-def]
    """Hash of (seed, trajectory, week) from the hash of (seed, trajectory)."""
    return mix(trajectory ^ (np.uint64(week + 2) * _GOLDEN))


@njit
def _to_uniform(word):  # type: ignore[no-untyped-def]
    return np.float64(word >> _S11) * 2.0**-53 + 2.0**-54


@njit
def uniform(key: Key, stream: int, name: np.uint64) -> float:
    """A uniform number in (0, 1) for this week."""
    return _to_uniform(mix(mix(key.now + np.uint64(stream) * _SECOND) ^ name))


@njit
def uniform_once(key: Key, stream: int, name: np.uint64) -> float:
    """A uniform number in (0, 1) that is the same in every week of the trajectory."""
    return _to_uniform(mix(mix(key.trajectory + np.uint64(stream) * _SECOND) ^ name))


_CENTRE = (
    (3.3871328727963666080, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125),
    (45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727),
    (1.0, 42.313330701600911252, 687.18700749205790830, 5394.1960214247511077),
    (21213.794301586595867, 39307.895800092710610, 28729.085735721942674, 5226.4952788528545610),
)
_MIDDLE = (
    (1.42343711074968357734, 4.63033784615654529590, 5.76949722146069140550, 3.64784832476320460504),
    (1.27045825245236838258, 0.241780725177450611770, 0.0227238449892691845833, 0.000774545014278341407640),
    (1.0, 2.05319162663775882187, 1.67638483018380384940, 0.689767334985100004550),
    (0.148103976427480074590, 0.0151986665636164571966, 0.000547593808499534494600, 1.05075007164441684324e-9),
)
_TAIL = (
    (6.65790464350110377720, 5.46378491116411436990, 1.78482653991729133580, 0.296560571828504891230),
    (0.0265321895265761230930, 0.00124266094738807843860, 2.71155556874348757815e-5, 2.01033439929228813265e-7),
    (1.0, 0.599832206555887937690, 0.136929880922735805310, 0.0148753612908506148525),
    (0.000786869131145613259100, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15),
)


@njit
def _ratio(r, table):  # type: ignore[no-untyped-def]
    """Ratio of two polynomials of degree seven; rows of four coefficients, the numerator's first."""
    a, b, c, d = table
    top = a[0] + r * (a[1] + r * (a[2] + r * (a[3] + r * (b[0] + r * (b[1] + r * (b[2] + r * b[3]))))))
    low = c[0] + r * (c[1] + r * (c[2] + r * (c[3] + r * (d[0] + r * (d[1] + r * (d[2] + r * d[3]))))))
    return top / low


@njit
def normal_quantile(p: float) -> float:
    """Inverse of the standard normal distribution function (AS 241, routine PPND16)."""
    q = p - 0.5
    if abs(q) <= 0.425:
        return q * _ratio(0.180625 - q * q, _CENTRE)
    r = math.sqrt(-math.log(p if q < 0.0 else 1.0 - p))
    value = _ratio(r - 1.6, _MIDDLE) if r <= 5.0 else _ratio(r - 5.0, _TAIL)
    return -value if q < 0.0 else value


@njit
def normal(key: Key, stream: int, name: np.uint64) -> float:
    """A standard normal number for this week."""
    return normal_quantile(uniform(key, stream, name))
