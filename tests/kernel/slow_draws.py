"""The random numbers once more, in whole numbers of plain Python: SplitMix64's finaliser, component by component."""

from scipy.special import ndtri

GOLDEN, FIRST, SECOND = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
MASK = 2**64 - 1


def mixed(word: int) -> int:
    word = (word ^ (word >> 30)) * FIRST & MASK
    word = (word ^ (word >> 27)) * SECOND & MASK
    return word ^ (word >> 31)


def trajectory(seed: int, number: int) -> int:
    return mixed(mixed(seed + GOLDEN & MASK) ^ (number + FIRST & MASK))


def week(word: int, number: int) -> int:
    return mixed(word ^ ((number + 2) * GOLDEN & MASK))


def share(word: int) -> float:
    """Return the middle of the cell of (0, 1) that the word's first 53 bits name."""
    return ((word >> 11) + 0.5) / 2**53


def uniform(word: int, stream: int, name: int) -> float:
    return share(mixed(mixed(word + stream * SECOND & MASK) ^ name))


def parameter_uniform(seed: int, row: int, name: int) -> float:
    return share(mixed(mixed(mixed(seed + GOLDEN & MASK) ^ row) ^ name))


def normal(word: int, stream: int, name: int) -> float:
    return float(ndtri(uniform(word, stream, name)))
