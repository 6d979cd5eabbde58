"""The yardstick of our pages: a bare Flask page, with three queries and a table of 50 rows. Nobody is signed in to it, and
it has no frame, no forms, no languages and no headers of its own.
"""

from __future__ import annotations

from flask import Flask, render_template, request
from jinja2 import DictLoader
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from lms.storage.people import Contact, Person, Team
from lms.storage.site import Site

ROWS = 50
PAGE = """<!doctype html>
<html lang="en">
<head><title>{{ person.name }}</title></head>
<body>
<h1>{{ person.name }}, {{ team.name }}, {{ site.name }}</h1>
<table>
<thead><tr><th>Number</th><th>Name</th><th>Mail</th><th>State</th><th>Since</th></tr></thead>
<tbody>
{%- for contact, one in people %}
<tr><td>{{ one.id }}</td><td><a href="{{ url_for('page', person=one.id) }}">{{ contact.name }}</a></td><td>{{ contact.mail }}</td><td>{{ one.state }}</td><td>{{ one.created_at.date() }}</td></tr>
{%- endfor %}
</tbody>
</table>
</body>
</html>
"""


def bare(engine: Engine) -> Flask:
    """The page at `/?person=`, over the same database as ours."""
    app = Flask("bare")
    app.jinja_loader = DictLoader({"page.html": PAGE})

    @app.get("/")
    def page() -> str:
        number = int(request.args["person"])
        with Session(engine) as session:
            site = session.scalars(select(Site)).one()
            contact, team = session.execute(
                select(Contact, Team)
                .join(Person, Person.id == Contact.person_id)
                .join(Team, Team.id == Person.team_id)
                .where(Contact.person_id == number)
            ).one()
            people = session.execute(
                select(Contact, Person)
                .join(Person, Person.id == Contact.person_id)
                .where(Person.id >= max(1, number - ROWS))
                .order_by(Person.id)
                .limit(ROWS)
            ).all()
            return render_template("page.html", site=site, person=contact, team=team, people=people)

    return app
