from __future__ import annotations

import numpy as np
import pytest

from analysis import anatomy
from analysis.subject import FaceLinker, FaceTrack
from analysis.tracker import Face
from tests.synthetic_faces import face

SUBJECT, OTHER = 2.0, 1.4
"""Pixels a millimetre: the subject's face is the larger one."""


def at(x: float, size: float = SUBJECT, *, smile: float = 0) -> Face:
    return face(smile, centre=(x, 360), px_per_mm=size)


def track(*frames: list[Face]) -> FaceTrack:
    linker = FaceLinker()
    for frame, faces in enumerate(frames):
        linker.add(frame, faces)
    return linker.subject(len(frames))


def centres(found: FaceTrack) -> list[float | None]:
    xs = found.points[:, anatomy.ROW[168], 0]
    return [None if np.isnan(x) else round(float(x)) for x in xs]


def test_one_person() -> None:
    found = track([at(600)], [at(603)], [], [at(606)])
    assert centres(found) == [600, 603, None, 606]
    assert found.present.tolist() == [True, True, False, True]
    assert (found.bystander, found.returned) == (False, False)
    assert found.iod_px[0] == pytest.approx(63 * SUBJECT, rel=1e-4)


def test_nobody() -> None:
    assert not track([], []).present.any()
    assert track().points.shape == (0, len(anatomy.KEPT), 3)


def test_order_in_the_list_does_not_matter() -> None:
    there = [[at(300), at(900, OTHER)], [at(900, OTHER), at(302)], [at(304), at(900, OTHER)]]
    assert centres(track(*there)) == [300, 302, 304]


def test_a_bystander_is_remarked_and_a_small_one_is_not() -> None:
    assert track(*[[at(300), at(900, OTHER)]] * 5).bystander
    assert not track(*[[at(300), at(900, 0.9)]] * 5).bystander


def test_the_persistent_face_wins_over_a_larger_one_that_passes() -> None:
    frames = [[at(300), at(900, 2.5)] if 10 <= k < 14 else [at(300)] for k in range(60)]
    found = track(*frames)
    assert centres(found) == [300] * 60
    assert found.bystander


def test_two_people_cross_and_the_one_in_front_hides_the_other() -> None:
    """Each keeps the face that is theirs; the smaller one is not seen while it is hidden."""
    frames, truth = [], []
    for k in range(61):
        subject, other = 300 + 10 * k, 900 - 10 * k
        hidden = abs(subject - other) < 63 * SUBJECT
        frames.append([at(subject)] if hidden else [at(other, OTHER), at(subject)])
        truth.append(subject)
    found = track(*frames)
    assert centres(found) == truth
    assert found.bystander
    assert not found.returned


def test_two_people_of_one_size_cross_at_different_heights() -> None:
    frames = [
        [face(centre=(300 + 10 * k, 360), px_per_mm=2.0), face(centre=(900 - 10 * k, 520), px_per_mm=1.9)]
        for k in range(61)
    ]
    assert centres(track(*frames)) == [300 + 10 * k for k in range(61)]


def test_the_subject_leaves_and_returns_elsewhere() -> None:
    found = track(*[[at(300)]] * 20, *[[]] * 10, *[[at(900)]] * 15)
    assert centres(found) == [300] * 20 + [None] * 10 + [900] * 15
    assert found.returned
    assert not found.bystander


def test_somebody_of_another_size_who_comes_later_is_not_the_subject() -> None:
    found = track(*[[at(300)]] * 20, *[[]] * 10, *[[at(900, 1.2)]] * 15)
    assert centres(found) == [300] * 20 + [None] * 25
    assert not found.returned


def test_a_small_face_beside_the_subject_does_not_take_its_place_when_it_is_lost() -> None:
    """The subject's face is covered for a moment; a face in the background close by appears only then."""
    near = 300 + 0.7 * 63 * SUBJECT
    found = track(*[[at(300)]] * 20, *[[at(near, 0.8)]] * 3, *[[at(300)]] * 20)
    assert centres(found) == [300] * 20 + [None] * 3 + [300] * 20


def looked(looks: dict[int, list[Face]], decoded: int) -> FaceTrack:
    """Looks at some of the decoded frames only."""
    linker = FaceLinker()
    for frame, faces in looks.items():
        linker.add(frame, faces)
    return linker.subject(decoded)


def test_between_two_looks_everything_is_carried_along_a_line() -> None:
    before, after = (
        face(0, 0, yaw=2, pitch=-4, roll=1, centre=(600, 360), activity=0.2),
        face(6, 0, yaw=8, pitch=2, roll=-5, centre=(612, 366), activity=0.8),
    )
    found = looked({0: [before], 4: [after]}, 5)
    for frame in range(5):
        share = frame / 4
        for name in ("points", "iod_px", "yaw_deg", "pitch_deg", "roll_deg", "mouth_activity"):
            expected = (1 - share) * np.float64(getattr(before, name)) + share * np.float64(getattr(after, name))
            assert getattr(found, name)[frame] == pytest.approx(expected, abs=1e-9)
    assert found.found_at == (0, 4)


def test_unevenly_spaced_looks_are_carried_by_their_own_distance() -> None:
    assert centres(looked({0: [at(600)], 2: [at(620)], 12: [at(520)]}, 13)) == [
        600, 610, 620, 610, 600, 590, 580, 570, 560, 550, 540, 530, 520,
    ]  # fmt: skip


def test_nothing_is_carried_across_a_look_that_saw_nobody() -> None:
    found = looked({0: [at(600)], 3: [at(603)], 6: [], 9: [at(609)], 12: [at(612)]}, 13)
    assert centres(found) == [600, 601, 602, 603, None, None, None, None, None, 609, 610, 611, 612]
    assert found.found_at == (0, 3, 9, 12)


def test_nothing_is_carried_across_a_look_that_saw_somebody_else_only() -> None:
    found = looked({0: [at(600)], 3: [at(603)], 6: [at(900, 1.0)], 9: [at(609)], 12: [at(612)]}, 13)
    assert centres(found) == [600, 601, 602, 603, None, None, None, None, None, 609, 610, 611, 612]


def test_after_the_last_look_the_face_stays_where_it_was() -> None:
    assert centres(looked({0: [at(600)], 3: [at(603)]}, 6)) == [600, 601, 602, 603, 603, 603]
    assert centres(looked({0: [at(600)], 3: []}, 6)) == [600, None, None, None, None, None]


def test_the_returned_subject_is_not_carried_from_where_it_was_lost() -> None:
    found = looked({0: [at(300)], 3: [at(300)], 6: [], 9: [at(900)], 12: [at(900)]}, 13)
    assert centres(found) == [300] * 4 + [None] * 5 + [900] * 4


def test_frames_with_a_stranger_alone_are_counted_for_the_frames_between_looks_too() -> None:
    """A look at every third frame stands for three frames."""
    found = looked({3 * k: [at(300)] if k < 8 else [at(900, 1.0)] for k in range(10)}, 30)
    assert found.stranger_frames == 6
