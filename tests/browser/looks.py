"""How a page is looked at: by axe in light, dark and on a phone, for its frame, its width, its colours and its motion."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

WIDE = {"width": 1440, "height": 900}
AXE = Axe().axe_script
OPTIONS: dict[str, Any] = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
COLOURS = OPTIONS | {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
"""What the dark can change: axe judges everything else by the document and its measures."""
FRAME = """() => {
  const said = [], all = selector => [...document.querySelectorAll(selector)]
  if (all('h1').length !== 1) said.push(`${all('h1').length} h1`)
  if (document.title.split(' · ').filter(part => part.trim()).length < 2) said.push(`title "${document.title}"`)
  if (!document.documentElement.lang) said.push('no language')
  if (all('main').length !== 1) said.push(`${all('main').length} main`)
  for (const one of all('[style], script:not([src]), style')) said.push('inline: ' + one.outerHTML.slice(0, 80))
  return said
}"""
TOO_WIDE = """() => {
  const over = document.documentElement.scrollWidth - innerWidth
  if (over <= 0) return []
  const scrolls = one => one.closest('svg, pre') || [...parents(one)].some(up => getComputedStyle(up).overflowX !== 'visible')
  const parents = function* (one) { for (let up = one.parentElement; up && up !== document.body; up = up.parentElement) yield up }
  const out = [...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right > innerWidth + 1 && !scrolls(one))
  return [`${over} px too wide: ` + out.slice(0, 3).map(one => one.outerHTML.slice(0, 80)).join(' | ')]
}"""
DRAWN = """async () => {
  const frame = () => new Promise(drawn => { requestAnimationFrame(drawn); setTimeout(drawn, 50) })
  for (let left = 60, still = 0; left && still < 2; left--) { await frame(); still = document.getAnimations().length ? 0 : still + 1 }
}"""
MOVES = """() => document.getAnimations().filter(one => one.effect?.getComputedTiming().duration > 1)
  .map(one => `moves: ${one.animationName ?? one.transitionProperty}`)"""


def faults(page: Page, who: str = "") -> list[str]:
    """Everything that is wrong with how the page that is open looks to `who`; nothing when all is well.

    The window is wide and bright before and after.
    """
    said = [f"frame: {one}" for one in page.evaluate(FRAME)]
    page.evaluate(AXE)
    said += _violations(page, "light")
    _picture(page, "light", who)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    said += _violations(page, "dark", COLOURS)
    _picture(page, "dark", who)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    said += [f"calm: {one}" for one in page.evaluate(MOVES)]
    page.set_viewport_size({"width": 390, "height": _height(page, 390)})
    said += _violations(page, "phone")
    _picture(page, "phone", who)
    page.set_viewport_size({"width": 320, "height": 800})
    said += [f"at 320 px: {one}" for one in page.evaluate(TOO_WIDE)]
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    return said


def _height(page: Page, width: int) -> int:
    """So tall that the bar at the bottom of a phone covers nothing."""
    page.set_viewport_size({"width": width, "height": 844})
    tall: int = page.evaluate("() => document.documentElement.scrollHeight")
    return tall + 200


def _violations(page: Page, look: str, options: dict[str, Any] = OPTIONS) -> list[str]:
    page.evaluate(DRAWN)
    found: dict[str, Any] = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{look}: {one['id']} at {node['html'][:120]} ({node['failureSummary'].splitlines()[-1].strip()})"
        for one in found["violations"]
        for node in one["nodes"][:3]
    ]


def _picture(page: Page, look: str, who: str) -> None:
    """Keep a picture for people to look at, where LMS_PICTURES names a folder."""
    if folder := os.environ.get("LMS_PICTURES"):
        name = page.url.partition("://")[2].partition("/")[2].replace("/", "_") or "home"
        page.screenshot(path=Path(folder) / f"{name[:50]}.{who}.{look}.png", full_page=True)
