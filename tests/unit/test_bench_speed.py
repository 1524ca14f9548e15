from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench import speed
from tests.bench.cores import WAYS, Pass
from tests.bench.peers import PeerMissing

COST_MS = {"video": 20.0, "image": 22.0, "vultus": 25.0, "vultus-2": 12.5, "child": 30.0}


def _pass(way: str, clip: Path) -> Pass:
    if way not in COST_MS:
        raise PeerMissing("install it")
    cost = COST_MS[way]
    frames = 1800 if clip.name != "long.mp4" else 3600 * len(clip.read_bytes())
    return Pass(frames=frames, lost=0, wall_ms=cost, cpu_ms=2 * cost, decode_ms=4.0, peak_mib=100 + frames / 180)


def test_ratios_are_speeds_beside_the_plain_loop(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(speed, "on_cores", _pass)
    table = speed._speed(tmp_path / "clip.mp4", 3)
    rows = dict(zip(WAYS, table.rows, strict=True))
    assert rows["vultus"][2:6] == pytest.approx((40, 0.8, 0.8, 1))
    assert rows["vultus-2"][5] == pytest.approx(2)
    assert rows["python-os"][1] == "not installed"
    assert rows["vultus"][6] is None
    assert table.remarks[-1] == "install it."


def test_memory_that_grows_is_carried_to_its_limit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def played(clip: Path, times: int, out: Path) -> None:
        out.write_bytes(bytes(times))

    monkeypatch.setattr(speed, "on_cores", _pass)
    monkeypatch.setattr(speed, "repeat", played)
    table = speed._memory(tmp_path / "clip.mp4", (1, 3))
    assert [row[:3] for row in table.rows] == [(120.0, "3600", 120.0), (360.0, "10800", 160.0)]
    assert table.remarks[1:] == (
        "From 30 s on: 10.0 MiB a minute.",
        "At that rate 500 MiB are reached after 40 minutes.",
    )
