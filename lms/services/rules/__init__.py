"""Assignment by rule: everybody in some teams with a role aims at another one by a day.

What does not belong here: what a person plans with (`assignments` writes it, rules call it), and planning itself.
"""
