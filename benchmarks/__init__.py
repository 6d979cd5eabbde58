"""What is fast, and how it is known: `python -m benchmarks` prints one table, each of its targets with pass or miss.

`--quick` is a smoke run; sections are chosen by name; `--write` keeps the table in RESULTS.md.
What does not belong here: anything that lms imports, and claims that this table does not print.
"""
