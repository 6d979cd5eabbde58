"""Hiring: openings, candidates, interviews, decisions, and the deletion of what was kept.

What does not belong here: how candidates are ranked (`engine.judging.ranking`), and anything about people of the organisation.
"""
