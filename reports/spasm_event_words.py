"""What is said of contractions and blinks, one by one and counted; plain ASCII."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.spasm.results import BlinkEvent, Blinks, SpasmEvent
from analysis.values import Status
from reports import units


def contractions(count: int) -> str:
    """A number of contractions."""
    return "1 contraction" if count == 1 else f"{count} contractions"


def kinds(events: Sequence[SpasmEvent]) -> str:
    """How many contractions of which kind, and in how many trains."""
    tonic = sum(each.kind == "tonic" for each in events)
    clonic = len(events) - tonic
    trains = len({each.train for each in events})
    if tonic and clonic:
        said = f"{len(events)} contractions ({clonic} clonic, {tonic} tonic)"
    else:
        said = f"{len(events)} {'tonic' if tonic else 'clonic'} contraction{'' if len(events) == 1 else 's'}"
    if trains == len(events):
        return f"{said}, each alone" if trains > 1 else said
    return f"{said} in {'1 train' if trains == 1 else f'{trains} trains'}"


def blinks_in_short(blinks: Blinks | None) -> str:
    """How many blinks, how often, how many of them partial, without a full stop; empty where nothing is known of them."""
    if blinks is None or blinks.status is Status.NOT_ASSESSABLE or blinks.count is None:
        return ""
    counted = {0: "no blinks", 1: "1 blink"}.get(blinks.count, f"{blinks.count} blinks")
    rate = "" if blinks.rate_per_min is None or not blinks.count else f" ({units.points(blinks.rate_per_min)} a minute)"
    partial = f", {blinks.partial or 'none'} partial" if blinks.count and blinks.partial is not None else ""
    return f"{counted}{rate}{partial}"


def mouth(event: SpasmEvent) -> str:
    """How far the mouth corner moved in one contraction."""
    if event.mouth_pct_iod is None:
        return "mouth not seen"
    length = "" if event.mouth_mm is None else f" ({units.millimetres(event.mouth_mm)})"
    return f"{units.tenths(event.mouth_pct_iod)} %{length}"


def eye(event: SpasmEvent) -> str:
    """How far the eye closed in one contraction."""
    return "lids not seen" if event.eye_closure_pct is None else units.percent(event.eye_closure_pct / 100)


def brow(event: SpasmEvent) -> str:
    """What the brow does in one contraction."""
    if event.other_babinski is None:
        return "not seen"
    how_far = "" if event.brow_mm is None else f" {units.millimetres(event.brow_mm)}"
    return f"rises{how_far}" if event.other_babinski else "does not rise"


def times(event: SpasmEvent | BlinkEvent) -> str:
    """When it began and ended."""
    return f"{units.fine_seconds(event.start_s)} to {units.fine_seconds(event.end_s)}"


def contraction(event: SpasmEvent) -> str:
    """One contraction, as a sentence."""
    return (
        f"{times(event)} (peak {units.fine_seconds(event.peak_s)}), {event.side}, {event.kind}, train {event.train + 1}: "
        f"eye closure {eye(event)}, mouth corner {mouth(event)}, brow {brow(event)}."
    )


def blink(event: BlinkEvent) -> str:
    """One blink, as a sentence."""
    kind = "complete" if event.complete else "partial"
    return (
        f"{times(event)} (peak {units.fine_seconds(event.peak_s)}), both eyes, {kind}: closure "
        f"{units.percent(event.closure_pct / 100)}."
    )
