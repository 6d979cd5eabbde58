"""The map as it is drawn and listed: what authors wrote stays text, cards are links that say what they are, rings show."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from flask import Flask, render_template

import lms
from lms.engine.check import check_curriculum
from lms.engine.competency import Competency
from lms.engine.curriculum import Course, Curriculum, Role
from lms.engine.mending.mends import mend_of
from lms.engine.requirement import any_of
from lms.web import assets, i18n
from lms.web.trainer.map.map_view import MANY, MapView, build_map
from lms.web.trainer.map.svg_text import lines, width
from tests.build import a_course, a_curriculum, a_role, fact, needs

NASTY = "\"><script>alert(1)</script>&amp;'`\u202e{{7*7}}"


@pytest.fixture(autouse=True)
def _page() -> Iterator[None]:
    site = Flask("lms", root_path=str(Path(lms.__file__).parent))
    site.config["TESTING"] = True
    assets.install(site)
    i18n.install(site)
    with site.test_request_context("/curricula/1/edit"):
        yield


def shown(curriculum: Curriculum, published: Curriculum | None = None, **more: Any) -> MapView:
    link = more.pop("link", lambda kind, name: f"?at={kind}:{name}")
    findings = check_curriculum(curriculum)
    mends = [mend_of(curriculum, finding, published) for finding in findings]
    return build_map(curriculum, published, findings, mends=mends, link=link, **more)


def cards(view: MapView) -> dict[str, dict[str, str]]:
    """The attributes of the cards' links by their id; the drawing has to be well-formed XML."""
    found = {}
    for element in ET.fromstring(str(view.svg)).iter("a"):  # noqa: S314 - our own
        found[element.attrib["id"]] = dict(element.attrib)
    return found


def a_deal() -> list[Course | Role]:
    return [
        a_course("pricing", 2, grants=["k:1"]),
        a_course("shadow", 1.5, grants=["k:1"]),
        a_course("holding", 3, needs=needs("k:1", any_of([fact("pricing"), fact("shadow")])), grants=["k:3"]),
        a_role("seller", "holding"),
    ]


def test_what_authors_write_stays_text_wherever_it_is_drawn() -> None:
    parts = [replace(part, title=NASTY) for part in a_deal()]
    view = shown(a_curriculum(*parts, competencies=(Competency(id="k", title=NASTY, cluster=NASTY),)))
    listed = render_template("trainer/map_part.html", map=view, view="list")
    for text in (str(view.svg), str(view.minimap), listed):
        assert "<script" not in text
        assert not re.search(r"\s(?:style|on\w+)=", text)
    assert len(cards(view)) == 4
    assert all(NASTY in one["aria-label"] for one in cards(view).values())


def test_an_address_that_breaks_out_of_its_attribute_does_not() -> None:
    view = shown(a_curriculum(*a_deal()), link=lambda kind, name: f'?at={kind}:{name}&x="><script>')
    assert {one["href"] for one in cards(view).values()} >= {'?at=course:holding&x="><script>'}


def test_a_card_says_what_it_is_what_it_needs_and_what_it_opens() -> None:
    found = cards(shown(a_curriculum(*a_deal())))
    assert found["card-course-holding"]["aria-label"] == (
        "Holding, 3 h, level 3, needs K at level 1; any one of: Pricing, Shadow; opens Seller"
    )
    assert found["card-course-shadow"]["aria-label"] == "Shadow, 1 h 30, level 1, needs nothing; opens Holding"
    assert found["card-role-seller"]["aria-label"] == "Seller, role, needs Holding"
    assert found["card-role-seller"]["href"] == "?at=role:seller"


def test_the_arrow_keys_find_a_way_along_every_arrow_and_through_every_lane() -> None:
    found = cards(shown(a_curriculum(*a_deal())))
    assert found["card-role-seller"]["data-left"] == "card-course-holding"
    assert found["card-course-holding"]["data-right"] == "card-role-seller"
    assert found["card-course-holding"]["data-left"] in {"card-course-pricing", "card-course-shadow"}
    order = list(found)
    assert [one.get("data-down") for one in found.values()] == [*order[1:], None]
    assert [one.get("data-up") for one in found.values()] == [None, *order[:-1]]


def test_a_ring_is_red_with_the_arrow_to_cut_and_said_of_each_of_its_cards() -> None:
    view = shown(a_curriculum(a_course("a", needs=needs("b")), a_course("b", needs=needs("a"))))
    assert _classes(view, "path").count("edge cut") == 1
    assert _classes(view, "path").count("edge ring") == 1
    assert all("part of a loop" in one["aria-label"] for one in cards(view).values())
    assert [item.marks for lane in view.lanes for item in lane.items] == [("ring",), ("ring",)]


