"""Files and formats: bytes to engine values and back, one module per format.

What does not belong here: tables (storage), permissions and verbs (services), what a path should be (engine). Nothing
here knows the clock or a user; what it refuses it refuses with `lms.errors.Invalid`, every problem at once.

How a document is read: `source` (bytes to text) → `json_tree` or `yaml_tree` (text to plain values) → `document` (one
file or a merged folder) → a `shape` (plain values to engine values). Lines are found afterwards, and only when there
is something to complain about: `locate` reads the text a second time, slower.
"""
