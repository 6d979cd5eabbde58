"""Somebody at a browser: does everything by role and name, with the mouse or with the keyboard alone.

What must not happen on any page is gathered meanwhile: errors in the console, refusals of the Content-Security-Policy,
requests that fail or leave the site, dialogs.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Locator, Page, Request, Response, expect

Role = Literal["button", "link", "textbox", "combobox", "checkbox", "radio", "spinbutton", "searchbox"]
ERROR = 400
REFUSED_FORM = 422
MOST_TABS = 150

FOCUSED_IS_SEEN = """() => {
  const focused = document.activeElement, box = focused.getBoundingClientRect()
  if (focused === document.body || !box.width || focused.classList.contains('vh')) return ''
  const x = box.left + box.width / 2, y = box.top + Math.min(box.height / 2, 12)
  if (x < 0 || y < 0 || x > innerWidth || y > innerHeight) return 'focus outside the window: ' + focused.outerHTML.slice(0, 120)
  const top = document.elementFromPoint(x, y)
  const shown = focused.contains(top) || top?.contains(focused) || top?.closest('label')?.control === focused
  return shown ? '' : 'focus hidden behind ' + top?.outerHTML.slice(0, 80) + ': ' + focused.outerHTML.slice(0, 120)
}"""


class Visitor:
    """One browser window. `press`, `fill`, `choose`, `tick` and `attach` work with the mouse."""

    def __init__(self, context: BrowserContext, base: str) -> None:
        self.context, self.base = context, base
        self.faults: list[str] = []
        self.allowed = {REFUSED_FORM}
        self.has_script = True
        self.page: Page = context.new_page()
        self.page.set_default_timeout(15_000)
        self.page.on("console", self._console)
        self.page.on("pageerror", self._threw)
        self.page.on("requestfailed", self._failed)
        self.page.on("request", self._asked)
        self.page.on("response", self._answered)
        self.page.on("dialog", self._dialog)

    def sign_in(self, cookie: str) -> None:
        """Take over a live session."""
        self.context.add_cookies([{"name": "cairn", "value": cookie, "url": self.base}])

    def open(self, address: str) -> int:
        """Go to an address of the site, or to a whole one; the status of the answer."""
        answer = self.page.goto(address if address.startswith("http") else self.base + address)
        assert answer is not None
        return answer.status

    def press(self, role: Literal["button", "link"], name: str, *, within: Locator | None = None) -> None:
        """Press a button or follow a link. `within` a part of the page, where its name stands more than once."""
        (within or self.page).get_by_role(role, name=name, exact=True).click()

    def fill(self, label: str, text: str) -> None:
        """Type into a field, over what was there."""
        self.field(label).fill(text)

    def choose(self, label: str, option: str) -> None:
        """Choose the first option of a list that has these words."""
        field = self.field(label)
        field.select_option(index=_offered(field, option)[0])

    def tick(self, label: str) -> None:
        """Tick the box whose name begins with these words."""
        self.box(label).check()

    def attach(self, label: str, file: Path) -> None:
        """Choose a file."""
        self.field(label).set_input_files(file)

    def unfold(self, words: str) -> None:
        """Open what is folded away under these words."""
        self.folded(words).click()

    def field(self, label: str) -> Locator:
        """The field of a label; the mark "(optional)" does not count."""
        return self.page.get_by_label(re.compile(rf"^{re.escape(label)}( \(optional\))?$"))

    def box(self, label: str) -> Locator:
        """The box whose name begins with these words."""
        return self.page.get_by_role("checkbox", name=re.compile(f"^{re.escape(label)}"))

    def folded(self, words: str) -> Locator:
        """What opens a part that is folded away, by its words or its name."""
        by_name = self.page.locator(f"summary[aria-label={json.dumps(words)}]")
        return self.page.locator("summary").filter(has_text=words).or_(by_name)

    def reads(self, words: str) -> None:
        """These words stand on the page."""
        expect(self.page.get_by_text(words).first).to_be_visible()

    def at(self, heading: str) -> None:
        """The page has this heading."""
        expect(self.page.get_by_role("heading", level=1, name=heading, exact=True)).to_be_visible()

    def refused(self, words: str) -> None:
        """The page says at the top, and in the focus, that there is a problem: this one."""
        summary = self.page.get_by_role("alert", name="There is a problem")
        expect(summary).to_contain_text(words)
        expect(summary).to_be_focused()

    def is_content(self) -> None:
        """Nothing went wrong on any page so far."""
        assert self.faults == []

    def _fault(self, words: str) -> None:
        self.faults.append(f"{self.page.url}: {words}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource"):
            self._fault(f"console: {message.text}")

    def _threw(self, error: Error) -> None:
        self._fault(f"script: {error}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.base, "data:")):
            self._fault(f"asked for {request.url}")

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # a page that was left, or a file that is kept
            self._fault(f"{request.failure}: {request.url}")

    def _answered(self, answer: Response) -> None:
        if answer.status >= ERROR and answer.status not in self.allowed:
            self._fault(f"{answer.status}: {answer.url}")

    def _dialog(self, dialog: Any) -> None:
        self._fault(f"dialog: {dialog.message}")
        dialog.dismiss()


class Typist(Visitor):
    """The same with the keyboard alone: Tab, Enter, Space and letters. The focus has to be seen wherever it goes."""

    def __init__(self, context: BrowserContext, base: str) -> None:
        super().__init__(context, base)
        self.file = Path()
        self.page.on("filechooser", lambda window: window.set_files(self.file))

    def press(self, role: Literal["button", "link"], name: str, *, within: Locator | None = None) -> None:
        """Tab there, then Enter."""
        self._tab_to((within or self.page).get_by_role(role, name=name, exact=True))
        self.page.keyboard.press("Enter")

    def fill(self, label: str, text: str) -> None:
        """Tab there, select what is there, type."""
        self._tab_to(self.field(label))
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def choose(self, label: str, option: str) -> None:
        """Tab there and type what the option says."""
        field = self.field(label)
        self._tab_to(field)
        self.page.keyboard.type(_offered(field, option)[1])
        expect(field.locator("option:checked")).to_contain_text(option)

    def tick(self, label: str) -> None:
        """Tab there, then Space."""
        box = self.box(label)
        self._tab_to(box)
        if not box.is_checked():
            self.page.keyboard.press("Space")

    def attach(self, label: str, file: Path) -> None:
        """Tab there and press Enter; the window that opens is the device's own."""
        self._tab_to(self.field(label))
        self.file = file
        self.page.keyboard.press("Enter")
        expect(self.field(label)).to_have_value(re.compile(re.escape(file.name)))

    def unfold(self, words: str) -> None:
        """Tab there, then Enter."""
        self._tab_to(self.folded(words))
        self.page.keyboard.press("Enter")

    def _tab_to(self, wanted: Locator) -> None:
        expect(wanted).to_be_visible()
        target = wanted.element_handle()
        passed: list[str] = []
        for _ in range(MOST_TABS):
            if self.page.evaluate("wanted => document.activeElement === wanted", target):
                return
            self.page.keyboard.press("Tab")
            if hidden := self.page.evaluate(FOCUSED_IS_SEEN):
                self._fault(hidden)
            passed.append(self.page.evaluate("() => document.activeElement.outerHTML.slice(0, 60)"))
        raise AssertionError(f"Tab never came to {wanted}; it passed {passed}")


def _offered(field: Locator, option: str) -> tuple[int, str]:
    """Where in a list the first option with these words stands, and all it says; waits until there is one."""
    options = field.locator("option")
    expect(options.filter(has_text=option).first).to_be_attached()
    return next((at, one.strip()) for at, one in enumerate(options.all_text_contents()) if option in one)
