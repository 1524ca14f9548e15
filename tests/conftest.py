"""What every test may use."""

from __future__ import annotations

import pytest

from analysis import model
from analysis.errors import ModelError
from service.phantoms import PhantomFiles, write_phantom


@pytest.fixture(scope="session")
def phantom(tmp_path_factory: pytest.TempPathFactory) -> PhantomFiles:
    """A face video with known motion (the left corner goes half as far), rendered once: MP4, DICOM object, truth."""
    try:
        model.verify(model.default_path())
    except ModelError as error:
        pytest.skip(str(error))
    return write_phantom("weak-left", tmp_path_factory.mktemp("phantom"))
