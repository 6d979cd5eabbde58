"""Doors of those who answer for others: reviews, the team, promotions.

What does not belong here: what a person does about their own path (`web.learner`), and people as the organisation's
records (`web.admin.people`).
"""
