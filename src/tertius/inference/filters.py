"""Filters: exact and near-exact likelihoods of a weekly change under the law of ground, and draws ahead.

The tempo follows a level that moves and returns, and is measured each week by one or two sources:

    d_t = phi d_t-1 + s_d v_t,    m_t = M + d_t                                level            (1)
    u_t = m_t + rho (u_t-1 - m_t) + g_t s_w w_t                                tempo            (2)
    y_t = u_t + o_t + g_t s_e e_t                                              first source     (3)
    y2_t = u_t + o_t + bias2 + s_2 e2_t                                        second source    (4)

with o_t a known offset (the balance of power against that of the last week) and g_t = 1, or k in an active spell. With
g_t = 1 the Kalman filter is exact. With two regimes each week's four paths are collapsed to one normal a regime (Kim
1994), which is near-exact; it is exact again for k = 1. Before the first week d has its stationary distribution, and is
0 where it has none (phi = 1).

    column  symbol   meaning                                          unit
    0       M        mean of the level                                km2/week
    1       rho      share of a deviation that lasts a week           1
    2       s_w      weekly shock to the tempo                        km2/week
    3       s_e      weekly noise of area                             km2
    4       k        scale of shocks in an active spell               1
    5       p_a      chance to become active                          1/week
    6       p_q      chance to become quiet                           1/week
    7       bias2    second source's excess over the first            km2/week
    8       s_2      second source's noise                            km2/week
    9       phi      share of the level's deviation that lasts a week 1
    10      s_d      weekly shock to the level                        km2/week

A state is two numbers, tempo and level (u, m); its covariance three (of u, of both, of m). A missing reading (NaN) is
left out. The filters call nothing of another file, so Numba's cache, which notices changes of this file alone, can be
trusted with them.

Source: Kalman (1960); Gardner and McKenzie (1985) for a trend that is damped; Hamilton (1989); Kim (1994), Journal of
Econometrics 60.
"""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

Array = NDArray[np.float64]
LEVEL, PERSISTENCE, SHOCK, NOISE, SCALE, TO_ACTIVE, TO_QUIET, BIAS2, NOISE2, LEVEL_PERSISTENCE, LEVEL_SHOCK = range(11)
COLUMNS = 11


@njit(nogil=True, error_model="numpy", cache=True)
def filter_level(theta: Array, y: Array, offsets: Array, start: float, spread: float) -> tuple[Array, Array, Array]:
    """Log likelihood (point,), mean (point, 2) and covariance (point, 3) of tempo and level after the last week.

    theta: shape (point, 11); y: shape (week, 2); offsets: shape (point, week); the tempo before the first week is
    normal (start, spread).
    """
    points, weeks = theta.shape[0], y.shape[0]
    height, means, covariances = np.zeros(points), np.zeros((points, 2)), np.zeros((points, 3))
    for i in range(points):
        mean, rho, phi = theta[i, LEVEL], theta[i, PERSISTENCE], theta[i, LEVEL_PERSISTENCE]
        away, drift, shock = 1.0 - rho, theta[i, LEVEL_SHOCK] ** 2, theta[i, SHOCK] ** 2
        u, m, uu, um = start, mean, spread * spread, 0.0
        mm = drift / (1.0 - phi * phi) if phi < 1.0 else 0.0
        for t in range(weeks):
            m = mean + phi * (m - mean)
            u = m + rho * (u - m)
            both = rho * phi * um
            mm = phi * phi * mm + drift
            uu = away * away * mm + 2.0 * away * both + rho * rho * uu + shock
            um = away * mm + both
            for source in range(2):
                if math.isnan(y[t, source]):
                    continue
                r = theta[i, NOISE if source == 0 else NOISE2] ** 2
                total = uu + r
                error = y[t, source] - offsets[i, t] - u - (theta[i, BIAS2] if source == 1 else 0.0)
                height[i] -= 0.5 * (math.log(2 * math.pi * total) + error * error / total)
                u += uu / total * error
                m += um / total * error
                mm -= um / total * um
                um *= r / total
                uu *= r / total
        means[i, 0], means[i, 1] = u, m
        covariances[i, 0], covariances[i, 1], covariances[i, 2] = uu, um, mm
    return height, means, covariances


