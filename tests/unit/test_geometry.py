from __future__ import annotations

import struct
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dicom_io.errors import ImplausibleFrames
from dicom_io.geometry import Upright, check_size, from_display_matrix, plausible_aspect

ONE = 1 << 16


def matrix(a: int, b: int, c: int, d: int) -> bytes:
    return struct.pack("=9i", a * ONE, b * ONE, 0, c * ONE, d * ONE, 0, 0, 0, 1 << 30)


@pytest.mark.parametrize(("a", "b", "c", "d"), [
    (1, 0, 0, 1), (0, 1, -1, 0), (-1, 0, 0, -1), (0, -1, 1, 0), (-1, 0, 0, 1), (1, 0, 0, -1), (0, 1, 1, 0), (0, -1, -1, 0),
])  # fmt: skip
def test_each_display_matrix_moves_every_pixel_where_its_formula_says(a, b, c, d) -> None:
    coded = np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3)
    mirrored, turns = from_display_matrix(matrix(a, b, c, d))
    upright = Upright(mirrored=mirrored, quarter_turns=turns).apply(coded)
    # Pixel centres go through the matrix; the picture then slides to the origin.
    centres = {(x, y): (a * x + c * y, b * x + d * y) for x in range(6) for y in range(4)}
    left, top = (min(point[axis] for point in centres.values()) for axis in (0, 1))
    for (x, y), (to_x, to_y) in centres.items():
        assert (upright[to_y - top, to_x - left] == coded[y, x]).all()


@given(st.integers(1, 400), st.integers(1, 400), st.fractions(Fraction(1, 4), 4), st.integers(0, 3), st.booleans())
def test_the_promised_size_is_the_delivered_one_and_never_smaller(width, height, aspect, turns, mirrored) -> None:
    upright = Upright(pixel_aspect=aspect, quarter_turns=turns, mirrored=mirrored)
    promised = upright.size(width, height)
    delivered = upright.apply(np.zeros((height, width, 3), np.uint8))
    assert delivered.shape == (promised[1], promised[0], 3)
    assert min(promised) >= min(width, height)


@pytest.mark.parametrize("size", [(0, 0), (0, 5), (8193, 2), (2, 8193), (8192, 8193)])
def test_sizes_of_no_camera_are_refused(size) -> None:
    with pytest.raises(ImplausibleFrames):
        check_size(*size)


def test_an_absurd_pixel_aspect_is_not_believed() -> None:
    assert plausible_aspect(Fraction(1, 1000)) is None
    assert plausible_aspect(Fraction(12, 11)) == Fraction(12, 11)
