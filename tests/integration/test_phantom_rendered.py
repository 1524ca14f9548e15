"""The pixels of a phantom against its truth, without asking a tracker; and once with one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from analysis import anatomy
from analysis.errors import PhantomError
from analysis.palsy.postures import Task
from analysis.phantom import PORTRAIT, PRESETS, Phantom, Photograph, Scenario, grace_hopper
from analysis.phantom.courses import Hold
from analysis.phantom.face import MovingFace, moving_face
from analysis.phantom.landmarks import LID_MIDDLE, LIP_MIDDLE
from analysis.phantom.mesh import still_meshes
from analysis.phantom.presets import smile, twitch
from analysis.phantom.scenario import (
    LARGEST,
    Action,
    Camera,
    Cut,
    Expression,
    Head,
    Kind,
    Movement,
    Obstacle,
    Part,
    Pose,
    Thing,
)
from analysis.phantom.skin import smile_directions
from analysis.phantom.still import prepare
from analysis.tracker import Face, FaceTracker
from dicom_io.encode import write_mp4
from dicom_io.frames import open_frames

Picture = NDArray[np.uint8]
STILL_HEAD = Head(sway_iod=0, roll_deg=0)
CORNERS = (anatomy.RIGHT.commissure, anatomy.LEFT.commissure)
BROWS = (105, 334)


@pytest.fixture(scope="module", params=["astronaut", "grace hopper"])
def face(request: pytest.FixtureRequest) -> MovingFace:
    photograph = PORTRAIT if request.param == "astronaut" else grace_hopper()
    if photograph is None:
        pytest.skip("matplotlib, which ships the second portrait, is not installed")
    return moving_face(prepare(photograph, width=1280, height=720, iod_px=128.0))


def full(action: Action) -> Iterator[Expression]:
    """The action at its largest: right, left, both."""
    for sides in ((1, 0), (0, 1), (1, 1)):
        yield Expression(**{str(action): (sides[0] * LARGEST[action], sides[1] * LARGEST[action])})


@pytest.mark.parametrize("action", [Action.MOUTH, Action.PUCKER, Action.DRAG, Action.BROW, Action.FROWN, Action.DROOP])
def test_skin_never_folds_over_itself(face: MovingFace, action: Action) -> None:
    for expression in full(action):
        carried_both_ways = action is Action.DRAG and min(expression.drag) > 0
        assert (unfolded(face, expression) > 0) != carried_both_ways


def unfolded(face: MovingFace, expression: Expression) -> int:
    """How many regions of skin move, none of which folds or has a seam around it."""
    fields = [field for skin in face.skins if (field := skin.field_px(expression)) is not None]
    for field in fields:
        dy, dx = (np.gradient(field, axis=axis) for axis in (0, 1))
        jacobian = (1 + dx[..., 0]) * (1 + dy[..., 1]) - dx[..., 1] * dy[..., 0]
        assert jacobian.min() > 0.05, expression
        rim = np.concatenate([field[0], field[-1], field[:, 0], field[:, -1]])
        assert np.abs(rim).max() < 0.1
    return len(fields)


@pytest.mark.parametrize("preset", [name for name in PRESETS if name.startswith("exam-")])
def test_no_moment_of_an_examination_folds_the_skin(face: MovingFace, preset: str) -> None:
    scenario = PRESETS[preset].scenario(1)
    for movement in scenario.movements:
        expression = scenario.expression(movement.course.peak_s + abs(movement.left_lag_s))
        moving = unfolded(face, expression)
        assert moving > 0 or movement.task in (Task.GENTLE_CLOSURE, Task.LOWER_TEETH, Task.SNARL)


@pytest.mark.parametrize("action", [Action.UPPER_LIP, Action.LOWER_LIP])
def test_a_lip_moves_without_folding_the_skin_and_leaves_the_other_lip_alone(face: MovingFace, action: Action) -> None:
    upper, lower = (0, 13, *middles(0)), (14, 17, *middles(1))
    of_lip, of_the_other = (upper, lower) if action is Action.UPPER_LIP else (lower, upper)
    for expression in full(action):
        _, x = np.mgrid[0:400, -0.7:0.7:57j]
        y = np.linspace(0.3, 1.9, 400)[:, None] + 0 * x
        at = np.stack([x, y], axis=-1).reshape(-1, 2)
        moved = face.lips.vector(expression, at).reshape(400, 57, 2)
        assert not moved[..., 0].any()
        assert np.abs(moved[..., 1]).max() == pytest.approx(LARGEST[action], rel=0.01)
        assert not moved[[0, -1]].any()
        assert not moved[:, [0, -1]].any()
        steps = np.diff(y + moved[..., 1], axis=0)
        assert steps.min() > 0  # columns keep their order; where the lips part they are torn open, never folded
        own, other = (face.moved(points, expression) - face.at_rest(points) for points in (of_lip, of_the_other))
        halves = getattr(expression, action)
        assert np.abs(own[:2, 1]) == pytest.approx(
            2 * [sum(halves) / 2], rel=0.05
        )  # one half carries the midline half-way
        assert np.abs(own[2:, 1]) == pytest.approx(2 * [*halves], rel=0.01)
        assert not other.any()


def middles(row: int) -> tuple[int, ...]:
    """Of the upper (0) or lower (1) lip's borders, midway between midline and corner: outer right, left, inner right, left."""
    lips = (anatomy.RIGHT.lips, anatomy.LEFT.lips)
    if row == 0:
        return (*(lip.upper for lip in lips), *(lip.inner_upper for lip in lips))
    return (*(lip.lower for lip in lips), *(lip.inner_lower for lip in lips))


