"""A dated path: tasks by the day they start on, their days, and the facts that follow. Changing it dates it anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property

from lms.engine.dating.timetable import UNDATED, Run, Slot, Timetable, chronological
from lms.engine.dating.validity import Facts, Task
from lms.engine.dating.week import StudyDays
from lms.engine.ordering.ways import both, chosen_set, with_needs
from lms.engine.profile import Profile, Record

END = -1
"""The key of the end of the path, among the keys of its tasks."""


class Dated:
    """Tasks and their days. A *need* is a task's place, or None for the end of the path.

    `slots` are the days of `tasks`, which stand in an order that can be taken.
    """

    def __init__(
        self, record: Record, profile: Profile, days: StudyDays, tasks: Sequence[Task], slots: Sequence[Slot]
    ) -> None:
        self.record, self.profile, self.days = record, profile, days
        self.tasks, self.slots = tuple(tasks), tuple(slots)

    @cached_property
    def facts(self) -> Facts:
        """What holds on its days."""
        return Facts(self.record, self.profile, self.tasks, self.slots)

    @cached_property
    def undated(self) -> int:
        """How many of its tasks lack a day."""
        return sum(slot.ends is None for slot in self.slots)

    @property
    def ready_on(self) -> date | None:
        """The day its last task ends; the planning date when there is none, None when one is undated."""
        ends = [slot.ends for slot in self.slots if slot.ends is not None]
        return None if self.undated else max(ends, default=self.record.on)

    def needs(self) -> Iterator[int | None]:
        """Its dated needs, the earliest first."""
        yield from (place for place, slot in enumerate(self.slots) if slot.starts is not None)
        if self.ready_on is not None:
            yield None

    def day(self, need: int | None) -> date | None:
        """The day on which a need has to hold."""
        return self.ready_on if need is None else self.slots[need].starts

    def key(self, need: int | None) -> int:
        """What a need is called while tasks are inserted around it."""
        return END if need is None else self.tasks[need].key

    def place(self, key: int) -> int | None:
        """The need of that key."""
        return None if key == END else next(place for place, task in enumerate(self.tasks) if task.key == key)

    def with_tasks(self, tasks: Sequence[Task]) -> Dated:
        """These tasks instead, dated: study in the given order, sessions as early as they can be."""
        table = timetable_of(tasks, self.profile, self.days)
        run = Run(table).follow(range(len(tasks)))
        slots = [run.slot(number) for number in range(len(tasks))]
        turns = chronological(table.chosen, slots, range(len(tasks)))
        return Dated(self.record, self.profile, self.days, [tasks[n] for n in turns], [slots[n] for n in turns])

    def without(self, key: int) -> Dated:
        """The same with one task left out, and nothing waiting for it."""
        rest = [task for task in self.tasks if task.key != key]
        return self.with_tasks([replace(task, after=tuple(k for k in task.after if k != key)) for task in rest])

    def has_sessions(self) -> bool:
        """Is any of its tasks taken in a session, or waiting for one?"""
        return any(slot.session is not None or slot == UNDATED for slot in self.slots)


def timetable_of(tasks: Sequence[Task], profile: Profile, days: StudyDays) -> Timetable:
    """The timetable of tasks that start from a profile, each under its own pins and waits."""
    chosen = chosen_set([task.course for task in tasks], profile.holds)
    place = {task.key: place for place, task in enumerate(tasks)}
    needs = list(chosen.needs)
    for number, task in enumerate(tasks):
        for key in task.after:
            needs[number] = both(needs[number], place[key])
    return Timetable(
        with_needs(chosen.courses, needs),
        [task.hours for task in tasks],
        days,
        pinned={number: task.session for number, task in enumerate(tasks) if task.session is not None},
        not_before={number: task.not_before for number, task in enumerate(tasks) if task.not_before is not None},
    )
