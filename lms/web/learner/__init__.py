"""The pages of a rep, and those on which somebody answers a rep: my path, steps, competencies, roles, calendar, plan.

What does not belong here: rules (they are verbs of `services.learning`) and SQL.
"""
