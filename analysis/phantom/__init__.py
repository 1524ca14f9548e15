"""Face videos with known motion: a photograph whose mouth, lids, brows and head are moved by known amounts.

``courses`` and ``scenario`` say what happens, ``presets`` names some of it; ``photograph``, ``mesh`` and ``still`` prepare the
picture; ``skin``, ``lids`` and ``turning`` move it, ``obstacles`` and ``filming`` spoil it, ``truth`` writes down what is true.
"""

from analysis.phantom.clip import Phantom, portrait
from analysis.phantom.photograph import PORTRAIT, Photograph, grace_hopper
from analysis.phantom.presets import PRESETS
from analysis.phantom.scenario import Scenario
from analysis.phantom.truth import Truth

__all__ = ["PORTRAIT", "PRESETS", "Phantom", "Photograph", "Scenario", "Truth", "grace_hopper", "portrait"]