@pytest.mark.parametrize("side", [0, 1])
@pytest.mark.parametrize("action", [Action.UPPER_LIP, Action.LOWER_LIP])
def test_half_a_lip_leaves_the_other_half_from_its_middle_on(face: MovingFace, action: Action, side: int) -> None:
    amount = LARGEST[action]
    expression = Expression(**{str(action): (amount, 0.0) if side == 0 else (0.0, amount)})
    points = LIP_MIDDLE[side] + LIP_MIDDLE[1 - side]
    shift = face.moved(points, expression) - face.at_rest(points)
    row = 0 if action is Action.UPPER_LIP else 1
    assert shift[row] == pytest.approx([0, -amount if row == 0 else amount], rel=0.01)
    assert not np.delete(shift, row, axis=0).any()
    changed = (face.expressing(expression) != face.still.rgb).any(axis=2)
    rows, columns = np.nonzero(changed)
    x = face.still.axes.of(np.stack([columns, rows], axis=-1).astype(float))[:, 0]
    outward = 1 if side == 0 else -1
    assert (outward * (x - face.at_rest((LIP_MIDDLE[1 - side][row],))[0, 0])).max() < 0.01


def test_parted_lips_show_a_dark_mouth_and_lips_as_red_as_before(face: MovingFace) -> None:
    """Of a closed mouth; what an open one shows already stays."""
    picture = face.expressing(Expression(lower_lip=(0.1, 0.1))).astype(float)
    lip, opening = face.at_rest((17,)) - np.array([0, 0.04]), face.at_rest((14,)) + np.array([0, 0.05])
    column, row = np.rint(face.still.axes.pixels(opening)[0]).astype(int)
    assert picture[row - 2 : row + 3, column - 2 : column + 3].mean() < 80
    before, now = (np.rint(face.still.axes.pixels(at)[0]).astype(int) for at in (lip, lip + np.array([0, 0.1])))
    patches = [
        shown[y - 2 : y + 3, x - 2 : x + 3].mean(axis=(0, 1))
        for shown, (x, y) in ((face.still.rgb, before), (picture, now))
    ]
    assert patches[1] == pytest.approx(patches[0], abs=12)


