"""The order of a chosen set of courses that unlocks the target's levels soonest.

What does not belong here: which courses are chosen (`engine.choose`), and their days (`engine.dating`).
"""
