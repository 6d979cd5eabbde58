"""Performance cycles and 180/360 rounds: people are asked for ratings by a day, and closing freezes what they said.

What the rules are, in one place:

- Into the ledger goes what the curriculum lets the source rate (a competency's `raters`). Every other view is kept and
  shown, and makes no level. *Instead of:* writing all of them, which under the policy `highest` would let people raise
  themselves.
- Who was asked is known to whoever runs the cycle; what somebody says is theirs alone until it closes. Then the person
  and the line above read the same: the own view, the manager's by name, and of the colleagues the lower median with
  their words, without names and in no order, where at least three said something about that competency. *Instead of:*
  naming colleagues to the manager alone, which makes a secret file of it and teaches people to say nothing.
- Who joins after the opening takes no part. Who leaves is asked no more, nothing is asked about them, and nothing of
  them is written. Who gets another manager is rated by the new one, unless the former has said it already. Colleagues
  stay asked when somebody changes the team: they have worked together.

What does not belong here: what somebody saw on a day, which is evidence (`services.evidence`).
"""