def test_a_draft_differs_from_the_version_that_counts_in_word_and_class() -> None:
    before = a_curriculum(*a_deal(), a_course("gone"))
    after = a_curriculum(*a_deal(), a_course("fresh"))
    found = cards(shown(after, before))
    for name, mark, words in (("fresh", "new", "new in this draft"), ("gone", "withdrawn", "taken out in this draft")):
        card = found[f"card-course-{name}"]
        assert mark in card["class"].split()
        assert words in card["aria-label"]
    listed = render_template("trainer/map_part.html", map=shown(after, before), view="list")
    assert re.search(r"Fresh</a>\s*<span class=\"row\">.*?Check.*?New", listed, re.DOTALL)


def test_joints_of_one_or_several_ways_are_drawn_with_broken_lines_into_them() -> None:
    view = shown(a_curriculum(*a_deal()))
    assert str(view.svg).count("1 of</text>") == 2
    assert sum("any" in css.split() for css in _classes(view, "path")) == 4


def test_the_selection_is_marked_with_what_it_needs_and_the_rest_steps_back() -> None:
    view = shown(a_curriculum(*a_deal(), a_course("aside")), selection=("course", "holding"))
    found = cards(view)
    assert found["card-course-holding"]["aria-current"] == "true"
    assert [name for name, one in found.items() if "dim" in one["class"].split()] == []
    assert "check" in found["card-course-aside"]["class"].split()
    assert any("hot" in css.split() for css in _classes(view, "path"))


def test_a_selection_that_is_not_there_is_none() -> None:
    assert not any(
        "aria-current" in one for one in cards(shown(a_curriculum(*a_deal()), selection=("course", "?"))).values()
    )


def test_a_large_map_opens_around_the_selection_and_shows_everything_when_asked() -> None:
    large = a_curriculum(a_course("c0"), *(a_course(f"c{n}", needs=needs(f"c{n - 1}")) for n in range(1, MANY + 1)))
    by_itself = shown(large, selection=("course", "c40"))
    assert (by_itself.scope, by_itself.opened_around, by_itself.centre) == ("around", True, "C40")
    assert sorted(cards(by_itself)) == [f"card-course-c{n}" for n in range(38, 43)]
    assert (by_itself.shown, by_itself.cards) == (5, MANY + 1)
    assert shown(large, scope="all", selection=("course", "c40")).shown == MANY + 1
    assert shown(large).centre == "C0"
    assert not shown(a_curriculum(*a_deal())).opened_around


def test_around_a_competency_stand_the_courses_that_grant_it() -> None:
    view = shown(a_curriculum(*a_deal(), a_course("aside")), scope="around", selection=("competency", "k"))
    assert view.centre == "K"
    assert "card-course-aside" not in cards(view)


def test_the_list_says_the_same_as_the_drawing() -> None:
    view = shown(a_curriculum(*a_deal()))
    assert [item.id for lane in view.lanes for item in lane.items] == list(cards(view))
    assert [lane.title for lane in view.lanes] == ["Other", "Roles"]


@pytest.mark.parametrize(
    ("asked", "is_", "smaller", "larger"), [(100, 100, 75, 125), (150, 150, 125, None), (7, 100, 75, 125)]
)
def test_sizes_are_steps_and_any_other_is_the_usual_one(asked: int, is_: int, smaller: int, larger: int | None) -> None:
    view = shown(a_curriculum(*a_deal()), zoom=asked)
    assert (view.zoom, view.zoom_out, view.zoom_in) == (is_, smaller, larger)


def test_an_empty_curriculum_has_an_empty_map() -> None:
    view = shown(a_curriculum())
    assert cards(view) == {}
    assert "Courses and roles stand here" in render_template("trainer/map_part.html", map=view, view="map")


@pytest.mark.parametrize(
    "text", ["", " ", "a", "W" * 60, "Holding price under pressure, twice", "価格" * 20, "é" * 50, "\u202eabc " * 9]
)
def test_no_line_of_a_title_is_wider_than_its_card(text: str) -> None:
    rows = lines(text, 13, 140, 2)
    assert len(rows) <= 2
    assert all(width(row) * 13 <= 140 for row in rows)


def _classes(view: MapView, tag: str) -> Sequence[str]:
    return re.findall(rf'<{tag} class="([^"]*)"', str(view.svg))