@pytest.mark.parametrize("side", [0, 1])
@pytest.mark.parametrize("action", [Action.MOUTH, Action.PUCKER, Action.BROW, Action.LIDS, Action.FROWN, Action.DROOP])
def test_one_side_moves_no_pixel_of_the_other(face: MovingFace, action: Action, side: int) -> None:
    amount = LARGEST[action]
    expression = Expression(**{str(action): (amount, 0.0) if side == 0 else (0.0, amount)})
    changed = (face.expressing(expression) != face.still.rgb).any(axis=2)
    rows, columns = np.nonzero(changed)
    x = face.still.axes.of(np.stack([columns, rows], axis=-1).astype(float))[:, 0]
    middle = float(
        face.at_rest((168,) if action in (Action.BROW, Action.FROWN, Action.LIDS) else (0, 13, 14, 17))[:, 0].mean()
    )
    beyond = (x - middle) * (1 if side == 0 else -1)
    assert changed.any()
    assert beyond.max() < 0.01


def test_each_structure_goes_as_far_as_it_is_told(face: MovingFace) -> None:
    rest = face.at_rest((*CORNERS, *BROWS))
    expression = Expression(mouth=(0.1, 0.04), brow=(0.03, 0.08))
    shift = face.moved((*CORNERS, *BROWS), expression) - rest
    right, left = smile_directions(face.still)
    assert np.hypot(*right) == pytest.approx(np.hypot(*left)) == pytest.approx(1)
    assert right == pytest.approx([-0.8, -0.6], abs=0.06)  # the mouth's line is not quite that of the eyes
    assert left == pytest.approx([0.8, -0.6], abs=0.06)
    assert shift[0] == pytest.approx(0.1 * np.array(right))
    assert shift[1] == pytest.approx(0.04 * np.array(left))
    assert shift[2] == pytest.approx([0, -0.03])
    assert shift[3] == pytest.approx([0, -0.08])
    frown = face.moved(BROWS, Expression(frown=(0.02, 0.04))) - face.at_rest(BROWS)
    assert frown == pytest.approx(np.array([[0, 0.02], [0, 0.04]]))
    droop = face.moved(CORNERS, Expression(droop=(0.05, 0.02))) - face.at_rest(CORNERS)
    assert np.hypot(*droop.T) == pytest.approx([0.05, 0.02], rel=0.01)
    assert droop[:, 1] == pytest.approx([0.0485, 0.0194])
    assert droop[0, 0] > 0 > droop[1, 0]  # inward
    both = face.moved(CORNERS, Expression(droop=(0.05, 0.02), mouth=(0.1, 0.04))) - face.at_rest(CORNERS)
    assert both - droop == pytest.approx(shift[:2])  # a smile goes as far from a corner that hangs
    drag = face.moved((13, *CORNERS), Expression(drag=(0.05, 0))) - face.at_rest((13, *CORNERS))
    assert drag[0] == pytest.approx([-0.05, 0], abs=0.005)
    assert (drag[1:, 0] < -0.005).all()  # both corners are carried along


@pytest.mark.parametrize(
    "pose",
    [
        Pose(),
        Pose(dx_iod=0.1, dy_iod=0.05, roll_deg=3, scale=1.05),
        Pose(yaw_deg=12, pitch_deg=-6),
        Pose(yaw_deg=-8, roll_deg=4, dx_iod=-0.2, scale=0.9),
    ],
)
def test_a_painted_dot_is_seen_where_the_truth_says(face: MovingFace, pose: Pose) -> None:
    """A dot on each mouth corner, brow and half lip goes the way of the pixels; its truth goes the way of the formulae."""
    expression = Expression(
        mouth=(0.14, 0.05),
        drag=(0.04, 0),
        brow=(0.06, 0.02),
        droop=(0, 0.05),
        upper_lip=(0.02, 0.06),
        lower_lip=(0.09, 0),
    )
    points = (*CORNERS, *BROWS, *LIP_MIDDLE[0], *LIP_MIDDLE[1])
    for point, at in zip(points, face.still.axes.pixels(face.at_rest(points)), strict=True):
        y, x = np.mgrid[0:720, 0:1280]
        dot = (255 * np.exp(-((x - at[0]) ** 2 + (y - at[1]) ** 2) / (2 * 1.6**2))).astype(np.uint8)
        picture = np.repeat(dot[..., None], 3, axis=2)
        face.lips.slide(picture, expression)
        for skin in face.skins:
            skin.warp(picture, expression)
        seen = face.posed(picture, pose)[..., 0].astype(float)
        seen[seen < 30] = 0
        centre = np.array([(seen * x).sum(), (seen * y).sum()]) / seen.sum()
        truth = face.seen(face.moved((point,), expression), pose)[0]
        # where the field bends, the centre of a dot is not quite the dot of its centre
        assert np.hypot(*(centre - truth)) < 0.5, point


