"""Names of people who do not exist, in many languages, and the places their teams are named after."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Iterator


def _words(text: str) -> list[str]:
    return text.split()


FIRST = _words(
    "Amina Bjarne Chiara Dembele Ewa Farid Greta Hiro Imani Joaquín Katya Luca Mei Noor Oskar Priya Quentin Rosa Samir "
    "Tuğçe Ulla Viktor Wanjiru Xenia Yusuf Zofia Adaeze Bao Cormac Dalia Emeka Freja Gideon Hanneke Ibrahim Jana Kofi "
    "Leila Mateo Nadia Oluwaseun Paula Rafael Sanne Tomasz Uma Vasil Willem Ximena Yara Zeynep Arjun Birgit Camille "
    "Duy Elena Florian Gabriela Henrik Isabel"
)
LAST = _words(
    "Adeyemi Bergström Castellanos Demir Eriksen Fontaine Gallagher Haddad Iwasaki Jankowski Kowalczyk Lindqvist Mbeki "
    "Nakamura Okafor Petrov Quintero Rossi Silva Tanaka Umarov Vermeulen Wójcik Xu Yilmaz Zimmermann Achterberg "
    "Bouchard Çelik Dvořák Esposito Ferreira Grünwald Horvat Ivanova Jørgensen Khalil Larsen Moreau Nguyen Oduya "
    "Papadakis Rahman Sørensen Thapa Ueda Varga Walsh Ylinen Zhang Almeida Bianchi Chowdhury Dupont Eze Fischer Gupta "
    "Hussain Ionescu"
)
PLACES = _words(
    "Lisbon Oslo Kraków Lyon Rotterdam Turin Porto Aarhus Leipzig Ghent Malmö Valencia Gdańsk Tampere Graz Bologna "
    "Nantes Cork Brno Basel Tartu Seville Bergen Dresden Lille Utrecht Zagreb Vilnius Salzburg Genoa"
)
REGIONS = _words("North South East West Centre Coast Alps Baltic Iberia Delta")


def people(draw: random.Random) -> Iterator[tuple[str, str]]:
    """Names without end, no two alike, each with the part of a mail address before the @."""
    pairs = [(first, last) for first in FIRST for last in LAST]
    draw.shuffle(pairs)
    for number in _numbers():
        for first, last in pairs:
            name = f"{first} {last}{number}"
            yield name, re.sub(r"[^a-z0-9]+", ".", _plain(name))


def places(names: list[str]) -> Iterator[str]:
    """These names without end; from the second round on with a number."""
    for number in _numbers():
        for name in names:
            yield name + number


def _numbers() -> Iterator[str]:
    yield ""
    number = 2
    while True:
        yield f" {number}"
        number += 1


def _plain(name: str) -> str:
    """The name in lower-case letters without marks."""
    bare = unicodedata.normalize("NFD", name.translate(str.maketrans("øØłŁıđĐß", "oOlLidDs")))
    return "".join(character for character in bare if not unicodedata.combining(character)).lower()
