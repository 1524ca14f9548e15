"""The page on which a rater looks at the pictures and presses a key for each: one HTML file that needs nothing else."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from jinja2 import Environment

WHAT_TO_LOOK_AT = {
    "brow": "The upper edge of both brows.",
    "eye": "Margins of the lids, corners of the eyes, iris, of both eyes.",
    "nose": "The bridge and tip of the nose, its base, and the wings.",
    "mouth": "The corners of the mouth, and the outer and inner borders of the lips.",
    "outline": "The edge of the face: forehead, temples, chin.",
}


@dataclass(frozen=True, kw_only=True)
class RatedPicture:
    """One picture to be rated: its name without ".jpg", and the feature that it shows."""

    picture: str
    region: str


def rating_page(study: str, pictures: Sequence[RatedPicture]) -> str:
    """The page; the pictures lie in the folder ``pictures`` beside it. ``study`` keeps the answers of two studies apart."""
    template = files("reports").joinpath("landmark_rating_page.html").read_text(encoding="utf-8")
    # names and features are our own words, so JSON needs no escaping beyond its own
    data = json.dumps({"study": study, "pictures": [[each.picture, each.region] for each in pictures]})
    environment = Environment(autoescape=True, keep_trailing_newline=True)
    return environment.from_string(template).render(
        data=data.replace("<", "\\u003c"), regions=WHAT_TO_LOOK_AT, count=len(pictures)
    )
