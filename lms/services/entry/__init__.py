"""Accounts, and how one comes in: first run, invitations, passwords, second factor, sessions, rights.

What does not belong here: what somebody may do once they are in (`services.access`).
"""
