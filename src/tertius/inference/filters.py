"""Filters: exact and near-exact likelihoods of a weekly change under the law of ground, and draws ahead.

The tempo is a damped local level, measured each week by one or two sources:

    u_t = m + rho (u_t-1 - m) + d_t + g_t s_w w_t                              tempo            (1)
    y_t = u_t + g_t s_e e_t                                                    first source     (2)
    y2_t = u_t + bias2 + s_2 e2_t                                              second source    (3)

with d_t a known input (the balance of power) and g_t = 1, or k in an active spell. With g_t = 1 the Kalman filter is
exact. With two regimes each week's four paths are collapsed to one normal a regime (Kim 1994), which is near-exact; it
is exact again for k = 1.

    column  symbol   meaning                                          unit
    0       m        level to which the tempo is damped               km2/week
    1       rho      share of a deviation that lasts a week           1
    2       s_w      weekly shock to the tempo                        km2/week
    3       s_e      weekly noise of area                             km2
    4       k        scale of shocks in an active spell               1
    5       p_a      chance to become active                          1/week
    6       p_q      chance to become quiet                           1/week
    7       bias2    second source's excess over the first            km2/week
    8       s_2      second source's noise                            km2/week

A missing reading (NaN) is left out. The filters call nothing of another file, so Numba's cache, which notices changes
of this file alone, can be trusted with them.

Source: Kalman (1960); Hamilton (1989); Kim (1994), Journal of Econometrics 60.
"""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

Array = NDArray[np.float64]
LEVEL, PERSISTENCE, SHOCK, NOISE, SCALE, TO_ACTIVE, TO_QUIET, BIAS2, NOISE2 = range(9)
COLUMNS = 9


@njit(nogil=True, error_model="numpy", cache=True)
def filter_level(theta: Array, y: Array, inputs: Array, start: float, spread: float) -> tuple[Array, Array, Array]:
    """Log likelihood, mean and variance of the tempo after the last week, each of shape (point,).

    theta: shape (point, 9); y: shape (week, 2); inputs: shape (point, week); the tempo before the first week is normal
    (start, spread).
    """
    points, weeks = theta.shape[0], y.shape[0]
    height, mean, variance = np.zeros(points), np.zeros(points), np.zeros(points)
    for i in range(points):
        level, rho = theta[i, LEVEL], theta[i, PERSISTENCE]
        u, v = start, spread * spread
        for t in range(weeks):
            u = level + rho * (u - level) + inputs[i, t]
            v = rho * rho * v + theta[i, SHOCK] ** 2
            if not math.isnan(y[t, 0]):
                total = v + theta[i, NOISE] ** 2
                error = y[t, 0] - u
                height[i] -= 0.5 * (math.log(2 * math.pi * total) + error * error / total)
                u += v / total * error
                v *= theta[i, NOISE] ** 2 / total
            if not math.isnan(y[t, 1]):
                total = v + theta[i, NOISE2] ** 2
                error = y[t, 1] - u - theta[i, BIAS2]
                height[i] -= 0.5 * (math.log(2 * math.pi * total) + error * error / total)
                u += v / total * error
                v *= theta[i, NOISE2] ** 2 / total
        mean[i], variance[i] = u, v
    return height, mean, variance


@njit(nogil=True, error_model="numpy", cache=True)
def filter_switching(
    theta: Array, y: Array, inputs: Array, start: float, spread: float
) -> tuple[Array, Array, Array, Array]:
    """As `filter_level`, with regimes: mean and variance have shape (point, regime).

    The last array, shape (point,), is the probability of an active spell in the last week.
    """
    points, weeks = theta.shape[0], y.shape[0]
    height, active = np.zeros(points), np.zeros(points)
    means, variances = np.zeros((points, 2)), np.zeros((points, 2))
    weight4, mean4, variance4 = np.zeros((2, 2)), np.zeros((2, 2)), np.zeros((2, 2))
    for i in range(points):
        level, rho = theta[i, LEVEL], theta[i, PERSISTENCE]
        up, down = theta[i, TO_ACTIVE], theta[i, TO_QUIET]
        share = np.array([1.0, 0.0]) if up + down <= 0 else np.array([down / (up + down), up / (up + down)])
        u, v = np.array([start, start]), np.array([spread * spread, spread * spread])
        for t in range(weeks):
            total_weight = 0.0
            for a in range(2):
                for b in range(2):
                    leave = up if a == 0 else down
                    g = theta[i, SCALE] if b == 1 else 1.0
                    m = level + rho * (u[a] - level) + inputs[i, t]
                    s = rho * rho * v[a] + (g * theta[i, SHOCK]) ** 2
                    w = share[a] * (leave if a != b else 1.0 - leave)
                    for source in range(2):
                        if math.isnan(y[t, source]):
                            continue
                        noise = (g * theta[i, NOISE]) ** 2 if source == 0 else theta[i, NOISE2] ** 2
                        total = s + noise
                        error = y[t, source] - m - (theta[i, BIAS2] if source == 1 else 0.0)
                        w *= math.exp(-0.5 * error * error / total) / math.sqrt(2 * math.pi * total)
                        m += s / total * error
                        s *= noise / total
                    weight4[a, b], mean4[a, b], variance4[a, b] = w, m, s
                    total_weight += w
            if not total_weight > 0.0:
                height[i] = -np.inf
                break
            height[i] += math.log(total_weight)
            for b in range(2):
                w = weight4[0, b] + weight4[1, b]
                if w <= 0.0:
                    share[b] = 0.0
                    continue
                m = (weight4[0, b] * mean4[0, b] + weight4[1, b] * mean4[1, b]) / w
                u[b], v[b], share[b] = m, 0.0, w / total_weight
                for a in range(2):
                    v[b] += weight4[a, b] / w * (variance4[a, b] + (mean4[a, b] - m) ** 2)
        active[i] = share[1]
        means[i], variances[i] = u, v
    return height, means, variances, active


@njit(nogil=True, error_model="numpy", cache=True)
def draw_ahead(theta: Array, tempo: Array, active: Array, inputs: Array, normals: Array, uniforms: Array) -> Array:
    """Weekly changes ahead, shape (point, week), by equations (1) and (2).

    tempo, active: state in the last week known, shape (point,); inputs, uniforms: shape (point, week);
    normals: shape (point, week, 2).
    """
    points, weeks = uniforms.shape
    out = np.empty((points, weeks))
    for i in range(points):
        u, z = tempo[i], active[i] >= 0.5
        for t in range(weeks):
            if uniforms[i, t] < (theta[i, TO_QUIET] if z else theta[i, TO_ACTIVE]):
                z = not z
            g = theta[i, SCALE] if z else 1.0
            shock = g * theta[i, SHOCK] * normals[i, t, 0]
            u = theta[i, LEVEL] + theta[i, PERSISTENCE] * (u - theta[i, LEVEL]) + inputs[i, t] + shock
            out[i, t] = u + g * theta[i, NOISE] * normals[i, t, 1]
    return out
