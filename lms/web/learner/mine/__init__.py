"""My path: the dates, what blocks, the drawing, the trail, and its order.

What does not belong here: one step and why it stands there (`web.learner.steps`, `web.learner.asking`).
"""
