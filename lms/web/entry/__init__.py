"""The pages on the way in: first run, signing in, one-time links, one's own account.

What does not belong here: who may see which page afterwards (`services.access`).
"""
