"""The answers to --why and --why-not, as sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console

from lms.cli.words import Words, worth
from lms.engine.competency import Attainment
from lms.engine.explain import Explainer, Verdict, Why, WhyNot
from lms.engine.search.unavoidable import Link

SAVINGS_SHOWN = 5


def show_why(out: Console, explainer: Explainer, why: Why) -> None:
    """Why a course is on the path: what needs it, and what would be without it."""
    words, by = Words(explainer.query.choosers.curriculum), explainer.query.minimise
    out.print(f"{words.course(why.course)} is on the path because it gives", style="bold")
    for reason in words.reasons(why.because):
        out.print(f"  • {reason}")
    if why.regret is None:
        out.print("Nobody in this position can do without it:")
        out.print(f"  {_chain(words, why.chain)}")
    elif why.regret == 0:
        out.print(f"There is another way that costs the same, with {_courses(words, why.instead)}.")
    else:
        out.print(f"Without it the best path costs {worth(why.regret, by)} more, with {_courses(words, why.instead)}.")
    if why.dropped:
        out.print(f"That path would need no {_courses(words, why.dropped)}.")
    for saving in explainer.savings(of=why.course)[:SAVINGS_SHOWN]:
        out.print(f"Accepted evidence of {words.fact(saving.attainment)} would save {worth(saving.saved, by)}.")


def show_why_not(out: Console, explainer: Explainer, answer: WhyNot) -> None:
    """Why a course is not on the path, and by how much it lost."""
    words, by = Words(explainer.query.choosers.curriculum), explainer.query.minimise
    title = words.course(answer.course)
    roles = " or ".join(words.role(role.id) for role in explainer.query.target)
    if answer.verdict is Verdict.ON_THE_PATH:
        out.print(f"{title} is on the path; ask with --why {answer.course}.")
    elif answer.verdict is Verdict.NOTHING_NEW:
        out.print(f"{title} would give nothing that is not held already.")
    elif answer.verdict is Verdict.OUTSIDE:
        out.print(f"{title} gives nothing that {roles} asks for, directly or on the way there.")
    elif answer.verdict is Verdict.UNREACHABLE:
        out.print(f"{title} cannot be taken: no order of courses reaches what it requires.")
    elif answer.excess == 0:
        out.print(f"A path with {title} costs the same; the tie went to {_courses(words, answer.dropped)}.")
    else:
        out.print(f"The best path with {title} costs {worth(answer.excess or 0, by)} more.")
        if answer.dropped:
            out.print(f"It would spare {_courses(words, answer.dropped)}, which is not enough.")
        if answer.extra:
            out.print(f"It would also need {_courses(words, answer.extra)}.")


def _courses(words: Words, courses: Sequence[str]) -> str:
    titles = [words.course(course) for course in courses]
    return " and ".join(filter(None, [", ".join(titles[:-1]), *titles[-1:]]))


def _chain(words: Words, chain: Iterable[Link]) -> str:
    said = []
    for link in chain:
        if isinstance(link.what, Attainment):
            said.append(words.fact(link.what))
        else:
            said.append("the target" if link.what is None else link.what.title)
        if link.either:
            names = [words.fact(one) if isinstance(one, Attainment) else one.title for one in link.either]
            said.append(f"whichever of {', '.join(names)}")
    return " needs ".join(said)
