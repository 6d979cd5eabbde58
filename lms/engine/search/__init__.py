"""Searching for courses: the AND/OR net behind a requirement, landmarks, a quick plan and a second exact solver.

What does not belong here: the choice itself (`engine.choose`), which reads top to bottom, and any day of a calendar (`engine.dating`).
"""
