"""Whether this Vultus can do its work now, and if not, what is wrong."""

from __future__ import annotations

from dataclasses import dataclass

from analysis import model
from analysis.errors import ModelError
from service import heartbeat
from service.configuration import Configuration
from service.store import Store


@dataclass(frozen=True, kw_only=True)
class Check:
    """One condition of being ready; ``problem`` says what is wrong and what to do."""

    name: str
    problem: str | None = None

    @property
    def ok(self) -> bool:
        """Whether it is met."""
        return self.problem is None


def readiness(configuration: Configuration, store: Store) -> tuple[Check, ...]:
    """All conditions of being ready. Cheap enough to ask every few seconds."""
    return (*(_role(store, role) for role in heartbeat.ROLES), _space(configuration, store), _model())


def _role(store: Store, role: str) -> Check:
    age = heartbeat.age_s(store.run, role)
    if age is None:
        return Check(name=role, problem=f"the role `{role}` does not run: start `vultus {role}` or `vultus serve`")
    if age > heartbeat.STALE_S:
        return Check(name=role, problem=f"the role `{role}` has given no sign of life for {age:.0f} s: restart it")
    return Check(name=role)


def _space(configuration: Configuration, store: Store) -> Check:
    free_gb = store.free_bytes() / 1e9
    wanted = configuration.storage.min_free_gb
    if free_gb < wanted:
        return Check(
            name="storage",
            problem=f"{free_gb:.1f} GB are free, {wanted:g} GB are wanted (storage.min_free_gb): objects are refused until "
            "there is room",
        )
    return Check(name="storage")


def _model() -> Check:
    try:
        model.verify(model.default_path())
    except ModelError as error:
        return Check(name="model", problem=str(error))
    return Check(name="model")
