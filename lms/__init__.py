"""Cairn: training paths to the next role."""

__version__ = "0.1.0"
