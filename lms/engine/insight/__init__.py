"""What many people's paths say about a curriculum, in counts that tell of nobody.

What does not belong here: who may read them, and how they are loaded (`services.authoring`).
"""
