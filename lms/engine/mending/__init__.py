"""What is wrong with a curriculum, why, and which mends need no judgement beyond a yes.

What does not belong here: calling all of it at once (`engine.check`), and how an edit is stored (`services.authoring`).
"""
