"""People, their teams and roles over time, those who leave, and those who are erased.

What does not belong here: their accounts (`services.entry`), and what they learn (`services.learning`).
"""
