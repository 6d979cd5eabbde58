"""Evidence: handed in, observed, reviewed, rated; and who looks at it. What several ratings make of a level is the engine's.

What does not belong here: steps that wait to be confirmed (`learning.confirmations`), rounds and cycles that ask for
ratings, and promotions.
"""
