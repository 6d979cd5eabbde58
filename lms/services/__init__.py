"""The verbs: `f(session, actor, …, *, now)`. Each asks first whether the actor may, and writes rows with their audit.

What does not belong here: Flask, commits, mail, requests, the environment, the clock. Doors open the transaction.
"""
