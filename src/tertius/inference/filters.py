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
def level_start(theta: Array) -> float:
    """Variance of the level before the first week."""
    phi = theta[LEVEL_PERSISTENCE]
    return theta[LEVEL_SHOCK] ** 2 / (1.0 - phi * phi) if phi < 1.0 else 0.0


@njit(nogil=True, error_model="numpy", cache=True)
def predict(theta: Array, state: Array, spread: Array, g: float) -> None:
    """Equations (1) and (2): state (u, m) and its covariance (of u, of both, of m), a week on, in place."""
    rho, phi, mean = theta[PERSISTENCE], theta[LEVEL_PERSISTENCE], theta[LEVEL]
    both, level = spread[1], phi * phi * spread[2] + theta[LEVEL_SHOCK] ** 2
    state[1] = mean + phi * (state[1] - mean)
    state[0] = state[1] + rho * (state[0] - state[1])
    own = (1.0 - rho) ** 2 * level + 2.0 * (1.0 - rho) * rho * phi * both + rho * rho * spread[0]
    spread[0] = own + (g * theta[SHOCK]) ** 2
    spread[1] = (1.0 - rho) * level + rho * phi * both
    spread[2] = level


@njit(nogil=True, error_model="numpy", cache=True)
def update(state: Array, spread: Array, reading: float, noise: float) -> float:
    """Learn from a reading of the tempo with noise of that variance; returns its log likelihood."""
    total = spread[0] + noise
    error = reading - state[0]
    of_tempo, of_level = spread[0] / total, spread[1] / total
    state[0] += of_tempo * error
    state[1] += of_level * error
    spread[2] -= of_level * spread[1]
    spread[1] *= noise / total
    spread[0] *= noise / total
    return -0.5 * (math.log(2 * math.pi * total) + error * error / total)


@njit(nogil=True, error_model="numpy", cache=True)
def filter_level(theta: Array, y: Array, offsets: Array, start: float, spread: float) -> tuple[Array, Array, Array]:
    """Log likelihood (point,), mean (point, 2) and covariance (point, 3) of tempo and level after the last week.

    theta: shape (point, 11); y: shape (week, 2); offsets: shape (point, week); the tempo before the first week is normal
    (start, spread).
    """
    points, weeks = theta.shape[0], y.shape[0]
    height, means, covariances = np.zeros(points), np.zeros((points, 2)), np.zeros((points, 3))
    for i in range(points):
        mean, covariance = means[i], covariances[i]
        mean[0], mean[1] = start, theta[i, LEVEL]
        covariance[0], covariance[2] = spread * spread, level_start(theta[i])
        for t in range(weeks):
            predict(theta[i], mean, covariance, 1.0)
            if not math.isnan(y[t, 0]):
                height[i] += update(mean, covariance, y[t, 0] - offsets[i, t], theta[i, NOISE] ** 2)
            if not math.isnan(y[t, 1]):
                reading = y[t, 1] - offsets[i, t] - theta[i, BIAS2]
                height[i] += update(mean, covariance, reading, theta[i, NOISE2] ** 2)
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
    weight4, mean4, spread4 = np.zeros((2, 2)), np.zeros((2, 2, 2)), np.zeros((2, 2, 3))
    share = np.zeros(2)
    for i in range(points):
        up, down = theta[i, TO_ACTIVE], theta[i, TO_QUIET]
        share[1] = up / (up + down) if up + down > 0 else 0.0
        share[0] = 1.0 - share[1]
        for b in range(2):
            means[i, b, 0], means[i, b, 1] = start, theta[i, LEVEL]
            covariances[i, b, 0], covariances[i, b, 2] = spread * spread, level_start(theta[i])
        for t in range(weeks):
            total_weight = 0.0
            for a in range(2):
                for b in range(2):
                    leave = up if a == 0 else down
                    g = theta[i, SCALE] if b == 1 else 1.0
                    mean, covariance = mean4[a, b], spread4[a, b]
                    mean[:] = means[i, a]
                    covariance[:] = covariances[i, a]
                    predict(theta[i], mean, covariance, g)
                    w = share[a] * (leave if a != b else 1.0 - leave)
                    for source in range(2):
                        if math.isnan(y[t, source]):
                            continue
                        noise = (g * theta[i, NOISE]) ** 2 if source == 0 else theta[i, NOISE2] ** 2
                        reading = y[t, source] - offsets[i, t] - (theta[i, BIAS2] if source == 1 else 0.0)
                        w *= math.exp(update(mean, covariance, reading, noise))
                    weight4[a, b] = w
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
                share[b] = w / total_weight
                first, second = weight4[0, b] / w, weight4[1, b] / w
                u = mean4[0, b, 0] - mean4[1, b, 0]
                m = mean4[0, b, 1] - mean4[1, b, 1]
                for j in range(2):
                    means[i, b, j] = first * mean4[0, b, j] + second * mean4[1, b, j]
                for j in range(3):
                    covariances[i, b, j] = first * spread4[0, b, j] + second * spread4[1, b, j]
                covariances[i, b, 0] += first * second * u * u
                covariances[i, b, 1] += first * second * u * m
                covariances[i, b, 2] += first * second * m * m
        active[i] = share[1]
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