@pytest.mark.parametrize("closure", [0.25, 0.5, 0.75, 1.0])
def test_the_lid_covers_the_eye_and_does_not_squeeze_it(face: MovingFace, closure: float) -> None:
    for side in (0, 1):
        upper, lower = LID_MIDDLE[side]
        expression = Expression(lids=(closure, 0) if side == 0 else (0, closure))
        rest, shut = (face.moved((upper, lower), e) for e in (Expression(), expression))
        column = np.array([rest[0, 0]])
        margins = face.lids[side].margins(column, closure)
        open_margins = face.lids[side].margins(column, 0)
        share = (margins[1] - margins[0]) / (open_margins[1] - open_margins[0])
        assert share == pytest.approx(1 - closure)
        assert shut[0, 1] > rest[0, 1]
        assert shut[1, 1] <= rest[1, 1]
        picture = face.expressing(expression).astype(float)
        still = face.still.rgb.astype(float)
        inside = np.linspace(float(margins[0][0]) + 0.06, float(margins[1][0]) - 0.045, 9)
        if inside[0] < inside[-1]:  # what is left of the eye is where it was
            at = np.rint(face.still.axes.pixels(np.stack([np.full(9, column[0]), inside], axis=-1))).astype(int)
            assert np.abs(picture[at[:, 1], at[:, 0]] - still[at[:, 1], at[:, 0]]).max() < 15
        if closure == 1:  # where the iris was there is skin
            iris = (anatomy.RIGHT, anatomy.LEFT)[side].iris_centre
            x, y = np.rint(face.still.mesh[iris, :2]).astype(int)
            around = (slice(y - 4, y + 1), slice(x - 4, x + 5))
            assert np.median(picture[around]) > np.median(still[around]) + 25


def test_the_same_phantom_is_the_same_to_the_last_bit_and_its_mirror_image_is_its_mirror_image() -> None:
    plain, again, mirrored = (Phantom("tonic-right", smiles=1, fps=5, mirrored=flag) for flag in (False, False, True))
    assert plain.truth == again.truth
    for (one, t), (two, _), (flipped, _) in zip(plain.frames(), again.frames(), mirrored.frames(), strict=True):
        assert np.array_equal(one, two), t
        assert np.array_equal(one[:, ::-1], flipped), t
    assert mirrored.truth.mirrored
    assert mirrored.truth.right_iod == plain.truth.right_iod  # sides are the subject's
    assert mirrored.truth.head == plain.truth.head
    x, y = np.transpose(plain.truth.right.commissure_px)
    assert np.allclose(np.transpose(mirrored.truth.right.commissure_px), [1279 - x, y], atol=0.002)


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_is_rendered_and_its_truth_is_whole(preset: str) -> None:
    phantom = Phantom(preset, smiles=1, fps=2)
    truth = phantom.truth
    pictures = list(phantom.frames())
    assert len(pictures) == truth.frames == len(truth.times_s)
    assert [t for _, t in pictures] == truth.times_s
    assert all(picture.shape == (720, 1280, 3) and picture.dtype == np.uint8 for picture, _ in pictures)
    for side in (truth.right, truth.left):
        assert all(len(getattr(side, field.name)) == truth.frames for field in fields(side))
    assert bool(truth.events) == (preset != "rest")
    for event in truth.events:
        assert 0 < event.onset_s < event.peak_s <= event.end_s < truth.frames / truth.fps
        assert event.side in ("right", "left", "both")
        assert event.amplitude > 0
    assert json.loads(json.dumps(truth.as_json()))["frames"] == truth.frames


