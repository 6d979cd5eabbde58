"""Curricula in files: what a file would make of a draft, and what goes out in which format.

What does not belong here: what a format looks like (interop), and what a draft is (services.authoring).
"""
