"""What a form shows of another item leads back to that item, whatever items are called."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lms.engine.competency import Competency
from lms.web.trainer.names import Titles, id_from

WORDS = st.text("aAb ()-", min_size=1, max_size=6).filter(lambda text: text == text.strip())


@given(st.dictionaries(WORDS, st.text("aAb ()-\n", max_size=8), max_size=8))
def test_a_label_leads_back_to_its_item(titles: dict[str, str]) -> None:
    known = Titles([Competency(id=key, title=title) for key, title in titles.items()])
    assert [known.find(known.label(key)) for key in titles] == list(titles)
    assert [known.find(key) for key in titles] == list(titles)


@given(st.lists(st.text(max_size=12), max_size=6))
def test_an_id_is_never_one_that_is_taken(titles: list[str]) -> None:
    taken: set[str] = set()
    for title in titles:
        made = id_from(title, taken)
        assert made
        assert made not in taken
        taken.add(made)
