"""What a manager sees of the teams below: levels against roles, who is near the next one, what lapses.

What does not belong here: deciding anything about anybody (`evidence`, `promotions`), and one person's record (`records`).
"""