def test_events_carry_side_kind_and_what_moved() -> None:
    (tonic,) = Phantom("tonic-right", smiles=1, fps=10).truth.events
    assert (tonic.kind, tonic.side, tonic.amplitude) == ("spasm_tonic", "right", 0.9)
    assert (tonic.mouth_iod.right, tonic.mouth_iod.left) == (0.08, 0)
    assert tonic.brow_iod.right == 0.05
    clonic = Phantom("left-spasm", smiles=1, fps=10).truth.events
    assert len(clonic) == 6
    assert {event.side for event in clonic} == {"left"}
    weak = Phantom("weak-left", smiles=2, fps=10).truth
    assert weak.excursion_iod == {"right": 0.14, "left": 0.07}
    assert weak.smiles_s == [(1.0, 3.0), (4.0, 6.0)]
    blinks = Phantom("blink", smiles=2, fps=100).truth
    assert blinks.smiles_s == []
    assert [event.end_s - event.onset_s for event in blinks.events] == pytest.approx([0.25, 0.25])
    assert max(blinks.right.lid_closure) == 1
    assert min(blinks.left.lid_aperture) == 0


@pytest.mark.parametrize("ratio", [0.1, 0.25, 0.5, 0.75])
def test_any_ratio_and_any_twitch_can_be_had(ratio: float) -> None:
    truth = Phantom.of(Scenario(duration_s=4, movements=(smile(1, left=ratio),))).truth
    assert max(truth.left_iod) / max(truth.right_iod) == pytest.approx(ratio)
    twitching = Scenario(duration_s=5, movements=(twitch(1, Action.LIDS, 5, right=0.3),), head=STILL_HEAD)
    closure = np.array(Phantom.of(replace(twitching, camera=Camera(fps=240))).truth.right.lid_closure)
    assert closure.max() == pytest.approx(0.3)
    assert np.count_nonzero(np.diff(np.sign(closure - 0.15)) > 0) == 15


@pytest.mark.parametrize("options", [{"fps": 240.0}, {"fps": 24.0, "variable_rate": True}])
def test_the_times_of_the_truth_are_the_times_in_the_file(tmp_path: Path, options: dict[str, float]) -> None:
    scenario = Scenario(
        duration_s=0.5,
        camera=Camera(
            fps=options["fps"], rate_jitter=0.4 if "variable_rate" in options else 0, width=320, height=180, iod_px=32
        ),
    )
    phantom = Phantom.of(scenario)
    write_mp4(phantom.frames(), tmp_path / "phantom.mp4", preset="ultrafast")
    with open_frames(tmp_path / "phantom.mp4") as stream:
        times = [picture.time_s for picture in stream]
    assert times == pytest.approx(phantom.truth.times_s, abs=1e-5)
    assert (np.ptp(np.diff(times)) > 0.005) == ("variable_rate" in options)


def differs(scenario: Scenario) -> list[float]:
    """Mean change of every frame against the same scenario without anything in the way or wrong with the camera."""
    plain = replace(scenario, camera=Camera(fps=2), obstacles=())
    pairs = zip(Phantom.of(scenario).frames(), Phantom.of(plain).frames(), strict=True)
    return [float(np.abs(one[0].astype(int) - two[0]).mean()) for one, two in pairs]


@pytest.mark.parametrize("thing", list(Thing))
def test_a_thing_is_in_the_way_while_it_is_there_and_not_longer(thing: Thing) -> None:
    scenario = Scenario(duration_s=2, camera=Camera(fps=2), obstacles=(Obstacle(thing=thing, from_s=0.4, until_s=1.4),))
    before, first, second, after = differs(scenario)
    assert (before, after) == (0, 0)
    assert min(first, second) > 0.5


