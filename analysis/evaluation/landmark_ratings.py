"""What raters said: none, minor or major for every picture, one table for each rater."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, Self

from pydantic import Field, model_validator

from analysis.evaluation.landmark_errors import LandmarkStudyError
from analysis.evaluation.landmark_key import Shown
from analysis.evaluation.landmark_tables import nearest, read_table, write_table
from analysis.values import Value

RATING_COLUMNS: Final = ("picture", "region", "rating")


class Rating(StrEnum):
    """How far the landmarks of a picture are off."""

    NONE = "none"
    MINOR = "minor"
    MAJOR = "major"


class RatingWeights(Value):
    """What an error counts. The paper's weights are not published: these are ours."""

    minor: float = Field(default=0.5, ge=0, le=1)
    major: float = Field(default=1.0, gt=0, le=1)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.minor > self.major:
            raise ValueError("a minor error cannot count more than a major one")
        return self

    def of(self, rating: Rating) -> float:
        """0 to 1."""
        return {Rating.NONE: 0.0, Rating.MINOR: self.minor, Rating.MAJOR: self.major}[rating]


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One rater's ratings by picture; ``missing`` are pictures without one."""

    rater: str
    ratings: Mapping[str, Rating]
    missing: tuple[str, ...]


def empty_sheet(key: Sequence[Shown]) -> str:
    """ratings.csv for a rater to fill in, in the order in which the pictures are to be looked at."""
    pictures = sorted((row for row in key if row.picture is not None), key=lambda row: row.order)
    return write_table(RATING_COLUMNS, ((row.picture, row.region.value, "") for row in pictures))


def read_sheets(paths: Sequence[Path], key: Sequence[Shown]) -> tuple[Sheet, ...]:
    """Read the raters' tables; a rater is called by the name of the file, without "ratings-".

    Raises:
        LandmarkStudyError: two tables of one rater, pictures that the key does not know, words that are no rating, or
            pictures rated twice.
    """
    sheets = [_read_sheet(path, key) for path in paths]
    if not sheets:
        raise LandmarkStudyError("there are no ratings: name at least one rater's table")
    for place, sheet in enumerate(sheets):
        if any(sheet.rater == other.rater for other in sheets[:place]):
            raise LandmarkStudyError(
                f"two tables are called after the rater {sheet.rater!r}: name each file after its rater"
            )
    silent = [sheet.rater for sheet in sheets if not sheet.ratings]
    if silent:
        raise LandmarkStudyError(f"the table of {', '.join(silent)} holds no rating at all: fill it in or leave it out")
    return tuple(sheets)


def _read_sheet(path: Path, key: Sequence[Shown]) -> Sheet:
    table = read_table(path, ("picture", "rating"))
    pictures = [row.picture for row in key if row.picture is not None]
    known, words = set(pictures), [rating.value for rating in Rating]
    ratings: dict[str, Rating] = {}
    seen: dict[str, int] = {}
    for row in table.rows:
        picture, word = row["picture"].removesuffix(".jpg"), row["rating"].lower()
        if picture not in known:
            table.fault(row, f"{picture!r} is no picture of this study{nearest(picture, pictures)}")
            continue
        if picture in seen:
            table.fault(row, f"the picture {picture} was in row {seen[picture]} already: leave one of them")
        seen.setdefault(picture, row.line)
        if word in words:
            ratings.setdefault(picture, Rating(word))
        elif word:
            table.fault(row, f"{word!r} is no rating{nearest(word, words)}: allowed are {', '.join(words)}")
    table.check()
    missing = tuple(picture for picture in pictures if picture not in ratings)
    return Sheet(rater=path.stem.removeprefix("ratings-"), ratings=ratings, missing=missing)
