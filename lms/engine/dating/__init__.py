"""Days: study days and sessions, what lapses meanwhile and its renewal, the earliest and the likely dates.

What does not belong here: which courses are chosen (`engine.choose`), and the calendar of a whole path (`engine.schedule`).
"""
