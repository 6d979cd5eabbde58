"""The map of a curriculum: its cards, lanes and arrows, placed so that an edit moves little.

What does not belong here: SVG and words (`web.trainer.map`).
"""
