"""What was entered wrongly and put right: a slip of the finger, a rating for somebody else, a wrong day."""

from __future__ import annotations

import dataclasses
import random
from datetime import timedelta
from decimal import Decimal

from lms.engine import person as values
from lms.services.demo.diary import Diary, Mistake, Rating

EVERY = 7
"""One rep in so many has something in their record that was corrected."""


def slip(number: int, diary: Diary, seed: int) -> None:
    """Put a corrected mistake into the diary of every seventh rep."""
    draw = random.Random(f"mistakes:{seed}:{number}")
    if number % EVERY:
        return
    kind = number // EVERY % 3
    if kind == 0 and diary.outcomes:
        right = draw.choice(diary.outcomes)
        diary.mistakes.append(Mistake(wrong=dataclasses.replace(right, value=right.value * Decimal(10)), right=right))
    elif kind == 1 and diary.ratings:
        model = draw.choice(diary.ratings)
        wrong = values.Evidence(
            competency=model.evidence.competency, level=model.evidence.level, on=model.evidence.on, source="manager"
        )
        diary.mistakes.append(Mistake(wrong=Rating(evidence=wrong, rater=model.rater), right=None))
    elif diary.completions:
        done = draw.choice(diary.completions)
        earlier = max(diary.hired, done.on - timedelta(days=draw.choice((1, 7, 30))))
        diary.mistakes.append(Mistake(wrong=values.Completion(course=done.course, on=earlier), right=done))
