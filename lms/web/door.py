"""A door: a blueprint whose every route names a permission or says why it is public.

`reads` makes a GET that can store nothing: its session is never committed. `writes` makes a POST that is one
transaction: it commits when the view answers, and rolls back when it raises or answers 4xx. The guard runs before each
view.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from flask import Blueprint, Flask, Response, current_app, make_response, request
from werkzeug.routing import BaseConverter

from lms.services.access import Permission, Public
from lms.storage.session import db, transaction

View = TypeVar("View", bound=Callable[..., Any])
Policy = Permission | Public
POLICIES = "lms.policies"
BAD_REQUEST = 400


class NumberConverter(BaseConverter):
    """The number of a row in an address: ASCII digits, from 1, within 63 bits. Anything else is no such page."""

    regex = r"[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> int:
        """The number."""
        return int(value)


class Door(Blueprint):
    """A blueprint that knows the policy of each of its routes."""

    def __init__(self, name: str, **options: Any) -> None:
        super().__init__(name, "lms.web", **options)
        self.policies: dict[str, Policy] = {}

    def reads(self, rule: str, may: Policy, **options: Any) -> Callable[[View], View]:
        """A page: GET and HEAD."""

        def decorate(view: View) -> View:
            self._declare(view.__name__, may)
            self.add_url_rule(rule, view.__name__, view, methods=["GET"], **options)
            return view

        return decorate

    def writes(self, rule: str, may: Policy, *, by_itself: bool = False, **options: Any) -> Callable[[View], View]:
        """A form: POST, in one transaction; `by_itself` for a view that opens its own, with the reason beside it."""

        def decorate(view: View) -> View:
            @functools.wraps(view)
            def within(*args: Any, **kwargs: Any) -> Response:
                with transaction(db.session) as session:
                    answer = make_response(view(*args, **kwargs))
                    if answer.status_code >= BAD_REQUEST:  # a form with errors keeps nothing
                        session.rollback()
                    return answer

            self._declare(view.__name__, may)
            handler: Callable[..., Any] = view if by_itself else within
            self.add_url_rule(rule, view.__name__, handler, methods=["POST"], **options)
            return view

        return decorate

    def _declare(self, endpoint: str, may: Policy) -> None:
        assert endpoint not in self.policies, f"two views named {endpoint}"
        self.policies[endpoint] = may


def open_doors(app: Flask, doors: list[Door]) -> None:
    """Register the doors; an address without a policy stops the start."""
    policies: dict[str, Policy] = app.extensions.setdefault(POLICIES, {})
    policies["static"] = Public("files of the front end")
    app.url_map.converters["number"] = NumberConverter
    for door in doors:
        app.register_blueprint(door)
        policies |= {f"{door.name}.{endpoint}": may for endpoint, may in door.policies.items()}
    unguarded = {rule.endpoint for rule in app.url_map.iter_rules()} - policies.keys()
    assert not unguarded, f"routes without a policy: {sorted(unguarded)}"


def policy_of_request() -> Policy | None:
    """The policy of the route that the request asks for; None where there is no such route."""
    policies: dict[str, Policy] = current_app.extensions[POLICIES]
    return policies.get(request.endpoint or "")


def now() -> datetime:
    """The present moment in UTC: the only clock of the pages."""
    return datetime.now(UTC)