@njit(nogil=True, error_model="numpy", cache=True)
def filter_switching(
    theta: Array, y: Array, offsets: Array, start: float, spread: float
) -> tuple[Array, Array, Array, Array]:
    """As `filter_level`, with regimes: means have shape (point, regime, 2), covariances (point, regime, 3).

    The last array, shape (point,), is the probability of an active spell in the last week.
    """
    points, weeks = theta.shape[0], y.shape[0]
    height, active = np.zeros(points), np.zeros(points)
    means, covariances = np.zeros((points, 2, 2)), np.zeros((points, 2, 3))
    paths, regimes = np.zeros((2, 2, 6)), np.zeros((2, 6))  # weight, u, m, and the covariance (of u, of both, of m)
    for i in range(points):
        up, down = theta[i, TO_ACTIVE], theta[i, TO_QUIET]
        mean, rho, phi = theta[i, LEVEL], theta[i, PERSISTENCE], theta[i, LEVEL_PERSISTENCE]
        away, drift, shock = 1.0 - rho, theta[i, LEVEL_SHOCK] ** 2, theta[i, SHOCK] ** 2
        share = up / (up + down) if up + down > 0 else 0.0
        for b in range(2):
            regimes[b, 0] = share if b == 1 else 1.0 - share
            regimes[b, 1], regimes[b, 2], regimes[b, 3], regimes[b, 4] = start, mean, spread * spread, 0.0
            regimes[b, 5] = drift / (1.0 - phi * phi) if phi < 1.0 else 0.0
        for t in range(weeks):
            total_weight = 0.0
            for a in range(2):
                m0 = mean + phi * (regimes[a, 2] - mean)
                u0 = m0 + rho * (regimes[a, 1] - m0)
                both = rho * phi * regimes[a, 4]
                mm0 = phi * phi * regimes[a, 5] + drift
                uu0 = away * away * mm0 + 2.0 * away * both + rho * rho * regimes[a, 3]
                leave = up if a == 0 else down
                for b in range(2):
                    g = theta[i, SCALE] ** 2 if b == 1 else 1.0
                    u, m, uu, um, mm = u0, m0, uu0 + g * shock, away * mm0 + both, mm0
                    w = regimes[a, 0] * (leave if a != b else 1.0 - leave)
                    for source in range(2):
                        if math.isnan(y[t, source]):
                            continue
                        r = g * theta[i, NOISE] ** 2 if source == 0 else theta[i, NOISE2] ** 2
                        total = uu + r
                        error = y[t, source] - offsets[i, t] - u - (theta[i, BIAS2] if source == 1 else 0.0)
                        w *= math.exp(-0.5 * error * error / total) / math.sqrt(2 * math.pi * total)
                        u += uu / total * error
                        m += um / total * error
                        mm -= um / total * um
                        um *= r / total
                        uu *= r / total
                    paths[a, b, 0], paths[a, b, 1], paths[a, b, 2] = w, u, m
                    paths[a, b, 3], paths[a, b, 4], paths[a, b, 5] = uu, um, mm
                    total_weight += w
            if not total_weight > 0.0:
                height[i] = -np.inf
                break
            height[i] += math.log(total_weight)
            for b in range(2):
                w = paths[0, b, 0] + paths[1, b, 0]
                regimes[b, 0] = w / total_weight
                if w <= 0.0:
                    continue
                p, q = paths[0, b, 0] / w, paths[1, b, 0] / w
                u, m = paths[0, b, 1] - paths[1, b, 1], paths[0, b, 2] - paths[1, b, 2]
                for j in range(1, 6):
                    regimes[b, j] = p * paths[0, b, j] + q * paths[1, b, j]
                regimes[b, 3] += p * q * u * u
                regimes[b, 4] += p * q * u * m
                regimes[b, 5] += p * q * m * m
        active[i] = regimes[1, 0]
        means[i], covariances[i] = regimes[:, 1:3], regimes[:, 3:6]
    return height, means, covariances, active


@njit(nogil=True, error_model="numpy", cache=True)
def draw_ahead(theta: Array, tempo: Array, level: Array, active: Array, normals: Array, uniforms: Array) -> Array:
    """Weekly changes ahead, shape (point, week), by equations (1) to (3) with no offset.

    tempo, level, active: state in the last week known, shape (point,); uniforms: shape (point, week);
    normals: shape (point, week, 3), of tempo, noise and level.
    """
    points, weeks = uniforms.shape
    out = np.empty((points, weeks))
    for i in range(points):
        u, m, z = tempo[i], level[i], active[i] >= 0.5
        for t in range(weeks):
            if uniforms[i, t] < (theta[i, TO_QUIET] if z else theta[i, TO_ACTIVE]):
                z = not z
            g = theta[i, SCALE] if z else 1.0
            mean = theta[i, LEVEL]
            m = mean + theta[i, LEVEL_PERSISTENCE] * (m - mean) + theta[i, LEVEL_SHOCK] * normals[i, t, 2]
            u = m + theta[i, PERSISTENCE] * (u - m) + g * theta[i, SHOCK] * normals[i, t, 0]
            out[i, t] = u + g * theta[i, NOISE] * normals[i, t, 1]
    return out
