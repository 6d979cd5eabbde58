"""What keeps a site running and accountable: jobs, mail to be sent, reminders, the audit log and its chain.

What does not belong here: what a job does: that is the verb of its subject.
"""
