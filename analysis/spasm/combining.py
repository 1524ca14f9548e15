"""Several recordings of one exam taken together: their events are added, and so is the time in which they could be seen."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.spasm.assess import Seen, assess
from analysis.spasm.results import BlinkEvent, Blinks, Spasm, SpasmEvent
from analysis.spasm.settings import ClassSettings
from analysis.values import Status


def combine_spasms(spasms: Sequence[Spasm], settings: ClassSettings) -> Spasm | None:
    """The spasms of an exam from those of its recordings; None where none of them could be assessed."""
    seen = [one for one in spasms if one.status is not Status.NOT_ASSESSABLE and one.analysable_s is not None]
    if not seen:
        return None
    left_out = len(spasms) - len(seen)
    return assess(
        Seen(
            analysable_s=sum(one.analysable_s or 0.0 for one in seen),
            events=_one_after_the_other(seen),
            closures_of_one_eye=sum(one.closures_of_one_eye or 0 for one in seen),
            doubt=next((one.doubt for one in seen if one.doubt), None),
            limits=(
                *dict.fromkeys(limit for one in seen for limit in one.limits),
                *([f"{left_out} of {len(spasms)} recordings could not be assessed for spasms"] if left_out else []),
            ),
        ),
        settings,
    )


def combine_blinks(blinks: Sequence[Blinks]) -> Blinks | None:
    """The blinks of all recordings; None where none of them could be assessed."""
    seen = [one for one in blinks if one.status is not Status.NOT_ASSESSABLE and one.analysable_s]
    if not seen:
        return None
    events: tuple[BlinkEvent, ...] = tuple(event for one in seen for event in one.events)
    analysable_s = sum(one.analysable_s or 0.0 for one in seen)
    reasons = dict.fromkeys(one.reason for one in seen if one.reason)
    return Blinks(
        status=Status.LIMITED if reasons else Status.GOOD,
        reason="; ".join(reasons) or None,
        analysable_s=analysable_s,
        count=len(events),
        partial=sum(not event.complete for event in events),
        unlike=sum(one.unlike or 0 for one in seen),
        rate_per_min=60 * len(events) / analysable_s if all(one.rate_per_min is not None for one in seen) else None,
        events=events,
    )


def _one_after_the_other(spasms: Sequence[Spasm]) -> tuple[SpasmEvent, ...]:
    """All events; trains of different recordings have different numbers."""
    events: list[SpasmEvent] = []
    for one in spasms:
        first = max((event.train for event in events), default=-1) + 1
        events += [event.model_copy(update={"train": first + event.train}) for event in one.events]
    return tuple(events)
