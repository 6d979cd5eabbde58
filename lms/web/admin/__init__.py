"""The pages of administrators: people, teams, settings, imports, jobs, the audit log.

What does not belong here: the first run and signing in (`web.entry`), and rules (`services`).
"""
