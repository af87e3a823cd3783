/* Four futures side by side: numbers, words and masks of LANES lanes, as the vector types of GCC and Clang.
 *
 * A mask is all ones in a lane that holds and 0 elsewhere. exp, log and powers are series, within some 1e-14 of the
 * library's: one source for every machine, and no call that would empty the registers. With AVX2 a function is a few
 * instructions; elsewhere plain operators say the same, and the compiler takes what vectors the machine has.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "quantile.h"

#define LANES 4
#define MOST_NORMALS 16 /* vectors that are made normal in one go */
typedef double lanes __attribute__((vector_size(8 * LANES)));
typedef uint64_t words __attribute__((vector_size(8 * LANES)));
typedef int64_t mask __attribute__((vector_size(8 * LANES)));

#ifdef __AVX2__
#include <immintrin.h>
static inline lanes pick(mask holds, lanes yes, lanes no) { return _mm256_blendv_pd(no, yes, (lanes)holds); }
static inline int lanes_of(mask holds) { return _mm256_movemask_pd((lanes)holds); }
static inline lanes least(lanes a, lanes b) { return _mm256_min_pd(b, a); }
static inline lanes most(lanes a, lanes b) { return _mm256_max_pd(b, a); }
static inline lanes whole(lanes a) { return _mm256_floor_pd(a); }
static inline lanes root(lanes a) { return _mm256_sqrt_pd(a); }
#else
static inline lanes pick(mask holds, lanes yes, lanes no) {
    return (lanes)((holds & (mask)yes) | (~holds & (mask)no));
}
static inline int lanes_of(mask holds) {
    int found = 0;
    for (int j = 0; j < LANES; j++) found |= (int)(holds[j] & 1) << j;
    return found;
}
static inline lanes least(lanes a, lanes b) { return pick(b < a, b, a); }
static inline lanes most(lanes a, lanes b) { return pick(b > a, b, a); }
static inline lanes whole(lanes a) {
    for (int j = 0; j < LANES; j++) a[j] = floor(a[j]);
    return a;
}
static inline lanes root(lanes a) {
    for (int j = 0; j < LANES; j++) a[j] = sqrt(a[j]);
    return a;
}
#endif

static inline int any(mask holds) { return lanes_of(holds) != 0; }
static inline lanes every(double value) { return value - (lanes){0}; }

/* --- exp, log and powers ---------------------------------------------------------------------------------------- */

/* 2^n e^r with |r| <= ln(2) / 2 and the series of e^r to r^13. Beyond +-708 the result stays at that of +-708. */
static inline lanes exponential(lanes x) {
    const double rounding = 0x1.8p52;
    x = least(most(x, every(-708.0)), every(708.0));
    lanes shifted = x * 0x1.71547652b82fep0 + rounding, n = shifted - rounding;
    lanes r = (x - n * 0x1.62e42fefa38p-1) - n * 0x1.ef35793c7673p-45, r2 = r * r, r4 = r2 * r2;
    lanes low = (1.0 + r) + r2 * (1.0 / 2 + r * (1.0 / 6));
    lanes middle = (1.0 / 24 + r * (1.0 / 120)) + r2 * (1.0 / 720 + r * (1.0 / 5040));
    lanes high = (1.0 / 40320 + r * (1.0 / 362880)) + r2 * (1.0 / 3628800 + r * (1.0 / 39916800)) +
                 r4 * (1.0 / 479001600 + r * (1.0 / 6227020800));
    lanes value = low + r4 * (middle + r4 * high);
    return (lanes)((words)value + ((words)shifted << 52));
}

/* n ln(2) + 2 artanh((m - 1) / (m + 1)) with m in [sqrt(1/2), sqrt(2)), for positive numbers that are not subnormal;
 * whatever is smaller counts as the smallest of them. */
