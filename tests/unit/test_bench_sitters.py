from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.bench import sitters
from tests.bench.sitters import cast
from tests.bench.spliced import FACES


def test_the_portrait_is_always_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitters, "FACES", tmp_path / "nowhere")
    monkeypatch.setattr(sitters, "grace_hopper", lambda: None)
    people = cast(tmp_path)
    assert [sitter.name for sitter in people.sitters] == ["astronaut"]
    assert [remark.split()[0] for remark in people.remarks] == ["hopper", "pyfeat", "dynaface"]
    assert all("left out" in remark for remark in people.remarks)


def test_behind_spectacles_only_the_mouth_is_believed(tmp_path: Path) -> None:
    people = cast(tmp_path)
    assert "hopper" not in [sitter.name for sitter in people.showing("lid")]
    assert "astronaut" in [sitter.name for sitter in people.showing("brow")]
    assert people.named(("astronaut", "nobody")).sitters == people.sitters[:1]


def test_a_frame_of_a_recording_becomes_a_photograph(tmp_path: Path) -> None:
    if not (FACES / "pyfeat_WolfgangLanger_Pexels.mp4").is_file():
        pytest.skip("the recordings are not beside the project")
    pyfeat = next(sitter for sitter in cast(tmp_path).sitters if sitter.name == "pyfeat")
    assert pyfeat.photograph.path == tmp_path / "pyfeat.png"
    pixels = pyfeat.photograph.pixels()
    assert pixels.shape[2] == 3
    assert (pixels == np.asarray(Image.open(tmp_path / "pyfeat.png").convert("RGB"))).all()


def test_every_face_says_whether_something_was_chosen_on_it(tmp_path: Path) -> None:
    for sitter in cast(tmp_path).sitters:
        assert "used for choices" in sitter.remark.lower()
