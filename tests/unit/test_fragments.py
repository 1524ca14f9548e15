from __future__ import annotations

import io
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dicom_io.coded_size import coded_size
from dicom_io.errors import NoPixelData, Truncated, UnreadableInput
from dicom_io.fragments import Extent, Window, locate_pixel_data

HEAD = b"\xe0\x7f\x10\x00OB\0\0\xff\xff\xff\xff"
END = b"\xfe\xff\xdd\xe0\0\0\0\0"


def item(value: bytes) -> bytes:
    return b"\xfe\xff\x00\xe0" + len(value).to_bytes(4, "little") + value


def locate(data: bytes):
    return locate_pixel_data(io.BytesIO(data), len(data), implicit=False, little_endian=True)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(max_size=40), min_size=1, max_size=8), st.lists(st.integers(0, 400), max_size=6))
def test_a_window_reads_as_the_joined_fragments_do(tmp_path: Path, parts, places) -> None:
    data = HEAD + item(b"") + b"".join(map(item, parts)) + END
    joined = b"".join(parts)
    if not joined:
        with pytest.raises(NoPixelData):
            locate(data)
        return
    path = tmp_path / "fragments"
    path.write_bytes(data)
    with Window(path, locate(data).extents) as window:
        assert io.BufferedReader(window, buffer_size=7).read() == joined
    with Window(path, locate(data).extents) as window:
        for place in places:
            window.seek(place)
            assert joined[place:].startswith(piece := window.read(5))
            assert piece or place >= len(joined)
        assert window.seek(-1, io.SEEK_END) == len(joined) - 1


def test_every_cut_is_a_truncation() -> None:
    data = HEAD + item(b"") + item(b"abcd") + item(b"efgh") + END
    for length in range(12, len(data)):
        with pytest.raises(Truncated):
            locate(data[:length])


def test_native_pixel_data_is_one_extent() -> None:
    data = b"\xe0\x7f\x10\x00OW\0\0\x04\0\0\0abcd"
    layout = locate(data)
    assert (layout.extents, layout.encapsulated) == ((Extent(start=12, length=4),), False)
    with pytest.raises(Truncated):
        locate(data[:-1])


def test_what_is_no_fragment_is_refused() -> None:
    with pytest.raises(UnreadableInput):
        locate(HEAD + item(b"") + b"garbage!" * 4)
    with pytest.raises(NoPixelData):
        locate(b"\x28\x00\x10\x00US\x02\0\0\0")


@pytest.mark.parametrize("marker", [b"\xc0", b"\xc2", b"\xf7"])
def test_jpeg_sizes_stand_behind_any_other_segment(tmp_path: Path, marker) -> None:
    header = b"\xff" + marker + b"\0\x11\x08" + (1234).to_bytes(2, "big") + (4321).to_bytes(2, "big") + bytes(10)
    data = b"junk" + b"\xff\xd8" + b"\xff\xe1" + (70).to_bytes(2, "big") + b"\xff\xc0" * 34 + b"\xff" + header
    path = tmp_path / "picture"
    path.write_bytes(data)
    halves = [0, 30, 60, len(data)]
    with Window(path, tuple(Extent(start=a, length=b - a) for a, b in pairwise(halves))) as window:
        assert coded_size(window, 4) == (4321, 1234)
        assert coded_size(window, 0) is None


def test_a_picture_without_a_size_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "picture"
    path.write_bytes(b"\xff\xd8" + b"\xff" * 50_000)
    with Window(path, (Extent(start=0, length=50_002),)) as window, pytest.raises(UnreadableInput):
        coded_size(window, 0)
