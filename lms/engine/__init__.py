"""The core: values in, values out. One equation, `path = plan(curriculum, role, profile, calendar, on)`.

What does not belong here: files and formats (interop), tables (storage), the clock, the environment,
unseeded randomness, Flask, SQLAlchemy. Imports: the standard library, networkx, numpy and clingo.

Two conventions hold on the whole floor. Amounts of hours and of money are whole **hundredths** (`int`),
so that sums are exact; only interop shows them as decimal numbers. Days are `datetime.date` in UTC.
"""
