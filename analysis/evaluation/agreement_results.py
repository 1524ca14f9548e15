"""Results as they lie on disk, found and known by the names under which people speak of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from pydantic import ValidationError

from analysis.errors import EvaluationError
from analysis.palsy.results import Palsy
from analysis.results import AnalysisResult
from analysis.spasm.results import Blinks, Spasm

RESULT: Final = "result.json"
PALSY: Final = "palsy.json"
TOGETHER: Final = "exam"
"""The folder that holds what several recordings say together, beside theirs (``vultus analyze --together``)."""
_SHOWN: Final = 4


@dataclass(frozen=True, kw_only=True)
class Assessed:
    """One recording, or one examination of several recordings: then ``result`` is None, and of spasms nothing is said."""

    folders: tuple[str, ...]
    """Where it lies, from the place that was named on; the last one is its own."""
    result: AnalysisResult | None
    palsy: Palsy | None
    pipeline_versions: tuple[str, ...]

    @property
    def name(self) -> str:
        """As it is called in tables."""
        return "/".join(self.folders[1:] if len(self.folders) > 1 else self.folders)

    @property
    def uid(self) -> str | None:
        """SOP Instance UID of the recording."""
        return None if self.result is None else self.result.source.sop_instance_uid

    @property
    def spasm(self) -> Spasm | None:
        """What the recording says of spasms."""
        return None if self.result is None else self.result.spasm

    @property
    def blinks(self) -> Blinks | None:
        """What the recording says of blinks."""
        return None if self.result is None else self.result.blinks


def find_results(places: Sequence[Path]) -> tuple[Assessed, ...]:
    """Results under the given files and folders, ordered by name, each once.

    Raises:
        EvaluationError: there are none, or a file is no result of this version.
    """
    found: dict[Path, Assessed] = {}
    for place in places:
        for path, folders in _files(place):
            if path not in found:
                found[path] = _examination(path, folders) if path.name == PALSY else _recording(path, folders)
    if not found:
        looked = ", ".join(str(place) for place in places)
        raise EvaluationError(
            f"no {RESULT} in {looked}: name the folder that `vultus analyze --out` wrote, or result files"
        )
    return tuple(sorted(found.values(), key=lambda each: each.folders))


def _files(place: Path) -> Iterator[tuple[Path, tuple[str, ...]]]:
    place = place.resolve()
    if place.is_file():
        yield place, (place.parent.name,)
        return
    for name in (RESULT, PALSY):
        for path in sorted(place.rglob(name)):
            yield path, (place.name, *path.parent.relative_to(place).parts)


def _recording(path: Path, folders: tuple[str, ...]) -> Assessed:
    result = _read(path)
    return Assessed(
        folders=folders, result=result, palsy=result.palsy, pipeline_versions=(result.provenance.pipeline_version,)
    )


def _examination(path: Path, folders: tuple[str, ...]) -> Assessed:
    versions = {_read(each).provenance.pipeline_version for each in path.parent.parent.glob(f"*/{RESULT}")}
    if not versions:
        raise EvaluationError(
            f"{path} stands alone: its recordings' {RESULT} must lie in the folders beside it, as `vultus analyze --together` "
            "leaves them, or nobody knows what computed it"
        )
    try:
        palsy = Palsy.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise _not_ours(path) from error
    return Assessed(folders=folders, result=None, palsy=palsy, pipeline_versions=tuple(sorted(versions)))


def _read(path: Path) -> AnalysisResult:
    try:
        return AnalysisResult.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise _not_ours(path) from error


def _not_ours(path: Path) -> EvaluationError:
    return EvaluationError(
        f"{path} is no result that this version of Vultus can read: analyse the recording again, or leave the file out"
    )


class Names:
    """Finds the result that a table's cell means."""

    def __init__(self, results: Sequence[Assessed]) -> None:
        self._results = tuple(results)

    def find(self, said: str) -> Assessed | None:
        """By SOP Instance UID, folder (as much of its path as needed) or file name; else by a folder around it.

        Of a patient's folder the examination of all recordings is meant, where there is one. None: there is no such result.

        Raises:
            EvaluationError: more than one result could be meant.
        """
        parts = PurePosixPath(said.replace("\\", "/")).parts
        if parts and parts[-1] in (RESULT, PALSY):
            parts = parts[:-1]
        if not parts:
            return None
        stem = (*parts[:-1], PurePosixPath(parts[-1]).stem)
        for meant in (
            [each for each in self._results if each.uid == said],
            [each for each in self._results if each.folders[-len(parts) :] == parts],
            [each for each in self._results if each.folders[-len(stem) :] == stem],
            self._around(parts),
        ):
            if len(meant) == 1:
                return meant[0]
            if meant:
                # folders may be called after people: recordings are told by number, in the order of their names
                numbers = [str(1 + self._results.index(each)) for each in meant[:_SHOWN]]
                shown = ", ".join(numbers) + (", ..." if len(meant) > _SHOWN else "")
                raise EvaluationError(
                    f"its recording may mean {len(meant)} results (recordings {shown} of {len(self._results)}, ordered by "
                    "folder): say more of the path, or analyse them `--together`"
                )
        return None

    def _around(self, parts: tuple[str, ...]) -> list[Assessed]:
        """What lies anywhere under a folder of that name; its examination alone where there is one."""
        inside = [
            each
            for each in self._results
            if any(each.folders[at : at + len(parts)] == parts for at in range(len(each.folders) - 1))
        ]
        together = [each for each in inside if each.result is None and each.folders[-1 - len(parts) : -1] == parts]
        return together or inside
