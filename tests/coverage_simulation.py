"""How often the 95 % interval of R holds the true value: a common movement, and noise that is white, smoothed or slow.

``python -m tests.coverage_simulation`` prints the table of docs/decisions/0005-effective-sample-size.md.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter, savgol_filter

from analysis.commissure import effective_sample_size, fisher_interval

Noise = Literal["white", "smoothed"] | float
"""White; white after the product's smoothing; a number: first-order autoregressive with that coefficient, smoothed too."""

_RAMP, _HOLD, _LEAD = 15, 30, 9
_UP = 0.5 - 0.5 * np.cos(np.pi * np.arange(_RAMP) / _RAMP)
ONE_SMILE = np.concatenate([np.zeros(_LEAD), _UP, np.ones(_HOLD), _UP[::-1]])
"""One active segment at 30 fps: the lead, half a second up, a second of hold, half a second down; height 1."""
GAIN = 0.6
_SETTLE = 200


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """Over all draws: the true R, the share that holds it among those with an interval, the share without, the median n_eff."""

    true_r: float
    held: float
    refused: float
    n_eff: float
    textbook_n_eff: float


def simulate(smiles: int, noise: Noise, sd: float, *, draws: int, seed: int = 0) -> Coverage:
    """Draw recordings of ``smiles`` equal smiles with noise of ``sd`` smiles on each side, the left going 0.6 as far."""
    random = np.random.default_rng(seed)
    movement = np.tile(ONE_SMILE, smiles)
    consecutive = np.ones(len(movement) - 1, dtype=np.bool_)
    consecutive[len(ONE_SMILE) - 1 :: len(ONE_SMILE)] = False
    variance = np.mean([_noise(noise, smiles, random).var() for _ in range(500)]) * sd**2
    true_r = float(movement.var() / (movement.var() + variance))
    held: list[bool] = []
    sizes, textbook = [], []
    for _ in range(draws):
        right = movement + sd * _noise(noise, smiles, random)
        left = GAIN * (movement + sd * _noise(noise, smiles, random))
        n = effective_sample_size(right, left, consecutive)
        interval = fisher_interval(float(np.corrcoef(right, left)[0, 1]), n)
        sizes.append(n)
        product = _lag_one(right, consecutive) * _lag_one(left, consecutive)
        textbook.append(len(movement) * (1 - product) / (1 + product))
        if interval is not None:
            held.append(interval[0] <= true_r <= interval[1])
    return Coverage(
        true_r=true_r,
        held=float(np.mean(held)) if held else float("nan"),
        refused=1 - len(held) / draws,
        n_eff=float(np.median(sizes)),
        textbook_n_eff=float(np.median(textbook)),
    )


def _noise(kind: Noise, smiles: int, random: np.random.Generator) -> NDArray[np.float64]:
    """(n,) of variance 1 before smoothing; independent from smile to smile."""
    white = random.standard_normal((smiles, _SETTLE + len(ONE_SMILE)))
    if kind == "white":
        return white[:, _SETTLE:].ravel()
    if kind != "smoothed":
        white = np.asarray(lfilter([1.0], [1.0, -kind], white, axis=1) * np.sqrt(1 - kind**2))
    return np.asarray(savgol_filter(white[:, _SETTLE:], 7, 3, axis=1)).ravel()


def _lag_one(x: NDArray[np.float64], consecutive: NDArray[np.bool_]) -> float:
    deviation = x - x.mean()
    return float((deviation[:-1] * deviation[1:])[consecutive].mean() / (deviation**2).mean())


def main() -> None:
    """Print the table."""
    sys.stdout.write(
        "| noise | smiles | frames | true R | holds the true R, % | no interval, % | n_eff | textbook n_eff |\n"
        "|---|---|---|---|---|---|---|---|\n"
    )
    kinds: tuple[Noise, ...] = ("white", "smoothed", 0.8, 0.9, 0.95)
    for kind in kinds:
        name = kind if isinstance(kind, str) else f"AR(1) {kind}, smoothed"
        for smiles in (1, 3, 6):
            for sd in (0.05, 0.5):
                c = simulate(smiles, kind, sd, draws=1000)
                sys.stdout.write(
                    f"| {name} | {smiles} | {smiles * len(ONE_SMILE)} | {c.true_r:.3f} | {100 * c.held:.1f} "
                    f"| {100 * c.refused:.1f} | {c.n_eff:.0f} | {c.textbook_n_eff:.1f} |\n"
                )


if __name__ == "__main__":
    main()
