"""Tables, and reading them into engine values.

What does not belong here: who may do what (services), formats (interop), requests. The only `commit` of the house is
in `session.transaction`.
"""
