"""The formats of other systems: CASE and Moodle.

What does not belong here: the contract's own formats (`interop.curriculum_file` and its neighbours).
"""
