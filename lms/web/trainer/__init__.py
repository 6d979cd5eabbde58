"""The pages of trainers: the map and list of a draft, its editors, impact and publishing.

What does not belong here: what is published, for everybody (`web.curricula`), and what any of it means (`services`).
"""
