"""The map of a draft as SVG and in words.

What does not belong here: where its cards stand (`engine.drawing`).
"""
