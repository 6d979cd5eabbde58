"""The doors with pages. A view is form, guard, verb, answer.

What does not belong here: rules (services), SQL (storage), mathematics (engine). Doors never import each other.
"""
