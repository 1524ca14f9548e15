"""Facial palsy: standard movements found, regional measures, grades with their uncertainty, pattern.

``postures`` is what the rest speaks of; ``tasks`` finds the movements in the signals, ``regions`` measures the face in them;
``house_brackmann``, ``sunnybrook``, ``eface``, ``fngs`` and ``fame`` grade; ``assess`` puts it all together as ``results``.
"""
