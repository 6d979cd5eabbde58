"""`create_app`: the one place that knows everybody."""

from __future__ import annotations

import logging
from datetime import timedelta

from flask import Flask, current_app, request
from flask_wtf import CSRFProtect
from werkzeug.exceptions import BadRequest
from werkzeug.middleware.proxy_fix import ProxyFix

from lms.config import Settings, read_settings
from lms.jobs import carrier
from lms.services.entry.sessions import LONGEST
from lms.storage import tables
from lms.storage.files import Files
from lms.storage.session import db, engine_options, prepare
from lms.web import (
    applicant,
    assets,
    context,
    curricula,
    exemptions,
    headers,
    health,
    home,
    i18n,
    identity,
    logs,
    markdown,
    notices,
    readable,
    refusals,
    security,
)
from lms.web.admin import audit, imports, jobs, leaving, people, person_plan, teams
from lms.web.admin import settings as settings_pages
from lms.web.door import Door, open_doors
from lms.web.entry import account, auth, links, setup, ways_in
from lms.web.learner import (
    attendance,
    calendar,
    competencies,
    evidence,
    forecast,
    plan_settings,
    ratings,
    roles,
    steps,
    waiting,
)
from lms.web.learner.asking import what_if, why
from lms.web.learner.mine import move, path, recalculated
from lms.web.manager import cycles, development, fairness, person_record, reviews, rules, team
from lms.web.manager.hire import hiring, hiring_candidate, hiring_interview
from lms.web.manager.promote import promotions
from lms.web.trainer import curriculum_tests, draft_settings, drafting, exchange, insight, publishing, studio, versions
from lms.web.trainer.editing import choices, editor

DOORS: tuple[Door, ...] = (
    account.door,
    applicant.door,
    attendance.door,
    audit.door,
    auth.door,
    calendar.door,
    choices.door,
    competencies.door,
    curricula.door,
    evidence.door,
    curriculum_tests.door,
    cycles.door,
    development.door,
    draft_settings.door,
    drafting.door,
    editor.door,
    exchange.door,
    exemptions.door,
    fairness.door,
    forecast.door,
    health.door,
    hiring.door,
    hiring_candidate.door,
    hiring_interview.door,
    home.door,
    imports.door,
    insight.door,
    jobs.door,
    leaving.door,
    links.door,
    move.door,
    notices.door,
    path.door,
    people.door,
    person_plan.door,
    person_record.door,
    plan_settings.door,
    publishing.door,
    ratings.door,
    promotions.door,
    recalculated.door,
    reviews.door,
    roles.door,
    rules.door,
    security.door,
    settings_pages.door,
    setup.door,
    steps.door,
    studio.door,
    team.door,
    teams.door,
    versions.door,
    waiting.door,
    ways_in.door,
    what_if.door,
    why.door,
)


LARGEST_FORM = 1_000_000


def create_app(settings: Settings | None = None) -> Flask:
    """The site as a WSGI application. Raises Invalid when a setting is missing or unfit."""
    settings = settings or read_settings()
    app = Flask("lms")
    prefix = "__Host-" if settings.secure else ""
    app.config.update(
        SECRET_KEY=settings.key(),
        SQLALCHEMY_ENGINES={"default": engine_options(settings.database())},
        SESSION_COOKIE_NAME=f"{prefix}cairn",
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=LONGEST,
        MAX_CONTENT_LENGTH=settings.max_upload_mb * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=500_000,
        MAX_FORM_PARTS=1_000,
        WTF_CSRF_TIME_LIMIT=int(timedelta(hours=12).total_seconds()),
        WTF_CSRF_SSL_STRICT=settings.secure,
        LMS_SETTINGS=settings,
        LMS_BASE_URL=settings.base_url,
        LMS_FILES=Files(settings.files(), settings.max_upload_mb * 1024 * 1024),
    )
    logging.getLogger("lms").setLevel(settings.log_level)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
        assert tables.metadata.tables
    carrier.install(app)
    app.before_request(_own_host_only)
    app.before_request(_large_files_only)
    CSRFProtect(app)
    for part in (logs, assets, headers, setup, identity, context, refusals, readable, markdown):
        part.install(app)
    i18n.install(app, language_of=context.language, zone_of=context.time_zone)
    open_doors(app, list(DOORS))
    return app


def _large_files_only() -> None:
    """Only an upload may be large: other bodies are read into memory at once, before anybody knows who sent them."""
    if request.mimetype != "multipart/form-data":
        request.max_content_length = LARGEST_FORM


def _own_host_only() -> None:
    """A request that names another host than the site's is not for this site; health is asked for by address."""
    if request.blueprint == health.door.name:
        return
    settings: Settings = current_app.config["LMS_SETTINGS"]
    host = request.host.rsplit(":", 1)[0].strip("[]")
    if host != settings.host and host not in {"localhost", "127.0.0.1", "::1"}:
        raise BadRequest
