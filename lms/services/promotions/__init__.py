"""Promotions: opened, submitted and frozen, reviewed, decided by others than oneself, appealed, and what was wrong in them.

What does not belong here: what somebody has to show for a role (`engine.judging.promotable`), evidence itself, and hiring.
"""
