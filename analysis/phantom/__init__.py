"""Face videos with known motion: a photograph whose mouth, lids, brows and head are moved by known amounts.

``courses`` and ``scenario`` say what happens, ``movements`` and ``presets`` name some of it, ``examination`` makes a whole palsy
examination; ``photograph``, ``mesh`` and ``still`` prepare the picture; ``skin``, ``lids``, ``lips`` and ``turning`` move it,
``obstacles`` and ``filming`` spoil it, ``truth`` writes down what is true.
"""

from analysis.phantom.clip import Phantom, portrait
from analysis.phantom.examination import Palsy, examination
from analysis.phantom.photograph import PORTRAIT, Photograph, grace_hopper
from analysis.phantom.presets import PRESETS
from analysis.phantom.scenario import Scenario
from analysis.phantom.truth import Truth

__all__ = [
    "PORTRAIT",
    "PRESETS",
    "Palsy",
    "Phantom",
    "Photograph",
    "Scenario",
    "Truth",
    "examination",
    "grace_hopper",
    "portrait",
]
