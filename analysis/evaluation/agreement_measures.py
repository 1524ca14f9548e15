"""Every number of a result that a later examination would be compared in, under one name each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from analysis.evaluation.agreement_results import Assessed
from analysis.palsy.postures import Region, Task
from analysis.palsy.results import Palsy
from analysis.palsy.shares import IN_WORDS
from analysis.results import AnalysisResult
from analysis.spasm.results import Blinks, Spasm
from analysis.values import Side, Status

MAIN_POSTURES: Final = (
    (Task.REST, "fissure_mm"),
    (Task.REST, "brow_height_mm"),
    (Task.GENTLE_CLOSURE, "fissure_mm"),
    (Task.FULL_CLOSURE, "fissure_mm"),
    (Task.FULL_SMILE, "commissure_travel_mm"),
)
"""Of all lengths in all postures, those that a report shows."""
_LENGTHS: Final = {
    "brow_height_mm": "brow height",
    "mrd1_mm": "MRD1",
    "mrd2_mm": "MRD2",
    "fissure_mm": "palpebral fissure",
    "commissure_excursion_mm": "commissure to midline of the lower lip",
    "smile_angle_deg": "smile angle",
    "commissure_travel_mm": "commissure travel",
    "upper_lip_mm": "upper lip height",
    "lower_lip_mm": "lower lip height",
    "dental_show_mm": "dental show",
    "nasolabial_angle_deg": "nasolabial angle",
}
_REGIONS: Final = {
    Region.BROW: "brow raise",
    Region.EYE_GENTLE: "gentle closure",
    Region.EYE_FULL: "full closure",
    Region.SMILE: "full smile",
    Region.UPPER_LIP: "snarl, upper lip",
    Region.PUCKER: "pucker",
    Region.LOWER_LIP: "lower teeth, lower lip",
}
_SPASM: Final = {
    "eye_closure_pct": ("Spasm: eye closure", "%"),
    "mouth_distance_change_pct_iod": ("Spasm: mouth distance change", "% of IOD"),
    "mouth_distance_change_pct_rest": ("Spasm: mouth distance change", "% of rest"),
    "mouth_distance_change_mm": ("Spasm: mouth distance change", "mm"),
    "rate_per_min": ("Spasm: rate", "/min"),
    "repetition": ("Spasm: contractions per train", ""),
}


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One number of one result. ``main``: shown in reports; the others are for the file alone."""

    measure: str
    label: str
    unit: str
    value: float
    main: bool = True


def readings(assessed: Assessed) -> tuple[Reading, ...]:
    """All numbers that were assessed. A part that is not assessable has none."""
    return tuple(
        reading
        for part in (
            () if assessed.result is None else of_movement(assessed.result),
            () if assessed.palsy is None else of_palsy(assessed.palsy),
            () if assessed.spasm is None else of_spasm(assessed.spasm),
            () if assessed.blinks is None else of_blinks(assessed.blinks),
        )
        for reading in part
    )


def of_movement(result: AnalysisResult) -> Iterator[Reading]:
    """Excursion of the mouth corners and how the sides relate."""
    if result.movement.status is not Status.NOT_ASSESSABLE and result.movement.excursion_mm is not None:
        for side in Side:
            yield Reading(
                measure=f"commissure_excursion_mm_{side}",
                label=f"Commissure excursion, {side}",
                unit="mm",
                value=getattr(result.movement.excursion_mm, side),
            )
    found = result.commissure
    if found.status is Status.NOT_ASSESSABLE:
        return
    for measure, label, value in (
        ("amplitude_ratio", "Amplitude ratio, weaker over stronger", found.amplitude_ratio),
        ("pearson_r", "Commissure relation R", found.pearson_r),
        ("gain", "Gain, left over right", found.gain),
    ):
        if value is not None:
            yield Reading(measure=measure, label=label, unit="", value=value, main=measure != "gain")


def of_palsy(palsy: Palsy) -> Iterator[Reading]:
    """Scores, regions, and every length of every posture."""
    if palsy.house_brackmann is not None and palsy.house_brackmann.f is not None:
        value = palsy.house_brackmann.f.value
        yield Reading(measure="house_brackmann_f", label="House-Brackmann F", unit="%", value=value)
    for key, label in (
        ("sunnybrook", "Sunnybrook total"),
        ("eface", "eFACE total"),
        ("fngs", "FNGS 2.0 total"),
        ("fame", "FAME total"),
    ):
        score = getattr(palsy, key)
        if score is not None and score.total is not None:
            yield Reading(measure=f"{key}_total", label=label, unit="points", value=score.total.value)
    for region in palsy.regions:
        words, eye = _REGIONS[region.region], region.region in (Region.EYE_GENTLE, Region.EYE_FULL)
        for which, measured in (("right", region.right), ("left", region.left), ("share", region.share)):
            if measured is not None:
                unit = "" if eye or which == "share" else "mm"
                label = f"Share: {words}" if which == "share" else f"Movement: {words}, {which}"
                yield Reading(measure=f"{region.region}_{which}", label=label, unit=unit, value=measured.value)
    for posture in palsy.postures:
        for name, words in _LENGTHS.items():
            sides = getattr(posture, name)
            for side in Side if sides is not None else ():
                yield Reading(
                    measure=f"{posture.task}_{name}_{side}",
                    label=f"{IN_WORDS[posture.task].capitalize()}: {words}, {side}",
                    unit=name.rsplit("_", 1)[1],
                    value=getattr(sides, side).value,
                    main=(posture.task, name) in MAIN_POSTURES,
                )


def of_spasm(spasm: Spasm) -> Iterator[Reading]:
    """The four variables, and how long spasms last."""
    for name, (label, unit) in _SPASM.items():
        value = getattr(spasm.variables, name, None)
        if value is not None:
            yield Reading(measure=f"spasm_{name}", label=label, unit=unit, value=value)
    for measure, label, unit, value in (
        ("spasm_time_pct", "Spasm: share of time", "%", spasm.time_in_spasm_pct),
        ("spasm_longest_event_s", "Spasm: longest event", "s", spasm.longest_event_s),
        ("spasm_clonic_frequency_hz", "Spasm: clonic frequency", "Hz", spasm.clonic_frequency_hz),
    ):
        if value is not None:
            yield Reading(measure=measure, label=label, unit=unit, value=value)


def of_blinks(blinks: Blinks) -> Iterator[Reading]:
    """How often the eyes blink."""
    if blinks.rate_per_min is not None:
        yield Reading(measure="blink_rate_per_min", label="Blink rate", unit="/min", value=blinks.rate_per_min)