@pytest.mark.parametrize(
    "camera",
    [
        Camera(fps=2, gain=0.3),
        Camera(fps=2, shade=0.6),
        Camera(fps=2, shade=-0.6),
        Camera(fps=2, flicker=0.5, flicker_hz=0.7),
        Camera(fps=2, defocus_px=4),
        Camera(fps=2, exposure_s=0.2),
        Camera(fps=2, noise_sd=6),
        Camera(fps=2, jpeg_quality=10),
    ],
)
def test_a_camera_spoils_the_picture_and_not_the_truth(camera: Camera) -> None:
    scenario = Scenario(duration_s=1, movements=(smile(0.1),), camera=camera, head=Head(sway_iod=0.2, pace=4))
    assert max(differs(scenario)) > 0.5
    plain = Phantom.of(replace(scenario, camera=Camera(fps=2))).truth
    assert Phantom.of(scenario).truth == plain


def test_shade_lies_on_the_side_it_is_said_to() -> None:
    def half(camera: Camera, columns: slice) -> float:
        ((picture, _),) = Phantom.of(Scenario(duration_s=0.5, camera=camera)).frames()
        return float(picture[200:500, columns].mean())

    right, left = slice(300, 600), slice(680, 980)  # the subject's
    plain, dark = Camera(fps=2), Camera(fps=2, shade=0.7)
    assert half(dark, left) < 0.6 * half(plain, left)
    assert half(dark, right) > 0.8 * half(plain, right)


def test_a_face_can_be_small_be_cut_to_another_place_and_leave() -> None:
    small = Phantom("small", smiles=1, fps=2)
    assert small.truth.iod_px == pytest.approx(40, abs=0.5)
    head = Head(sway_iod=0, roll_deg=0, cuts=(Cut(at_s=1, dx_iod=1, scale=1.5),), leaves_at_s=2, leaving_iod_s=10)
    truth = Phantom.of(Scenario(duration_s=4, head=head, camera=Camera(fps=2))).truth
    corners = [np.array([s.commissure_px for s in (truth.right, truth.left)][k]) for k in (0, 1)]
    widths = np.hypot(*(corners[1] - corners[0]).T)
    assert widths[2] / widths[1] == pytest.approx(1.5, rel=1e-4)
    assert corners[0][-1, 0] > 1280
    assert sum(1 for _ in Phantom.of(Scenario(duration_s=4, head=head, camera=Camera(fps=2))).frames()) == 8


