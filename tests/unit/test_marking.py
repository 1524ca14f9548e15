from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.marking import rounds
from tests.marking.guesses import GUESSES, Look, arranged, looks
from tests.marking.panels import HEIGHT, STEP, WIDTH, panels, picture, with_marks
from tests.marking.points import PANELS, POINTS, Mark, read_marks, write_marks
from tests.marking.repeat import eye_distances_px, repeat_errors
from tests.marking.rounds import Sheet

MARKS = Path(rounds.__file__).with_name("marks")
CLIPS = ("pyfeat_WolfgangLanger_Pexels", "dynaface_video1-512")
LOOK = Look(clip="made up", frame=3, centres_px=((60.0, 60.0), (130.0, 60.0), (70.0, 110.0), (120.0, 110.0)))


def made_up(frame: int, *, dx: float = 0, dy: float = 0) -> list[Mark]:
    """Ten marks of a level face whose fissures' midpoints are 100 px apart; dx and dy move the commissures."""
    places = {
        "right_outer_canthus": (80, 50), "right_inner_canthus": (120, 50),
        "right_upper_lid": (100, 40), "right_lower_lid": (100, 55),
        "left_outer_canthus": (220, 50), "left_inner_canthus": (180, 50),
        "left_upper_lid": (200, 40), "left_lower_lid": (200, 55),
        "right_commissure": (120 + dx, 150 + dy), "left_commissure": (180 + dx, 150 + dy),
    }  # fmt: skip
    return [Mark(clip="made up", frame=frame, point=point, x_px=x, y_px=y) for point, (x, y) in places.items()]


def test_repeat_error_of_known_differences() -> None:
    first = [mark for frame in range(2) for mark in made_up(frame)]
    second = made_up(0, dx=3) + made_up(1, dx=-1, dy=2)
    lids, commissures, canthi = repeat_errors(first, second)
    assert (commissures.region, commissures.points, commissures.seen_once) == ("commissures", 4, 0)
    assert commissures.rms_x_px == pytest.approx(np.sqrt((9 + 1) / 2))
    assert commissures.rms_y_px == pytest.approx(np.sqrt(4 / 2))
    assert commissures.rms_x_percent == pytest.approx(commissures.rms_x_px)  # 1 px is 1 % of 100 px
    assert (commissures.mean_x_px, commissures.mean_y_px) == pytest.approx((1, 1))
    assert (lids.points, canthi.points) == (8, 8)
    assert lids.rms_x_px == lids.rms_y_px == canthi.rms_x_px == canthi.rms_y_px == 0


def test_repeat_error_is_relative_to_the_size_of_the_face() -> None:
    small = made_up(0)
    large = [Mark(clip=m.clip, frame=m.frame, point=m.point, x_px=2 * m.x_px, y_px=2 * m.y_px) for m in small]
    moved = [Mark(clip=m.clip, frame=m.frame, point=m.point, x_px=m.x_px + 4, y_px=m.y_px) for m in large]
    assert [error.rms_x_percent for error in repeat_errors(large, moved)] == pytest.approx([2, 2, 2])


def test_frames_and_points_of_one_marking_alone_do_not_count() -> None:
    hidden = Mark(clip="made up", frame=0, point="right_commissure", x_px=float("nan"), y_px=float("nan"))
    second = [hidden if mark.point == hidden.point else mark for mark in made_up(0, dy=1)]
    _, commissures, _ = repeat_errors(made_up(0) + made_up(1, dx=50), second)
    assert (commissures.points, commissures.seen_once) == (1, 1)
    assert (commissures.rms_x_px, commissures.rms_y_px) == (0, 1)


def test_markings_of_different_frames_are_refused() -> None:
    with pytest.raises(ValueError, match="no point in common"):
        repeat_errors(made_up(0), made_up(1))


def test_a_clip_without_its_canthi_has_no_scale() -> None:
    blind = [mark for mark in made_up(0) if mark.point != "left_inner_canthus"]
    with pytest.raises(ValueError, match="all four canthi"):
        repeat_errors(blind, blind)


@given(
    u=st.floats(0, WIDTH - 1),
    v=st.floats(0, HEIGHT - 1),
    zoom=st.sampled_from([5.0, 6.0, 7.0, 8.0]),
    index=st.integers(0, 3),
)
def test_picture_positions_come_back_from_the_clip(u, v, zoom, index) -> None:
    panel = panels(LOOK, zoom=zoom)[index]
    place = (panel.left + u, panel.top + v)
    assert panel.shows(*place)
    assert panel.to_picture(*panel.to_clip(*place)) == pytest.approx(place, abs=1e-6)


@pytest.mark.parametrize("index", range(4))
def test_a_dot_of_the_clip_appears_where_the_panel_says(index) -> None:
    x, y = (round(c) + 3 for c in LOOK.centres_px[index])
    rgb = np.zeros((160, 180, 3), dtype=np.uint8)
    rgb[y, x] = 255
    panel = panels(LOOK, zoom=7)[index]
    drawn = picture(rgb, [panel])[panel.top : panel.top + HEIGHT, panel.left : panel.left + WIDTH].astype(float)
    clean = drawn[:, :, 0].copy()
    clean[-panel.top % STEP :: STEP] = clean[:, -panel.left % STEP :: STEP] = 0  # the grid is no part of the dot
    rows, columns = np.nonzero(clean > 40)
    u, v = panel.to_picture(x, y)
    assert (panel.left + columns.mean(), panel.top + rows.mean()) == pytest.approx((u, v), abs=1)


