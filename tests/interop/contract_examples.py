"""The contract's own examples, word for word, and what has to be added for their references to lead somewhere."""

from __future__ import annotations

CURRICULUM = """\
format: lms-curriculum/1                 # *
id: acme-sales                           # *
title: Acme sales academy                # *
scale:                                   # * 1 to 9 proficiency levels 1, 2, 3 … without a gap; compared by number, never by title
  - {level: 1, title: Knows, indicator: Can say what it is and when it matters}      # level*, title*
  - {level: 2, title: Works with help}
  - {level: 3, title: Works alone}
  - {level: 4, title: Teaches others}
policy: {evidence: highest}              # highest (default) | latest | by-source
sources: [assessor, manager, assessment, course, peer, self]   # for by-source, strongest first
calendar: {blackouts: [{from: 2026-12-21, to: 2027-01-03, title: Quarter end}]}   # days on which nobody studies
objectives:                              # business strategy
  - {id: grow-midmarket, title: Grow mid-market 20 %, weight: 3, competencies: [negotiating, discovery]}
competencies:                            # * may be empty
  - id: negotiating                      # *
    title: Negotiating positions         # *
    kind: skill                          # * knowledge | skill | ability
    cluster: Partnering                  # groups the maps
    description: Markdown text
    levels: {3: Holds price through two rounds and trades concessions}   # behaviour per level
    policy: latest                       # overrides policy.evidence
    raters: [manager, assessor]          # who may rate it; default: manager, trainer, assessor
    holders: {level: 3, people: 2}       # how many should hold it at that level in each team
    parent: partnering-group             # another competency: a tree for reading and exchange, never a prerequisite
    related: [setting-expectations]
    source: {system: case, id: 8f2…, uri: "https://…"}      # where it was imported from
courses:                                 # *
  - id: holding-price                    # *
    title: Holding price under pressure  # *
    hours: 3                             # * above 0, at most 10,000,000, at most two decimals
    renewal_hours: 1                     # above 0, at most hours: what it takes somebody who completed it before; default: hours
    cost: 120                            # 0 to 1,000,000,000, at most two decimals, default 0, in the site's currency
    delivery: self-paced                 # self-paced (default) | instructor-led | virtual | coaching | on-the-job
    completion: self                     # what makes it done: self | manager | trainer | attendance; default self
    summary: Markdown text
    link: "https://…"                    # where it is taken, when not here
    provider: Acme enablement
    requires: {competency: negotiating, level: 2}
    grants: [{competency: negotiating, level: 3, valid_months: 24}]   # valid_months 1 to 1200; without it, for good
    sessions:
      - {id: hp-2027-01, starts: 2027-01-14T09:00:00Z, ends: 2027-01-14T12:00:00Z, seats: 12}
    source: {system: scorm, id: x}
equivalences:                            # a recorded completion of `course` up to `until` counts as one of `counts_as`; `course` need not stand in `courses`; planned steps never use it
  - {course: old-pricing, counts_as: holding-price, until: 2026-06-30}
roles:                                   # * may be empty
  - id: account-executive                # *
    title: Account executive             # *
    family: sales
    description: Markdown text
    approvers: 1                         # 1 (default) or 2 different people approve a promotion to it
    requires:                            # *
      - {competency: negotiating, level: 3}
      - any: [{course: forecast-clinic}, {competency: forecasting, level: 2}]
    gates:                               # what no course can give
      - {kind: months-in-role, role: sdr, at_least: 9}
      - {kind: outcome, metric: quota-attainment, months: 6, at_least: 0.9}    # mean of the last full months worked
      - {kind: attestation, by: manager, title: Led a live negotiation}
    next: [senior-account-executive]
tests:                                   # what the author asserts; run by check and before publishing
  - {title: A new SDR becomes AE within 60 hours, person: {role: sdr}, role: account-executive, at_most: {hours: 60}}
  - {title: Everybody can become a manager, role: sales-manager, status: optimal}
"""

# What the example names without defining it.
MISSING = """\
competencies:
  - {id: partnering-group, title: Partnering, kind: ability}
  - {id: setting-expectations, title: Setting expectations, kind: skill}
  - {id: discovery, title: Discovery, kind: skill}
  - {id: forecasting, title: Forecasting, kind: knowledge}
courses:
  - {id: forecast-clinic, title: Forecast clinic, hours: 2}
  - {id: discovery-basics, title: Discovery basics, hours: 2}
  - {id: welcome-week, title: Welcome week, hours: 10}
roles:
  - {id: trainee, title: Trainee, requires: []}
  - {id: sdr, title: SDR, requires: []}
  - {id: senior-account-executive, title: Senior account executive, requires: []}
  - {id: sales-manager, title: Sales manager, requires: []}
"""

PERSON = """\
format: lms-person/1                     # *
id: dana                                 # *
role: sdr                                # a role of the curriculum
since: 2026-02-01
roles: [{role: trainee, from: 2025-06-01, until: 2026-01-31}]      # earlier ones
target: account-executive                # a role or a list of roles; --role overrides it
aim: 2027-03-31                          # the date hoped for
weekly_hours: 4                          # above 0, at most 168; default 4
evidence:
  - {competency: negotiating, level: 2, on: 2026-03-01, until: 2028-03-01, source: assessment}   # competency*, level* (0 means shown absent), on*
completed:
  - {course: discovery-basics, on: 2026-02-20}
exempt:
  - {course: welcome-week, reason: ten years in the trade, by: priya, on: 2026-02-01, until: 2028-02-01}
  - {competency: forecasting, level: 2, reason: assessed at hiring, by: priya, on: 2026-02-01}
outcomes: [{metric: quota-attainment, month: 2026-10, value: 1.04}]
attestations: [{title: Led a live negotiation, by: manager, on: 2026-09-12}]
away:
  - {from: 2026-12-21, to: 2027-01-03}
"""

PATH = """\
{"format": "lms-path/1", "curriculum": "acme-sales", "digest": "sha256:…", "person": "dana", "roles": ["account-executive"],
 "on": "2026-11-23", "minimise": "hours",
 "status": "optimal", "objective": 34.0, "bound": 34.0, "hours": 34.0, "cost": 340.0,
 "ready_on": "2027-03-21", "eligible_on": "2027-03-21", "requirements": {"met": 9, "required": 12},
 "gaps":  [{"competency": "negotiating", "required": 3, "held": 2}],
 "steps": [{"course": "holding-price", "hours": 3.0, "cost": 120.0, "starts": "2026-11-23", "ends": "2026-11-30", "session": null, "renews": false,
            "after": [],
            "because": [{"grants": {"competency": "negotiating", "level": 3}, "for": {"role": "account-executive"}}]}],
 "unmet": [{"requirement": {"competency": "forecasting", "level": 4}, "why": "no course grants forecasting above level 3"}],
 "gates": [{"kind": "months-in-role", "role": "sdr", "at_least": 9, "met": false, "on": "2027-03-01"}]}
"""
