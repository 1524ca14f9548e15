"""One round of marking in a directory: its pictures, the key that says which frame each shows, and the filled-in form."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from dicom_io.frames import open_frames
from tests.marking.guesses import arranged, looks
from tests.marking.panels import Panel, Rgb, panels, picture, with_marks
from tests.marking.points import POINTS, Mark

KEY: Final = ("picture", "clip", "frame", "panel", "left", "top", "x0_px", "y0_px", "zoom")
FORM: Final = ("picture", "point", "u", "v")


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One picture of a round: the frame it shows and its panels."""

    name: str
    clip: str
    frame: int
    panels: tuple[Panel, ...]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One point as it was filled in; ``place`` is in picture pixels, ``None`` where the structure was not seen."""

    picture: str
    point: str
    place: tuple[float, float] | None


def make(clip: Path, out: Path, *, frames: int, zoom: float, shift_px: float, seed: int) -> tuple[Sheet, ...]:
    """Write the pictures of a round and its key.

    Raises:
        ValueError: no frames were chosen for this clip, or the clip ends before one of them.
        UnreadableInput: the clip cannot be decoded.
    """
    order = arranged(looks(clip.stem), frames=frames, shift_px=shift_px, seed=seed)
    sheets = tuple(
        Sheet(name=f"{number:02d}", clip=look.clip, frame=look.frame, panels=panels(look, zoom=zoom))
        for number, look in enumerate(order, start=1)
    )
    wanted = {sheet.frame: sheet for sheet in sheets}
    out.mkdir(parents=True, exist_ok=True)
    with open_frames(clip) as stream:
        for frame in stream:
            if sheet := wanted.pop(frame.index, None):
                _save(out / f"{sheet.name}.png", picture(frame.rgb, sheet.panels))
    if wanted:
        raise ValueError(f"{clip.name} ends before frames {sorted(wanted)}; the guesses are for another clip")
    _write_key(out / "key.csv", sheets)
    return sheets


def read(out: Path) -> tuple[Mark, ...]:
    """The filled-in form ``form.csv`` of a round in clip pixels.

    Raises:
        ValueError: a point is missing, named twice, or lies outside the panel that shows it.
    """
    sheets = {sheet.name: sheet for sheet in read_key(out / "key.csv")}
    given = answers(out / "form.csv")
    if sorted((answer.picture, answer.point) for answer in given) != sorted((s, p) for s in sheets for p in POINTS):
        raise ValueError(
            "form.csv: every picture needs each point exactly once; leave u and v empty where nothing is seen"
        )
    return tuple(_mark(answer, sheets[answer.picture]) for answer in given)


def show(out: Path) -> None:
    """Write ``NN.shown.png``: the pictures with what was filled in drawn over them, so that a slip can be seen."""
    given = answers(out / "form.csv")
    for name in sorted({answer.picture for answer in given}):
        bgr = cv2.imread(str(out / f"{name}.png"))
        if bgr is None:
            raise ValueError(f"{name}.png is not in {out.name}; make the round first")
        places = [answer.place for answer in given if answer.picture == name and answer.place]
        _save(
            out / f"{name}.shown.png",
            with_marks(np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), dtype=np.uint8), places),
        )


def answers(path: Path) -> tuple[Answer, ...]:
    """The rows of a form: picture, point, u, v."""
    with path.open(newline="") as file:
        return tuple(
            Answer(
                picture=row["picture"].zfill(2),
                point=row["point"],
                place=(float(row["u"]), float(row["v"])) if row["u"] else None,
            )
            for row in csv.DictReader(file)
        )


def read_key(path: Path) -> tuple[Sheet, ...]:
    """The pictures of a round."""
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return tuple(
        Sheet(
            name=name,
            clip=next(row["clip"] for row in rows if row["picture"] == name),
            frame=int(next(row["frame"] for row in rows if row["picture"] == name)),
            panels=tuple(_panel(row) for row in rows if row["picture"] == name),
        )
        for name in sorted({row["picture"] for row in rows})
    )


def _panel(row: dict[str, str]) -> Panel:
    return Panel(
        name=row["panel"],
        left=int(row["left"]),
        top=int(row["top"]),
        x0_px=float(row["x0_px"]),
        y0_px=float(row["y0_px"]),
        zoom=float(row["zoom"]),
    )


def _mark(answer: Answer, sheet: Sheet) -> Mark:
    x_px, y_px = float("nan"), float("nan")
    if answer.place:
        panel = next(panel for panel in sheet.panels if panel.name == POINTS[answer.point])
        if not panel.shows(*answer.place):
            raise ValueError(
                f"picture {answer.picture}: {answer.point} at {answer.place} lies outside panel {panel.name}"
            )
        x_px, y_px = panel.to_clip(*answer.place)
    return Mark(clip=sheet.clip, frame=sheet.frame, point=answer.point, x_px=x_px, y_px=y_px)


def _write_key(path: Path, sheets: Iterable[Sheet]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(KEY)
        for sheet in sheets:
            for panel in sheet.panels:
                place = (panel.left, panel.top, panel.x0_px, panel.y0_px, panel.zoom)
                writer.writerow((sheet.name, sheet.clip, sheet.frame, panel.name, *place))


def _save(path: Path, rgb: Rgb) -> None:
    if not cv2.imwrite(str(path), cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR)):
        raise OSError(f"{path.name} could not be written; look for room in {path.parent.name}")
