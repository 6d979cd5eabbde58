"""A row of the heat table as it is written: who it is, the cells, and where they stand towards the next role."""

from __future__ import annotations

from typing import Any

from flask import current_app, url_for
from markupsafe import Markup, escape

from lms.services.team.board import Board, Row
from lms.services.team.members import Member, State
from lms.web.manager.team_words import next_role, standing
from lms.web.translated import gettext

SOMEBODY = 999_999_999_999_999_999
"""Stands for the number of a person while an address is made."""
TONES = 4
STANDING_ICONS = {
    State.READY: ("done", "mountain"),
    State.NEAR: ("ready", "trending-up"),
    State.LATER: ("", "clock"),
    State.WAITS: ("waits", "hourglass"),
    State.BEHIND: ("progress", "loader-circle"),
    State.BLOCKED: ("expired", "route-off"),
    State.NONE: ("draft", "signpost"),
}
"""By where somebody stands the tone of the pill and its icon."""


def of_somebody(endpoint: str, **more: Any) -> str:
    """An address with SOMEBODY in the place of a person, escaped: made once for a whole table."""
    return str(escape(url_for(endpoint, person_id=SOMEBODY, **more)))


class Rows:
    """Writes the rows of one board; what they have in common is made once."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.person = of_somebody("person_record.show")
        icon: Any = current_app.jinja_env.globals["icon"]
        self.pills = {
            state: f'<span class="{f"pill {tone}".rstrip()}">{icon(name)}'
            for state, (tone, name) in STANDING_ICONS.items()
        }
        self.titles = {role: str(escape(title)) for role, title in board.titles.items()}
        self.no_role = str(escape(gettext("No role yet")))
        self._next: dict[tuple[str, ...], str] = {}

    def row(self, row: Row, cells: str) -> Markup:
        """One row, around its cells."""
        one = row.member
        href = self.person.replace(str(SOMEBODY), str(one.id))
        role = self.titles.get(one.role or "") or escape(one.role or "") or self.no_role
        return Markup(  # noqa: S704 - every part is escaped or ours
            f'<tr><th class="who" scope="row"><span class="person">'
            f'<span class="avatar a{one.id % TONES}" aria-hidden="true">{escape(one.initials)}</span>'
            f'<span><a href="{href}"><b><bdi>{escape(one.name)}</bdi></b></a><small>{role}</small></span></span></th>'
            f'{cells}<td class="next">{self.pills[one.state]}{escape(standing(one, self.board.on))}</span>'
            f"{self._small(one)}</td></tr>"
        )

    def _small(self, one: Member) -> str:
        """The next role, and how much of it is met."""
        if not one.targets:
            return ""
        if one.targets not in self._next:
            self._next[one.targets] = str(escape(next_role(one, self.board)))
        words = [self._next[one.targets]]
        if one.required is not None:
            words.append(str(escape(gettext("%(met)s of %(required)s met", met=one.met, required=one.required))))
        if one.behind and one.state is not State.BEHIND:
            words.append(str(escape(gettext("being recalculated"))))
        return f"<small>{', '.join(words)}</small>"
