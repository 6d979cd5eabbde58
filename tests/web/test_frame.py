"""The frame of the pages: what is built, what the headers promise, whether the colours can be read, what is translated."""

from __future__ import annotations

import gzip
import json
import math
import re
import runpy
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from secrets import token_hex
from types import SimpleNamespace

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from flask import Flask, flash, render_template, render_template_string, request
from flask.testing import FlaskClient
from flask_wtf import CSRFProtect, FlaskForm
from wtforms import EmailField, FileField, PasswordField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields import BooleanField, DateField, TextAreaField
from wtforms.validators import DataRequired, InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from lms.errors import said
from lms.web import assets, headers, i18n

ROOT = Path(__file__).resolve().parents[2]
LMS = ROOT / "lms"
TEMPLATES = [path for path in sorted((LMS / "templates").rglob("*.html")) if path.parent.name != "mail"]
"""The templates of pages. A mail has no other place for its style, and no policy to break."""
STYLES = sorted((ROOT / "ui").glob("*.css")) + sorted((ROOT / "ui/css").glob("*.css"))
SCRIPTS = sorted((ROOT / "ui").glob("*.js"))
ERRORS = sorted(int(path.stem) for path in (LMS / "templates/errors").glob("[0-9]*.html"))
NOW = datetime(2026, 11, 23, 10, 42, tzinfo=UTC)


class Invitation(FlaskForm):  # type: ignore[misc]
    """A field of every kind, for the style guide."""

    name = StringField("Full name", [DataRequired("Enter the name of the person.")])
    mail = EmailField("E-mail address", [DataRequired("Enter an e-mail address.")])
    password = PasswordField("Password", [DataRequired("Choose a password.")])
    role = SelectField("Role", choices=["Account Executive", "Team lead"])
    start = DateField("First day")
    ways = SelectMultipleField(
        "Ways of learning", choices=["Courses", "Coaching"], option_widget=CheckboxInput(), widget=ListWidget()
    )
    pace = RadioField("Pace", choices=["Slow", "Fast"], validators=[InputRequired("Choose a pace.")])
    note = TextAreaField("Note")
    sheet = FileField("Sheet")
    agree = BooleanField("Send the invitation now")


def an_app() -> Flask:
    """A small application round the frame; `?as=` signs in, `?language=` is the person's own."""
    app = Flask("lms", root_path=str(LMS))
    app.config.update(TESTING=True, SECRET_KEY=token_hex(), WTF_CSRF_ENABLED=False)
    CSRFProtect(app)
    assets.install(app)
    headers.install(app)
    i18n.install(
        app, language_of=lambda: request.args.get("language"), zone_of=lambda: "Europe/Berlin", now=lambda: NOW
    )
    places = [
        ("path", "book-open", "p"),
        ("people", "mountain", "e"),
        *((f"place {n}", "tent", None) for n in range(6)),
    ]
    nav = [SimpleNamespace(key=k, url=f"/{k}", label=k.title(), icon=i, shortcut=s) for k, i, s in places]

    @app.context_processor
    def of_the_application() -> dict[str, object]:
        me = SimpleNamespace(name="Maya <b>Lindqvist</b>", initials="ML", mail="maya@example.org")
        signed_in = "as" in request.args
        frame = {"site_name": "Cairn", "theme": request.args.get("theme"), "shortcuts": "keys" in request.args}
        return {"me": me if signed_in else None, "nav": nav if signed_in else [], **frame}

    @app.route("/", methods=["GET", "POST"])
    def guide() -> str:
        form = Invitation()
        form.validate_on_submit()
        flash(said("There is no team %(name)s.", name="North"), "error")
        blockers = [
            {"status": "waits", "title": "Deal review waits for Priya", "why": "", "url": "#", "label": "Remind"}
        ]
        values = {"example": form, "example_day": date(2026, 11, 23), "example_moment": NOW, "job_url": "/job"}
        return render_template("styleguide.html", blockers=blockers, **values)

    @app.get("/error/<int:code>")
    def error(code: int) -> tuple[str, int]:
        return render_template(f"errors/{code}.html", reference="4f7k22"), code

    @app.get("/write")
    def write() -> str:
        return render_template_string(request.args["text"], when=NOW, form=Invitation())

    app.add_url_rule("/preferences", "account.preferences", lambda: "", methods=["POST"])
    app.add_url_rule("/sign-out", "auth.sign_out", lambda: "", methods=["POST"])
    return app


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return an_app().test_client()


