"""One person's record as they and whoever leads them share it: notes, an agreed plan, what happened, who looked.

What does not belong here: anything a promotion is decided by. No note and no plan is read by `promotions`.
"""