def test_a_cross_leaves_its_middle_free() -> None:
    sheet = np.zeros((60, 60, 3), dtype=np.uint8)
    drawn = with_marks(sheet, [(30.0, 30.0)])
    assert drawn[26:35, 26:35].max() == 0
    assert drawn[30, 40].tolist() == [0, 255, 0]
    assert sheet.max() == 0


@pytest.mark.parametrize("clip", CLIPS)
def test_rounds_shuffle_and_shift_each_in_their_own_way(clip) -> None:
    chosen = looks(clip)
    assert len(chosen) == 24
    one, two = (arranged(chosen, frames=24, shift_px=10, seed=seed) for seed in (1, 2))
    assert one == arranged(chosen, frames=24, shift_px=10, seed=1)
    assert [look.frame for look in one] != [look.frame for look in two]
    assert {look.frame for look in one} == {look.frame for look in two} == {look.frame for look in chosen}
    guessed = {look.frame: look.centres_px for look in chosen}
    shifts = np.array([np.subtract(look.centres_px, guessed[look.frame]) for look in one])
    assert 8 < np.abs(shifts).max() <= 10
    assert np.abs(shifts.mean(axis=(0, 1))).max() < 3
    assert [
        look.frame for look in sorted(arranged(chosen, frames=12, shift_px=0, seed=1), key=lambda look: look.frame)
    ] == [look.frame for look in chosen[1::2]]


def test_guesses_are_too_coarse_to_tell_a_place() -> None:
    with GUESSES.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["panel"] for row in rows} == set(PANELS)
    assert all(int(row[name]) % 10 == 0 for row in rows for name in ("x_px", "y_px"))


def filled_in(folder: Path, places: dict[str, tuple[float, float] | None]) -> Path:
    sheet = Sheet(name="01", clip=LOOK.clip, frame=LOOK.frame, panels=panels(LOOK, zoom=7))
    rounds._write_key(folder / "key.csv", [sheet])
    rows = [f"1,{point},{place[0]},{place[1]}" if place else f"1,{point},," for point, place in places.items()]
    (folder / "form.csv").write_text("\n".join(["picture,point,u,v", *rows]))
    return folder


def middles() -> dict[str, tuple[float, float] | None]:
    inside = {panel.name: (panel.left + WIDTH / 2, panel.top + HEIGHT / 2) for panel in panels(LOOK, zoom=7)}
    return {point: inside[panel] for point, panel in POINTS.items()}


def test_a_form_is_read_into_clip_pixels(tmp_path) -> None:
    places = middles() | {"left_commissure": None}
    marks = {mark.point: mark for mark in rounds.read(filled_in(tmp_path, places))}
    assert {(mark.clip, mark.frame) for mark in marks.values()} == {("made up", 3)}
    assert not marks["left_commissure"].seen
    for name, panel in POINTS.items():
        if name != "left_commissure":
            assert (marks[name].x_px, marks[name].y_px) == pytest.approx(LOOK.centres_px[PANELS.index(panel)], abs=1e-3)


def test_a_form_that_lacks_a_point_is_refused(tmp_path) -> None:
    places = middles()
    del places["right_upper_lid"]
    with pytest.raises(ValueError, match="each point exactly once"):
        rounds.read(filled_in(tmp_path, places))


def test_a_mark_in_another_panel_is_refused(tmp_path) -> None:
    places = middles()
    places["right_upper_lid"] = places["left_upper_lid"]
    with pytest.raises(ValueError, match="outside panel right_eye"):
        rounds.read(filled_in(tmp_path, places))


def test_marks_survive_their_file(tmp_path) -> None:
    hidden = Mark(clip="made up", frame=1, point="right_commissure", x_px=float("nan"), y_px=float("nan"))
    write_marks(tmp_path / "marks.csv", [*made_up(0, dx=0.25), hidden])
    back = read_marks(tmp_path / "marks.csv")
    assert {mark for mark in back if mark.seen} == set(made_up(0, dx=0.25))
    assert [(mark.frame, mark.point) for mark in back if not mark.seen] == [(1, "right_commissure")]


@pytest.mark.parametrize("row", ["made up,1,chin,1,2", "made up,1,right_commissure,1,"])
def test_a_row_that_is_no_mark_is_refused(tmp_path, row) -> None:
    (tmp_path / "marks.csv").write_text(f"clip,frame,point,x_px,y_px\n{row}\n")
    with pytest.raises(ValueError, match="is no mark"):
        read_marks(tmp_path / "marks.csv")


@pytest.mark.parametrize("path", sorted(MARKS.glob("*.csv")), ids=lambda path: path.name)
def test_marks_kept_here_are_whole(path) -> None:
    clip = path.name.split(".")[0]
    marks = read_marks(path)
    frames = {mark.frame for mark in marks}
    assert {mark.clip for mark in marks} == {clip}
    assert frames <= {look.frame for look in looks(clip)}
    assert len(frames) in (12, 24)
    assert Counter((mark.frame, mark.point) for mark in marks) == Counter(
        (frame, p) for frame in frames for p in POINTS
    )
    places = {(clip, mark.frame, mark.point): (mark.x_px, mark.y_px) for mark in marks if mark.seen}
    assert len(places) >= 0.9 * len(marks)
    assert 80 < eye_distances_px(places)[clip] < 170
    for frame in frames:  # the subject's right is image-left, and an upper lid is never below its lower lid
        for part in ("commissure", "inner_canthus"):
            right, left = (places.get((clip, frame, f"{side}_{part}")) for side in ("right", "left"))
            assert not right or not left or right[0] < left[0]
        for side in ("right", "left"):
            upper, lower = (places.get((clip, frame, f"{side}_{part}_lid")) for part in ("upper", "lower"))
            assert not upper or not lower or upper[1] <= lower[1]
