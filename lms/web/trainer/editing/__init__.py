"""The editors of a draft: one form a kind of item, pickers and the requirement builder.

What does not belong here: how an edit is checked and stored (`services.authoring`).
"""
