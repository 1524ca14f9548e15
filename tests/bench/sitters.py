"""The faces that are animated for the bench, and what each may be believed about.

A face that a method was chosen on flatters the method: each says whether it was. The frames of recordings beside the project
(``shared/faces``) and the photograph that comes with matplotlib are used where they are there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import cv2

from analysis.phantom import PORTRAIT, Photograph, grace_hopper
from dicom_io.frames import open_frames
from tests.bench.spliced import FACES

Region = Literal["mouth", "lid", "brow"]
_ALL: Final = frozenset[Region](("mouth", "lid", "brow"))


@dataclass(frozen=True, kw_only=True)
class Sitter:
    """One photograph. ``regions`` are those in which its truth can be believed; ``chosen_on`` says what was chosen on it."""

    name: str
    photograph: Photograph
    regions: frozenset[Region]
    chosen_on: str

    @property
    def remark(self) -> str:
        """For under a table."""
        return f"{self.name}: {self.chosen_on}."


@dataclass(frozen=True, kw_only=True)
class _Still:
    name: str
    file: str
    frame: int
    chosen_on: str


_STILLS: Final = (
    _Still(
        name="pyfeat",
        file="pyfeat_WolfgangLanger_Pexels.mp4",
        frame=330,
        chosen_on="frame 330 of a recording; not used for choices, but looked at once in an early experiment",
    ),
    _Still(
        name="dynaface",
        file="dynaface_video1-512.mp4",
        frame=0,
        chosen_on="frame 0 of a recording; USED FOR CHOICES of the method",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Who is there, and remarks about who is not."""

    sitters: tuple[Sitter, ...]
    remarks: tuple[str, ...]

    def showing(self, region: Region) -> tuple[Sitter, ...]:
        """Those whose truth can be believed in a region."""
        return tuple(sitter for sitter in self.sitters if region in sitter.regions)

    def named(self, names: Iterable[str]) -> Cast:
        """Those of them that are there."""
        wanted = tuple(names)
        return Cast(sitters=tuple(s for s in self.sitters if s.name in wanted), remarks=self.remarks)


def cast(folder: Path) -> Cast:
    """All faces that can be had. Frames of recordings are written into ``folder`` as pictures."""
    sitters = [
        Sitter(
            name="astronaut",
            photograph=PORTRAIT,
            regions=_ALL,
            chosen_on="ships with the program; USED FOR CHOICES of the method",
        )
    ]
    remarks: list[str] = []
    if hopper := grace_hopper():
        sitters.append(
            Sitter(
                name="hopper",
                photograph=hopper,
                regions=frozenset(("mouth",)),
                chosen_on="not used for choices; behind thick spectacles lids and brows have no truth",
            )
        )
    else:
        remarks.append("hopper is left out: matplotlib, which brings the photograph, is not installed.")
    for still in _STILLS:
        path = FACES / still.file
        if path.is_file():
            photograph = Photograph(path=_written(path, still, folder))
            sitters.append(Sitter(name=still.name, photograph=photograph, regions=_ALL, chosen_on=still.chosen_on))
        else:
            remarks.append(f"{still.name} is left out: {still.file} is not beside the project.")
    return Cast(sitters=tuple(sitters), remarks=tuple(remarks))


def _written(path: Path, still: _Still, folder: Path) -> Path:
    with open_frames(path, threads=1) as stream:
        rgb = next(frame.rgb for frame in stream if frame.index == still.frame)
    picture = folder / f"{still.name}.png"
    cv2.imwrite(str(picture), cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))
    return picture
