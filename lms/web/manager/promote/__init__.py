"""The pages of promotions: the list, a case, its forms and its export.

What does not belong here: how promotions were decided, by group (`web.manager.fairness`).
"""
