"""The demo organisation: two years of a sales team, planned as values and then written as ledger rows.

`organisation` says who works where, `career` lives through each person's two years on the paths the planner gives
them, `seed` writes what happened. Nobody's state is written anywhere: it follows from the rows, as everywhere else.
Everything is drawn from a seed and the day of today, so the same two give the same organisation.

What does not belong here: anything that the site needs outside a demo.
"""
