"""Doors with nobody at them: the worker, the clock, the mail.

What does not belong here: rules (services) and pages (web).
"""
