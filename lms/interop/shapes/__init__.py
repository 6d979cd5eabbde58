"""What the values of a document look like, said once: read, written and published as JSON Schema by the same words.

What does not belong here: the shape of any one format: those stand beside their readers.
"""
