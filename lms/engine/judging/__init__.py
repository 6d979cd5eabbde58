"""What helps to decide about people fairly: readiness, rankings, ratings compared, and counts that tell of nobody.

What does not belong here: the decisions themselves, which named people take (`services`).
"""
