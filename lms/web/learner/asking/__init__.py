"""Why this step, why not that course, and what if.

What does not belong here: the answers themselves (`services.learning`).
"""
