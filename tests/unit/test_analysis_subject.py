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
