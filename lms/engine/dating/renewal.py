"""Where one renewal goes: as late as is safe, in study or in a session. Which fact is renewed is `engine/dating/refresh.py`'s."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

from lms.engine.curriculum import Course, Session
from lms.engine.dating.dated import Dated
from lms.engine.dating.timetable import Slot, last_day, options_of
from lms.engine.dating.validity import Task
from lms.engine.requirement import Fact, holds

Lapsed = Callable[[Dated, int | None], set[tuple[int, Fact]]]
"""What lapses in a path by a need, that need included, as (need's key, fact)."""


class Placing:
    """The search for the place of a course that renews `fact` for `need` in a dated path."""

    def __init__(self, path: Dated, need: int | None, fact: Fact, course: Course, lapsed: Lapsed) -> None:
        self.path, self.need, self.fact, self.course, self.lapsed = path, need, fact, course, lapsed
        self.need_key = path.key(need)
        self.key = 1 + max((task.key for task in path.tasks), default=0)
        self.already = lapsed(path, need)

    def best(self) -> Dated | None:
        """The path with the renewal in its best place; None when there is none where it serves."""
        found, found_rank = None, (0, date.max)
        aim = (0, self.path.ready_on or date.max)
        simple = not self.course.sessions and not self.path.has_sessions()
        for path in self._in_sessions() if self.course.sessions else self._in_study():
            rank = self._rank(path)
            if rank is not None and (found is None or rank < found_rank):
                found, found_rank = path, rank
                if rank <= aim or (simple and not rank[0]):
                    break
        if found is None or self.course.sessions or simple:
            return found
        return self._moved_to_the_end_of_a_wait(found, found_rank)

    def _in_study(self) -> Iterator[Dated]:
        """The path with the renewal in each place before the need, the latest first."""
        path, end = self.path, len(self.path.tasks) if self.need is None else self.need
        for place in range(end, -1, -1):
            if place == end or path.slots[place].session is None:
                yield self._inserted(place)
        if self.need is not None and path.slots[self.need].session is not None:
            yield self._inserted(end, waits=True)
        day = path.day(self.need)
        first = None if day is None else self._first_day_of_study_before(day, self._hours(end))
        if first is not None and self._waits_before(end):
            yield self._inserted(end, not_before=first)

    def _in_sessions(self) -> Iterator[Dated]:
        """The path with the renewal in each session: those over by the need, the latest first, then later ones."""
        day = self.path.day(self.need)
        assert day is not None, "only dated needs are looked after"
        sessions = [option.session for option in options_of(self.course, self.path.days)]
        end = len(self.path.tasks) if self.need is None else self.need
        for session in reversed(sessions):
            if last_day(session) <= day:
                yield self._inserted(end, session=session)
        for session in sessions:
            if last_day(session) >= day:
                yield self._inserted(end, session, waits=self.need is not None)

    def _waits_before(self, end: int) -> bool:
        """Is the need, or one of the steps before it, a session that study may have to wait for?"""
        return any(slot.session is not None for slot in self.path.slots[: end + 1])

    def _first_day_of_study_before(self, day: date, hours: int) -> date | None:
        """The day to begin on so that so much study ends on the day, or before it where it is closed."""
        days = self.path.days
        end, length = days.index(day) + days.open(day, day), -(-days.units(hours) // days.share)
        return days.day(end - length) if end >= length else None

    def _hours(self, place: int) -> int:
        """What the renewal takes in this place: less for whoever completed the course before."""
        path, course = self.path, self.course
        again = course.id in path.record.completed or any(task.course.id == course.id for task in path.tasks[:place])
        return course.renewal_hours if again else course.hours

    def _inserted(
        self, place: int, session: Session | None = None, *, waits: bool = False, not_before: date | None = None
    ) -> Dated:
        """The path with the renewal in a place; with `waits`, the step that needs it comes after it in any case."""
        path, course = self.path, self.course
        hours = self._hours(place)
        renewal = Task(course=course, hours=hours, key=self.key, renews=True, session=session, not_before=not_before)
        tasks = [*path.tasks[:place], renewal, *path.tasks[place:]]
        if waits and self.need is not None:
            tasks[self.need + 1] = replace(tasks[self.need + 1], after=(*tasks[self.need + 1].after, self.key))
        return path.with_tasks(tasks)

    def _rank(self, path: Dated) -> tuple[int, date] | None:
        """How many other needs up to this one the renewal harms, and when the path is ready; None when it is no use."""
        place, need = path.place(self.key), path.place(self.need_key)
        assert place is not None, "the renewal is in the path"
        starts, day = path.slots[place].starts, path.day(need)
        if starts is None or day is None or path.undated > self.path.undated:
            return None
        if not holds(self.course.requires, lambda fact: path.facts.held(fact, place, starts)):
            return None
        if not path.facts.held(self.fact, need, day):
            return None
        return len(self.lapsed(path, need) - self.already), path.ready_on or date.max

    def _moved_to_the_end_of_a_wait(self, path: Dated, rank: tuple[int, date]) -> Dated:
        """The same with the renewal's study put off until just before it is needed, or before study goes on.

        Only where nothing else moves for it.
        """
        place, need = path.place(self.key), path.place(self.need_key)
        assert place is not None, "the renewal is in the path"
        day = path.day(need)
        following = [
            slot.starts for slot in path.slots[place + 1 :] if slot.session is None and slot.starts is not None
        ]
        share, days = path.days.share, path.days
        length = -(-days.units(path.tasks[place].hours) // share)
        for last in (day, *following[:1]):
            if last is None:
                continue
            end = days.index(last) + (last == day and days.open(last, last))
            first = days.day(end - length) if end >= length else None
            if first is None or first <= (path.slots[place].starts or first):
                continue
            tasks = list(path.tasks)
            tasks[place] = replace(tasks[place], not_before=first)
            moved = path.with_tasks(tasks)
            if self._others(moved) == self._others(path) and (new := self._rank(moved)) is not None and new <= rank:
                return moved
        return path

    def _others(self, path: Dated) -> dict[int, Slot]:
        return {task.key: slot for task, slot in zip(path.tasks, path.slots, strict=True) if task.key != self.key}