# ---- what is built ----


def test_the_manifest_names_files_that_are_there() -> None:
    manifest = json.loads((LMS / "static/dist/manifest.json").read_text())
    assert {"app.js", "style.css", "icons.svg", "figtree-latin-wght-normal.woff2"} <= set(manifest["files"])
    assert all((LMS / "static/dist" / name).is_file() for name in manifest["files"].values())


def test_a_missing_build_says_what_mends_it(tmp_path: Path) -> None:
    with pytest.raises(assets.FrontEndMissing, match="make setup"):
        assets.Manifest.read(tmp_path / "manifest.json")


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    manifest = json.loads((LMS / "static/dist/manifest.json").read_text())
    sprite = (LMS / "static/dist" / manifest["files"]["icons.svg"]).read_text()
    named = {
        name
        for path in TEMPLATES
        for name in re.findall(r"""\bicon(?:\(\s*|=)["']([a-z][a-z0-9-]*)["']\s*[,)]""", path.read_text())
    }
    assert named <= set(manifest["icons"]), "run `make ui`"
    assert all(f'<symbol id="{name}"' in sprite for name in manifest["icons"])


def test_our_own_script_stays_under_three_kilobytes_packed() -> None:
    packed = re.sub(r"(?m)^\s*//.*$|\s+//.*$", "", "\n".join(path.read_text() for path in SCRIPTS))
    assert len(gzip.compress(re.sub(r"\s+", " ", packed).encode(), mtime=0)) < 3000


def test_the_lock_file_names_no_registry() -> None:
    lock = json.loads((ROOT / "ui/package-lock.json").read_text())
    packages = {name: one for name, one in lock["packages"].items() if name}
    assert packages["node_modules/htmx.org"]["version"] == "4.0.1"
    assert all("resolved" not in one and one["integrity"].startswith("sha512-") for one in packages.values())


# ---- what stands in the sources ----


