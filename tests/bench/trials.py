"""Every system on every clip of the bench: each clip is rendered once, in a process that keeps it, and looked at by all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from analysis.phantom import Phantom, Truth
from tests.bench.followed import Followed, of_analysis, plainly, swapped, truth_signals
from tests.bench.head_signals import Signals
from tests.bench.ours import Vultus
from tests.bench.peers import SYSTEMS
from tests.bench.pool import spread
from tests.bench.reading import Picture, flipped
from tests.bench.sitters import Sitter
from tests.bench.stagings import Staging

VULTUS: Final = "vultus"
PLAIN: Final = ("video", "image", "stretched")
ALL: Final = (*PLAIN, VULTUS)
_NAMES: Final = {"video": "plain VIDEO", "image": "IMAGE", "stretched": "stretched VIDEO", VULTUS: "Vultus"}


def spoken(system: str) -> str:
    """A system's name as it is to stand in a table."""
    return _NAMES[system]


@dataclass(frozen=True, kw_only=True)
class Look:
    """One system at a clip. ``flipped``: it is shown the mirror image, untold; its sides are swapped back afterwards.
    ``declared``: it is shown the mirror image and told so.
    """

    system: str
    flipped: bool = False
    declared: bool = False


@dataclass(frozen=True, kw_only=True)
class Job:
    """A clip and all looks at it."""

    sitter: Sitter
    staging: Staging
    looks: tuple[Look, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Trial:
    """What one look at a clip found, and what is true."""

    sitter: str
    staging: str
    look: Look
    found: Followed
    true: Signals
    truth: Truth


class Trials:
    """All that were made."""

    def __init__(self, trials: Iterable[Trial]) -> None:
        self._trials = {(trial.sitter, trial.staging, trial.look): trial for trial in trials}

    def of(self, sitter: str, staging: str, look: Look) -> Trial:
        """One of them; KeyError if it was not asked for."""
        return self._trials[sitter, staging, look]


def looks(systems: Iterable[str], *, flipped: bool = False) -> tuple[Look, ...]:
    """Of several systems, and with ``flipped`` also at the mirror image."""
    return tuple(Look(system=system, flipped=mirror) for system in systems for mirror in ((False, True)[: 1 + flipped]))


def joined(jobs: Iterable[Job]) -> tuple[Job, ...]:
    """One job for each clip, with all looks that any of them wants."""
    wanted: dict[tuple[str, str], Job] = {}
    for job in jobs:
        key = job.sitter.name, job.staging.name
        earlier = wanted[key].looks if key in wanted else ()
        wanted[key] = Job(sitter=job.sitter, staging=job.staging, looks=tuple(dict.fromkeys((*earlier, *job.looks))))
    return tuple(wanted.values())


def perform(jobs: Iterable[Job], *, workers: int | None = None) -> Trials:
    """Do all jobs, on as many processes as there are cores."""
    todo = joined(jobs)
    trials = [trial for made in spread(run, todo, workers=workers) for trial in made]
    return Trials(trials)


def run(job: Job) -> tuple[Trial, ...]:
    """Render the clip and let each system look at it."""
    phantom = Phantom.of(job.staging.scenario, photograph=job.sitter.photograph, name=job.staging.name)
    pictures = list(phantom.frames())
    true = truth_signals(phantom.truth)
    return tuple(
        Trial(
            sitter=job.sitter.name,
            staging=job.staging.name,
            look=look,
            found=_looked(look, pictures, phantom.truth),
            true=true,
            truth=phantom.truth,
        )
        for look in job.looks
    )


def _looked(look: Look, pictures: Sequence[tuple[Picture, float]], truth: Truth) -> Followed:
    clip = flipped(pictures) if look.flipped or look.declared else pictures
    if look.system == VULTUS:
        found = of_analysis(Vultus().watch(clip, declared=look.declared).analysis)
    else:
        found = plainly(SYSTEMS[look.system]().read(clip), truth)
    return swapped(found) if look.flipped else found
