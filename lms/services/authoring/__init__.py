"""What trainers do with curricula: drafts and their edits, checks, impact, publishing.

What does not belong here: what is published and counts for whom (`services.curricula`), and pages.
"""
