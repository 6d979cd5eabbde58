"""The pages of hiring: openings, candidates, interviews.

What does not belong here: a candidate's own page (`web.applicant`).
"""
