"""The order in which pictures are shown, and their names."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from analysis.evaluation.landmark_regions import FaceRegion
from analysis.evaluation.landmark_values import DrawnRecording, ShownRegion
from service.landmark_preparing import _copy
from service.landmark_shuffling import shuffled

SOURCES = {"a": Path("/drawn/0"), "b": Path("/drawn/1")}


def _recording(frames: int, lost: int = 0) -> DrawnRecording:
    pictures = tuple(
        ShownRegion(algorithm="vultus", frame=frame, region=region, file=f"{frame}-0-{region}.jpg")
        for frame in range(frames)
        for region in FaceRegion
    )
    missing = tuple(
        ShownRegion(algorithm="plain", frame=frame, region=FaceRegion.EYE, file=None) for frame in range(lost)
    )
    return DrawnRecording(
        frames_decoded=9,
        frames_with_face=9,
        frames_measured=9,
        chosen=(),
        landmarks=(),
        pictures=(*pictures, *missing),
    )


@pytest.mark.parametrize("repeats", [0.0, 0.1, 1.0])
def test_every_picture_is_there_and_so_many_of_them_twice(repeats: float) -> None:
    rows, files = shuffled({"a": _recording(4), "b": _recording(6, lost=2)}, SOURCES, repeats)
    first = [(row.recording, row.frame, row.region) for row in rows if row.repeat_of is None and row.picture]
    again = [row for row in rows if row.repeat_of]
    assert len(first) == len(set(first)) == 50
    assert len(again) == round(50 * repeats)
    named = {row.picture: row for row in rows if row.picture}
    assert len(named) == 50 + len(again)
    for row in again:
        shown_first = named[row.repeat_of or ""]
        assert (row.recording, row.frame, row.region) == (
            shown_first.recording,
            shown_first.frame,
            shown_first.region,
        )
        assert shown_first.order < row.order
    assert sorted(row.order for row in rows if row.picture) == list(range(1, len(named) + 1))
    for row, file in zip(rows, files, strict=True):
        assert file == (SOURCES[row.recording] / f"{row.frame}-0-{row.region}.jpg" if row.picture else None)
    assert sum(row.picture is None for row in rows) == 2


def test_the_order_and_the_names_cannot_be_foreseen() -> None:
    one, other = (shuffled({"a": _recording(8)}, SOURCES, 0.1)[0] for _ in range(2))
    assert [(row.frame, row.region) for row in one] != [(row.frame, row.region) for row in other]
    assert not {row.picture for row in one} & {row.picture for row in other}


def test_the_second_showing_is_not_next_to_the_first() -> None:
    rows, _ = shuffled({"a": _recording(8)}, SOURCES, 0.1)
    named = {row.picture: row for row in rows}
    assert all(row.order - named[row.repeat_of or ""].order > 1 for row in rows if row.repeat_of)


@pytest.mark.parametrize("file", ["../../etc/passwd", "/etc/passwd", "1-0-eye.jpg/../x", "1-0-eye.jpg\n"])
def test_a_child_cannot_name_a_file_outside_its_folder(file: str) -> None:
    with pytest.raises(ValidationError):
        ShownRegion(algorithm="vultus", frame=1, region=FaceRegion.EYE, file=file)


def test_a_link_in_the_childs_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "0-0-eye.jpg").symlink_to(tmp_path / "secret")
    with pytest.raises(OSError, match="symbolic links"):
        _copy(tmp_path / "0-0-eye.jpg", tmp_path / "copy.jpg")
    assert not (tmp_path / "copy.jpg").exists()