@pytest.mark.parametrize("path", TEMPLATES + STYLES + SCRIPTS, ids=lambda path: path.name)
def test_nothing_is_loaded_from_elsewhere(path: Path) -> None:
    text = path.read_text().replace("http://www.w3.org/2000/svg", "")
    assert not re.search(
        r"""(?:src|href|action)\s*=\s*["']?(?:https?:)?//|url\(["']?(?:https?:)?//|@import ["']?(?:https?:)?//""", text
    )
    assert path.suffix == ".html" or not re.search(r"https?://", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_no_inline_style_script_or_handler(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)
    assert not re.search(r"<style|\sstyle\s*=|\son[a-z]+\s*=|hx-on|js:|javascript:", text)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_form_that_is_sent_carries_its_token(path: Path) -> None:
    forms = re.findall(r"<form\b.*?</form>", path.read_text(), flags=re.DOTALL)
    posts = [form for form in forms if re.search(r"""method=["']?post""", form, flags=re.IGNORECASE)]
    assert all("csrf" in form for form in posts)


def test_styles_mirror_for_scripts_that_run_from_right_to_left() -> None:
    physical = r"(?:margin|padding|border)-(?:left|right)|(?<![\w-])(?:left|right)\s*:|text-align:\s*(?:left|right)"
    assert not [path.name for path in STYLES if re.search(physical, path.read_text())]


# ---- colour ----

TOKEN = re.compile(r"--([a-z0-9-]+): light-dark\(oklch\(([^)]*)\), oklch\(([^)]*)\)\)")
TEXT = [
    ("ink", "paper card sunk go-bg done-bg wait-bg stop-bg l1 l2", 4.5),
    ("ink-2", "paper card sunk go-bg done-bg wait-bg stop-bg", 4.5),
    ("ink-3", "paper card sunk l0", 4.5),
    ("go", "paper card sunk go-bg", 4.5),
    ("done", "paper card sunk done-bg", 4.5),
    ("wait", "paper card sunk wait-bg", 4.5),
    ("stop", "paper card sunk stop-bg", 4.5),
    ("on-go", "go", 4.5),
    ("on-sun", "sun", 4.5),
    ("on-l3", "l3", 4.5),
    ("on-l4", "l4", 4.5),
    ("card", "done ink", 4.5),
    ("paper", "ink", 4.5),
    ("line-strong", "paper card sunk", 3),
]
PAIRS = [(ink, ground, need) for ink, grounds, need in TEXT for ground in grounds.split()]


def palette(mode: int) -> dict[str, float]:
    """The relative luminance of every token, light (0) or dark (1)."""
    found = TOKEN.findall((ROOT / "ui/css/tokens.css").read_text())
    return {name: luminance(*modes[mode].split()) for name, *modes in found}


def luminance(lightness: str, chroma: str, hue: str) -> float:
    """WCAG's relative luminance of an OKLCH colour, clipped to sRGB as a screen would."""
    light = float(lightness.rstrip("%")) / 100
    a, b = (float(chroma) * f(math.radians(float(hue))) for f in (math.cos, math.sin))
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short
    return sum(w * min(max(c, 0), 1) for w, c in ((0.2126, red), (0.7152, green), (0.0722, blue)))


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground", "need"), PAIRS, ids=str)
def test_colours_can_be_told_from_their_ground(ink: str, ground: str, need: float, mode: int) -> None:
    tones = palette(mode)
    low, high = sorted((tones[ink], tones[ground]))
    assert (high + 0.05) / (low + 0.05) >= need


# ---- headers ----


def test_every_answer_carries_the_same_policy(client: FlaskClient) -> None:
    for address in ("/", "/error/500", "/no/such/page", "/static/favicon.svg"):
        answer = client.get(address, buffered=True)
        assert answer.headers["Content-Security-Policy"] == (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
            "media-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
            "manifest-src 'self'"
        )
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "camera=(), " in answer.headers["Permissions-Policy"]
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_only_a_secure_connection_is_told_to_stay_secure(client: FlaskClient) -> None:
    assert "Strict-Transport-Security" not in client.get("/").headers
    assert "max-age=31536000" in client.get("/", base_url="https://localhost").headers["Strict-Transport-Security"]


def test_pages_are_never_kept_and_built_files_for_ever(client: FlaskClient) -> None:
    style = json.loads((LMS / "static/dist/manifest.json").read_text())["files"]["style.css"]
    assert client.get("/").headers["Cache-Control"] == "no-store"
    assert client.get("/no/such/page").headers["Cache-Control"] == "no-store"
    assert (
        client.get(f"/static/dist/{style}", buffered=True).headers["Cache-Control"]
        == "public, max-age=31536000, immutable"
    )
    assert "immutable" not in client.get("/static/favicon.svg", buffered=True).headers["Cache-Control"]
    assert "immutable" not in client.get("/static/dist/gone.css").headers.get("Cache-Control", "")


# ---- pages ----


@pytest.mark.parametrize("address", ["/?as=1", "/?as=1&keys=1&theme=dark", "/"])
def test_the_style_guide_shows_every_part(client: FlaskClient, address: str) -> None:
    page = client.get(address).text
    assert page.count("<h1") == page.count("<main") == 1
    assert 'href="#main"' in page
    assert " style=" not in page
    assert "Maya <b>" not in page
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_a_refused_form_says_the_same_above_and_beside_the_field(client: FlaskClient) -> None:
    page = client.post("/?as=1", data={"mail": "maya@example.org"}).text
    assert "There is a problem" in page
    assert '<a href="#name">Enter the name of the person.</a>' in page
    assert page.count("Enter the name of the person.") == 2
    assert re.search(r'<input aria-describedby="name-error" aria-invalid="true"[^>]* id="name"', page)
    assert '<a href="#pace-0">Choose a pace.</a>' in page
    assert 'id="pace-0"' in page


def test_people_with_many_places_find_the_rest_under_more(client: FlaskClient) -> None:
    page = client.get("/?as=1").text
    bar = page[page.index('class="tabbar"') :]
    assert len(re.findall(r'<a href="/', bar[: bar.index("<details")])) == 4
    assert page.count('aria-current="page"') >= 2


def test_shortcuts_are_off_where_the_person_switched_them_off(client: FlaskClient) -> None:
    assert 'data-shortcuts="off"' in client.get("/?as=1").text
    page = client.get("/?as=1&keys=1").text
    assert 'data-shortcuts="off"' not in page
    assert 'data-go="p"' in page


@pytest.mark.parametrize("code", ERRORS)
@pytest.mark.parametrize("who", ["", "?as=1"], ids=["signed out", "signed in"])
@pytest.mark.parametrize("language", ["en", "de"])
def test_error_pages_offer_a_way_on(client: FlaskClient, code: int, who: str, language: str) -> None:
    answer = client.get(f"/error/{code}{who or '?'}&language={language}")
    assert answer.status_code == code
    assert answer.text.count("<h1") == 1
    assert 'class="btn primary" href="/' in answer.text
    assert ("4f7k22" in answer.text) == (code == 500)


def test_after_a_failed_form_the_way_on_is_the_page_it_stood_on() -> None:
    with an_app().test_request_context("/", method="POST", headers={"Referer": "http://localhost/people?page=2"}):
        assert assets.came_from() == "/people?page=2"
    with an_app().test_request_context("/", method="POST", headers={"Referer": "http://elsewhere.example/people"}):
        assert assets.came_from() == "/"


def test_a_strangers_link_cannot_bend_the_addresses_on_the_page() -> None:
    with an_app().test_request_context("/?_scheme=javascript&_external=1&_anchor=x&a=1&a=2&page=4"):
        assert assets.here(page=5) == "/?_scheme=javascript&_external=1&_anchor=x&a=1&a=2&page=5"
        assert assets.here(page=None, a="&x=1") == "/?_scheme=javascript&_external=1&_anchor=x&a=%26x%3D1"
    with an_app().test_request_context("//elsewhere.example/"):
        assert assets.here() == "/"


# ---- language ----


def written(client: FlaskClient, text: str, **query: str) -> str:
    """What a template of one line comes to."""
    return client.get("/write", query_string={"text": text, **query}).text


def test_dates_are_written_the_way_the_language_does(client: FlaskClient) -> None:
    assert written(client, "{{ day(when) }}") == '<time datetime="2026-11-23">23 Nov 2026</time>'
    assert written(client, "{{ when | day }}", language="de") == '<time datetime="2026-11-23">23. Nov. 2026</time>'
    assert written(client, "{{ moment(when) }}") == '<time datetime="2026-11-23T10:42+00:00">23 Nov 2026, 11:42</time>'
    assert ">0 seconds ago<" in written(client, "{{ ago(when) }}") or ">in 0 seconds<" in written(
        client, "{{ ago(when) }}"
    )
    assert [written(client, f"{{{{ {n} | duration }}}}") for n in (25, 120, 110, 65)] == [
        "25 min",
        "2 h",
        "1 h 50",
        "1 h 05",
    ]


def test_the_persons_language_goes_before_the_cookie_and_the_browser(client: FlaskClient) -> None:
    german = {"Accept-Language": "fr, de-AT;q=0.8"}
    assert 'lang="de"' in client.get("/", headers=german).text
    assert 'lang="en"' in client.get("/?language=en", headers=german).text
    assert 'lang="en"' in client.get("/", headers={"Accept-Language": "fr"}).text
    client.set_cookie("language", "de")
    assert 'lang="de"' in client.get("/").text
    client.set_cookie("language", "tlh")
    assert 'lang="en"' in client.get("/").text
    client.delete_cookie("language")


def test_a_refusal_of_a_service_is_said_in_the_language_of_the_page(client: FlaskClient) -> None:
    assert "There is no team North." in client.get("/?as=1").text


def the_german() -> Catalog:
    """The German catalogue as it is committed."""
    with (LMS / "translations/de/LC_MESSAGES/messages.po").open("rb") as po:
        return read_po(po, locale="de")


def forms_of(message: Message) -> tuple[list[str], list[str]]:
    """The sentence and its translations, one of each or one for each grammatical number."""
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    words = message.string or ""
    return ids, [words] if isinstance(words, str) else list(words)


def missing_words() -> Iterator[str]:
    """Every sentence of the product that has no German."""
    german = the_german()
    for message in runpy.run_path(str(ROOT / "ui/translations.py"))["extracted"](ROOT):
        known = german.get(message.id, message.context) if message.id else message
        if message.id and (known is None or known.fuzzy or not all(forms_of(known)[1])):
            yield str(message.id)


def test_every_sentence_has_its_german() -> None:
    assert list(missing_words()) == [], "run `make translations` and fill what is empty"


def test_german_keeps_the_names_of_the_values() -> None:
    for message in the_german():
        sources, targets = forms_of(message)
        names = {name for source in sources for name in re.findall(r"%\((\w+)\)s", source)}
        assert all(set(re.findall(r"%\((\w+)\)s", target)) <= names for target in targets), message.id
