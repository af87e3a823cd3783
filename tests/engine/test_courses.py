"""Courses are the array that was put, bit for bit, whole or in part, however its parts arrive."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tertius.engine.courses import Courses

Array = NDArray[np.float32]
FUTURES, WEEKS, OUTPUTS = 23, 7, 4


def made(seed: int) -> Array:
    """Few different numbers, so that most stand still; both zeros; shape (output, future, week + 1)."""
    choose = np.random.default_rng(seed)
    steps = choose.choice([0.0, 0.0, 0.0, 0.0, 1.0, 0.25], size=(OUTPUTS, FUTURES, WEEKS)).cumsum(axis=2)
    return np.where(choose.random(steps.shape) < 0.1, -0.0, steps).astype(np.float32)


def put(found: Array, ends: list[int], rising: bool = True) -> Courses:
    courses = Courses((FUTURES, WEEKS, OUTPUTS))
    cuts = [0, *sorted({end for end in ends if end < FUTURES}), FUTURES]
    pairs = list(pairwise(cuts))
    for start, end in pairs if rising else reversed(pairs):
        courses.put(found[:, start:end], start)
    return courses


def same(one: object, two: object) -> bool:
    bits = [np.ascontiguousarray(each, dtype=np.float32).view(np.int32) for each in (one, two)]
    return bits[0].shape == bits[1].shape and bool((bits[0] == bits[1]).all())


@given(st.integers(0, 1000), st.lists(st.integers(1, FUTURES)), st.booleans())
def test_what_was_put_comes_back(seed: int, ends: list[int], rising: bool) -> None:
    found = made(seed)
    whole, courses = found.transpose(1, 2, 0), put(found, ends, rising)
    assert same(courses, whole)
    assert (len(courses), courses.shape, courses.ndim, courses.dtype) == (FUTURES, whole.shape, 3, whole.dtype)
    for output in range(-OUTPUTS, OUTPUTS):
        assert same(courses[:, :, output], whole[:, :, output])
        assert same(courses[:, 3, output], whole[:, 3, output])


@given(st.integers(0, 1000), st.lists(st.integers(1, FUTURES)), st.integers(0, FUTURES + 3))
def test_some_futures_are_those_of_the_array(seed: int, ends: list[int], count: int) -> None:
    found = made(seed)
    whole, courses = found.transpose(1, 2, 0), put(found, ends)
    places = np.random.default_rng(seed).integers(0, FUTURES, size=count)
    for key in (slice(count), slice(1, count), slice(None, None, 2), places, whole[:, 0, 0] > 0):
        part = courses[key]
        assert isinstance(part, Courses)
        assert same(part, whole[key])
        assert same(part[:2][::-1], whole[key][:2][::-1])
        assert same(part[:, :, 1], whole[key][:, :, 1])


def test_anything_else_is_read_as_of_an_array() -> None:
    found = made(1)
    whole, courses = found.transpose(1, 2, 0), put(found, [5])
    assert same(courses[3], whole[3])
    assert same(courses[-1], whole[-1])
    with pytest.raises(IndexError):
        courses[len(courses)]
    with pytest.raises(TypeError, match="not iterable"):
        iter(courses)
    assert same(courses[0, :4], whole[0, :4])
    assert same(courses[:, :2, 1:3], whole[:, :2, 1:3])
    assert np.asarray(courses, dtype=np.float64).dtype == np.float64
    with pytest.raises(IndexError, match="output 4 of 4"):
        courses[:, :, OUTPUTS]
    with pytest.raises(ValueError, match="always a copy"):
        np.asarray(courses, copy=False)


def test_futures_that_a_stopped_run_left_out_are_left_out() -> None:
    found = made(2)
    courses = Courses((FUTURES, WEEKS, OUTPUTS))
    courses.put(found[:, 4:9], 4)
    courses.put(found[:, 15:20], 15)
    done = np.zeros(FUTURES, dtype=bool)
    done[4:9] = done[15:20] = True
    assert same(courses[done], found[:, done].transpose(1, 2, 0))
    assert same(courses, np.where(done, found.transpose(0, 2, 1), 0.0).transpose(2, 1, 0))
    assert same(Courses((2, 3, 1)), np.zeros((2, 3, 1)))


def test_no_more_is_kept_than_there_is_room_for() -> None:
    found = made(3)
    courses = Courses((FUTURES - 8, WEEKS, OUTPUTS))
    courses.put(found[:, :10], 0)
    courses.put(found[:, 10:], 10)
    courses.put(found[:, :10], FUTURES)
    assert same(courses, found[:, : FUTURES - 8].transpose(1, 2, 0))
    none = Courses((5, WEEKS, 0))
    none.put(found[:0, :5], 0)
    assert np.asarray(none).shape == (5, WEEKS, 0)


def test_a_run_longer_than_its_count_can_tell_is_kept_whole() -> None:
    still = np.ones((1, 200, 521), dtype=np.float32)
    courses = Courses((200, 521, 1))
    courses.put(still, 0)
    assert same(courses, still.transpose(1, 2, 0))


def test_what_stands_still_takes_little_and_cannot_be_written_to() -> None:
    found = np.zeros((300, 48, 53), dtype=np.float32)
    found[:, :, 20:] = 2.0
    courses = Courses((48, 53, 300))
    courses.put(found, 0)
    kept = sum(part.values.nbytes + part.lengths.nbytes for part in courses._parts.values())
    assert kept < found.nbytes / 15
    with pytest.raises(ValueError, match="read-only"):
        courses[:, :, 0][0, 0] = 1.0
