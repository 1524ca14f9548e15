"""The photograph that is animated: one that ships with the program, or any other with one face."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from analysis.errors import PhantomError

_MAX_PIXELS: Final = 100_000_000
_FORMATS: Final = ("JPEG", "PNG")


@dataclass(frozen=True, kw_only=True)
class Photograph:
    """A picture file, or the built-in portrait where ``path`` is None. Whoever names a file has the right to use it."""

    path: Path | None = None

    def pixels(self) -> NDArray[np.uint8]:
        """(height, width, 3) uint8, red first, upright.

        Raises:
            PhantomError: there is no file, it is no picture, or it is too large.
        """
        if self.path is None:
            from skimage.data import astronaut

            portrait: NDArray[np.uint8] = astronaut()  # type: ignore[no-untyped-call]
            return portrait
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", Image.DecompressionBombWarning)
                with Image.open(self.path, formats=_FORMATS) as picture:
                    if picture.width * picture.height > _MAX_PIXELS:
                        raise PhantomError(
                            f"{self.path} has {picture.width} x {picture.height} pixels: choose one of at most 100 million"
                        )
                    return np.asarray(ImageOps.exif_transpose(picture).convert("RGB"), dtype=np.uint8)
        except FileNotFoundError as error:
            raise PhantomError(f"there is no photograph {self.path}: name a JPEG or PNG file") from error
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
            raise PhantomError(f"{self.path} cannot be read as a photograph: choose a JPEG or PNG file") from error


PORTRAIT: Final = Photograph()
"""NASA's photograph of the astronaut Eileen Collins, public domain, shipped by scikit-image."""


def grace_hopper() -> Photograph | None:
    """The US Navy's photograph of Rear Admiral Grace Hopper (with glasses), public domain, where matplotlib is installed."""
    spec = find_spec("matplotlib")
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / "mpl-data" / "sample_data" / "grace_hopper.jpg"
    return Photograph(path=path) if path.is_file() else None