static inline lanes logarithm(lanes x) {
    words bits = (words)most(x, every(0x1p-1022)), below = bits - 0x3FE6A09E667F3BCDu;
    /* The exponent sits in the upper 12 bits of `below`; 2048 is added so that it is no negative word. */
    lanes n = (lanes)(((below + 0x8000000000000000u) >> 52) | 0x4330000000000000u) - (0x1p52 + 2048.0);
    lanes m = (lanes)((below & 0x000FFFFFFFFFFFFFu) + 0x3FE6A09E667F3BCDu);
    lanes s = (m - 1.0) / (m + 1.0), t = s * s, t2 = t * t, t4 = t2 * t2;
    lanes low = (1.0 / 3 + t * (1.0 / 5)) + t2 * (1.0 / 7 + t * (1.0 / 9));
    lanes high = (1.0 / 11 + t * (1.0 / 13)) + t2 * (1.0 / 15 + t * (1.0 / 17)) + t4 * (1.0 / 19);
    return n * 0x1.62e42fefa38p-1 + (n * 0x1.ef35793c7673p-45 + (2.0 * s + 2.0 * s * t * (low + t4 * high)));
}

/* a^b for a >= 0; 0 counts as the smallest normal number. */
static inline lanes power(lanes a, lanes b) { return exponential(b * logarithm(a)); }

/* --- random numbers: the same function of (seed, trajectory, week, stream, name) as in laws.c ---------------------- */
#define GOLDEN 0x9E3779B97F4A7C15u
#define FIRST 0xBF58476D1CE4E5B9u
#define SECOND 0x94D049BB133111EBu

static inline words mix(words word) {
    word = (word ^ (word >> 30)) * FIRST;
    word = (word ^ (word >> 27)) * SECOND;
    return word ^ (word >> 31);
}

/* Whole numbers below 2^53 as doubles, exactly: both halves are put behind the exponents of 2^84 and 2^52. */
static inline lanes as_double(words word) {
    lanes high = (lanes)((word >> 32) | 0x4530000000000000u), low = (lanes)((word & 0xFFFFFFFFu) | 0x4330000000000000u);
    return (high - 0x1.00000001p84) + low;
}

static inline lanes uniform(words word, uint64_t stream, uint64_t name) {
    return as_double(mix(mix(word + stream * SECOND) ^ name) >> 11) * 0x1p-53 + 0x1p-54;
}

static inline lanes ratio(lanes r, const double a[8], const double b[8]) {
    lanes top = every(a[7]), low = every(b[7]);
    for (int i = 6; i >= 0; i--) {
        top = a[i] + r * top;
        low = b[i] + r * low;
    }
    return top / low;
}

/* Inverse of the standard normal distribution function: AS 241, PPND16, in its three parts. */
static inline lanes centre_quantile(lanes q) {
    return q * ratio(0.180625 - q * q, centre_a, centre_b);
}

static inline lanes outer_quantile(lanes p) {
    mask low = p < 0.5;
    lanes r = root(-logarithm(pick(low, p, 1.0 - p)));
    lanes value = ratio(r - 1.6, middle_a, middle_b);
    mask far = r > 5.0;
    if (any(far)) value = pick(far, ratio(r - 5.0, tail_a, tail_b), value);
    return pick(low, -value, value);
}

/* Probabilities into normal numbers, in place. Some 15 in 100 lie outside the centre: they are collected, so that their
 * logarithms and roots are worked out for full vectors too. `n` is at most MOST_NORMALS. */
static inline void normal_quantiles(lanes *p, int n) {
    lanes outer[MOST_NORMALS];
    int places[MOST_NORMALS * LANES], found = 0;
    for (int i = 0; i < n; i++) {
        lanes q = p[i] - 0.5;
        for (int left = lanes_of((q > 0.425) | (q < -0.425)); left; left &= left - 1) {
            int j = __builtin_ctz((unsigned)left);
            outer[found / LANES][found % LANES] = p[i][j];
            places[found++] = i * LANES + j;
        }
        p[i] = centre_quantile(q);
    }
    for (int i = found; i % LANES; i++) outer[i / LANES][i % LANES] = 0.05;
    for (int i = 0; i < found; i += LANES) {
        lanes value = outer_quantile(outer[i / LANES]);
        for (int j = 0; j < LANES && i + j < found; j++)
            p[places[i + j] / LANES][places[i + j] % LANES] = value[j];
    }
}