def write(path: Path, picture: Picture) -> Photograph:
    cv2.imwrite(str(path), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    return Photograph(path=path)


def test_photographs_that_cannot_be_animated_are_refused_in_a_sentence(tmp_path: Path) -> None:
    portrait = PORTRAIT.pixels()
    tiny = np.asarray(cv2.resize(portrait, None, fx=0.35, fy=0.35, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    head = portrait[20:220, 120:320]
    text = tmp_path / "text.png"
    text.write_text("not a picture")
    refused = {
        "shows no face": write(tmp_path / "grey.png", np.full((300, 300, 3), 128, dtype=np.uint8)),
        "shows 2 faces": write(tmp_path / "two.png", np.hstack([head, head[:, ::-1]])),
        "is too small": write(tmp_path / "tiny.png", tiny),
        "cannot be read as a photograph": Photograph(path=text),
        "there is no photograph": Photograph(path=tmp_path / "absent.jpg"),
    }
    for words, photograph in refused.items():
        with pytest.raises(PhantomError, match=words):
            Phantom("smile", photograph=photograph)
    with pytest.raises(PhantomError, match="there is no phantom preset"):
        Phantom("grin")


def test_any_photograph_with_one_face_will_do(tmp_path: Path) -> None:
    close_up = np.asarray(cv2.resize(PORTRAIT.pixels()[40:220, 130:330], None, fx=4, fy=4), dtype=np.uint8)
    phantom = Phantom("smile", photograph=write(tmp_path / "close.png", close_up), smiles=1, fps=2)
    assert phantom.truth.iod_px == pytest.approx(128, abs=1)
    assert len(list(phantom.frames())) == 8


def aperture(face: Face, side: anatomy.HalfFace) -> float:
    upper, lower = (face.points[anatomy.ROW[point]][:2] for point in (side.upper_lid, side.lower_lid))
    return float(np.hypot(*(upper - lower))) / face.iod_px


def test_a_tracker_sees_the_side_move_that_the_truth_names(tracker: FaceTracker) -> None:
    """Guards the laterality of every action, the direction of yaw and pitch, and that a closed eye looks like one."""
    face = moving_face(prepare(PORTRAIT, width=1280, height=720, iod_px=128.0))
    (still,) = tracker.faces(face.still.rgb)
    for k, (moving, other) in enumerate([(anatomy.RIGHT, anatomy.LEFT), (anatomy.LEFT, anatomy.RIGHT)]):
        (shut,) = tracker.faces(face.expressing(Expression(lids=(1, 0) if k == 0 else (0, 1))))
        assert aperture(shut, moving) < 0.6 * aperture(still, moving)
        assert aperture(shut, other) > 0.7 * aperture(still, other)
        (smiling,) = tracker.faces(face.expressing(Expression(mouth=(0.14, 0) if k == 0 else (0, 0.14))))
        moved = [
            float(np.hypot(*(smiling.points - still.points)[anatomy.ROW[side.commissure], :2]))
            for side in (moving, other)
        ]
        assert moved[0] > 2 * moved[1]
        (raised,) = tracker.faces(face.expressing(Expression(brow=(0.09, 0) if k == 0 else (0, 0.09))))
        rises = [
            float(np.mean([(still.points - raised.points)[anatomy.ROW[p], 1] for p in side.brow]))
            for side in (moving, other)
        ]
        assert rises[0] > 2 * max(rises[1], 0)
    (blinking,) = tracker.faces(face.expressing(Expression(lids=(1, 1))))
    for side in (anatomy.RIGHT, anatomy.LEFT):
        assert aperture(blinking, side) < 0.3 * aperture(still, side)
    (turned,) = tracker.faces(face.posed(face.still.rgb, Pose(yaw_deg=12)))
    (nodding,) = tracker.faces(face.posed(face.still.rgb, Pose(pitch_deg=10)))
    (leaning,) = tracker.faces(face.posed(face.still.rgb, Pose(roll_deg=8)))
    assert turned.yaw_deg - still.yaw_deg > 4
    assert nodding.pitch_deg - still.pitch_deg > 4
    assert leaning.roll_deg - still.roll_deg == pytest.approx(8, abs=1.5)


@pytest.mark.parametrize(
    ("action", "points", "sign"),
    [
        (Action.LOWER_LIP, (LIP_MIDDLE[0][1], LIP_MIDDLE[1][1]), 1),
        (Action.UPPER_LIP, (LIP_MIDDLE[0][0], LIP_MIDDLE[1][0]), -1),
        (Action.DROOP, CORNERS, 1),
        (Action.FROWN, BROWS, 1),
    ],
)
def test_the_landmark_model_sees_the_side_move_that_the_truth_names(
    action: Action, points: tuple[int, int], sign: int
) -> None:
    face = moving_face(prepare(PORTRAIT, width=1280, height=720, iod_px=128.0))
    (still,) = still_meshes(face.still.rgb)
    for side in (0, 1):
        sides = (LARGEST[action], 0.0) if side == 0 else (0.0, LARGEST[action])
        (moved,) = still_meshes(face.expressing(Expression(**{str(action): sides})))
        travel = sign * (moved - still)[list(points), 1] / face.iod_px
        # the model pulls a face towards symmetry: of half a lower lip it gives two thirds to the other half
        assert travel[side] > max(0.2 * LARGEST[action], 1.2 * travel[1 - side]), travel


def test_a_movement_without_a_leading_side_is_no_event() -> None:
    nothing = Movement(
        kind=Kind.SMILE,
        parts=(Part(action=Action.MOUTH),),
        course=Hold(onset_s=1, rise_s=0.5, fall_s=0.5),
    )
    truth = Phantom.of(Scenario(duration_s=3, movements=(nothing,))).truth
    assert truth.events == []
    assert truth.excursion_iod == {"right": 0, "left": 0}
