"""Is a path still being recalculated? What its page asks every two seconds while it is, and no page itself."""

from __future__ import annotations

from flask import Response

from lms.services import paths
from lms.services.access import Permission
from lms.storage.session import db
from lms.web.door import Door
from lms.web.identity import actor

door = Door("recalculated")


@door.reads("/path/recalculated", Permission.OWN_PATH)
def mine() -> Response:
    """Of one's own path."""
    return of(actor().person_id or 0)


@door.reads("/people/<number:person_id>/path/recalculated", Permission.PATH_READ)
def of(person_id: int) -> Response:
    """Nothing while the path is behind its input; once it has caught up, the page that asked loads anew."""
    if paths.show(db.session, actor(), person_id).behind:
        return Response(status=204)
    return Response(headers={"HX-Refresh": "true"})
