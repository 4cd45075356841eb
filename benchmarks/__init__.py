"""Figures of speed and memory, as ratios measured in one run: machines are noisy, ratios much less so."""
