"""Hemifacial spasm: events of each side, the four variables of Al Menabbawy et al. 2025 as we define them, the class."""
