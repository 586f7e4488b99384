"""Names in neighbourhood talk: the message with each name in brackets, or none at all."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from core.ports import NameFinder
from models.name_lists import NameLists, make_lists
from models.names import ListNames, build_names, load_names

NAMED = """
    mijn buurman [Henk] is zijn sleutel kwijt
    [Saskia], heb jij de boor nog?
    dank je [Ahmed]!
    bel even met [Fatima], die is thuis
    [Gerrit van der Molen] zag het gebeuren
    vraag het [Kees-Jan]
    [Henk's] fiets is weg
    ik ben [Wouter] van nummer 4
    ze heet [Noor] en ze is vijf
    groetjes [Anneke]
    meneer [Verhoeven] ligt op de stoep
    Mevr. [Van Beek] is weer thuis
    mevrouw [El Idrissi] doet niet open
    wijkagent [Marco] belt vanmiddag
    fam. [De Vries-Pinas] is op vakantie
    post voor [W. de Groot] en [L. Hendriks]
    de jas is van [Jayden S]., zegt hij
    sterkte voor [Wil]
    dat weet [Ton] ook nog wel
    bloemkool van [Roos] gekregen
    dirk is vrij maar [driss] krijgt een lintje
    thanks [Pawel]
    [Emine] abla polisi ara
    Herr [Lindemann] ist da
    opa [henk] is gevallen
    ik ben [joy] van nr 12
    hoi [mark]!
    bedankt [max]
    mevr [jansen] doet niet open
    hallo met [ria] ik spreek dit in
    [Henk] en [joy] komen ook
    HULP FAMILIE [BERKHOUT] IS WEG
    112 IS AL GEBELD [ANNIE]!
    een jongen van de [Vermeulens]
    er brandt licht bij [Ben], die is op vakantie
    hij heet [Turbo] en is weg
    onze kater luistert naar [Sneeuwbal]
    moja sąsiadka [Zosia] już śpi
    komşumuz [Ayşe] düştü
    mi hijo [Mateo] está solo
    [Michał] jest w domu
    سرقوا دراجة ابني [يوسف] من أمام البيت
    съседката [Цветелина] е паднала
    [Kees] van nr 15 komt ook
    breng het naar [bram] op 46
    bel even aan bij [karin] van de overkant
    ik kom om acht uur, [piet] 12a
    doe mij maar een kop soep. [Iris]
    [mark] hoe laat ben je hier
    dank [mark] voor het terugbrengen
    [Wil], heb jij de ladder nog?
    [Wil]! kom eens kijken
    [Wil] zegt dat het morgen regent
    [jelle van Wouter] is er ook
    [jo]!! hij zit onder de schuur
    poes [Sjoemie] zit op het dak
    [Petrova] woont op drie hoog
    is die [Mulder] van de flat thuis?
    [hendriks] is nu ook buiten
    ons [Vlekje] is weer thuis
    [El Amrani] staat op de deurbel
    bel [ahmed el amrani] maar
    dat doet [piet] [jansen] altijd
    wie kent [Rooie] [Sjaak] nog?
    [Hasanım], eve gel
    Ria (meisjesnaam [Dekker])
    mw. [de groot] van 3 hoog
    familie [van der linde] is weg
    [gerrit de boer] zag het ook
    [mohammed van der veen] belt zo
    vraag maar aan [ans]
    is [mark] al thuis?
    [roos] zegt van niet
    onze hond [luna] is weg
    [annemarie], [hetty], [wim] en [jopie] komen
    benedenbuurman [mark] zag het
"""

NOBODY = """
    Wil iemand even kijken bij de container?
    de roos bloeit, storm of geen storm
    een witte Opel en een Gazelle zonder slot
    In mei gaan we naar Zwolle
    Maandag komt de gemeente, dinsdag de brandweer
    pakket van PostNL of DHL
    Jammer dat het regent
    ER WORDT INGEBROKEN BIJ DE OVERBUREN
    Es riecht nach Gas und ich habe Angst im Haus
    someone broke the window of a grey car
    niemand opendoen, Stedin komt nooit zonder afspraak
    de man heeft een Nike-vest aan
    😀😀😀
    Hallo allemaal, fijne avond!
    gezellig met Sint Maarten
    een auto met Duits kenteken
    Bank am Wasser beim Spielplatz zerstört
    Wir fahren im Sommer nach Italien
    het water is te heet, schuur van de buren staat open
    ik ben boos en de max is 30
    رمضان كريم لكل الجيران
    met de AED erbij, iemand doet CPR
    Max 10 euro per gezin, max drie per persoon
    sterkte meis, tot morgen lieverd
    Wil je mee? Wil iemand mijn gieter? wil dat nou niet
    bel de ING of de Rabobank maar
    de boom van nr 12 is om
    die Golf van nr 8 en die Opel op 46
    welkom schat, kom erin
    Ons huis is klaar. Top. Fijn
    poes en hond zijn weer vrienden
    is de max van 30 nou ook hier
    een bos bloemen van de overkant
    mevrouw van de overkant en meneer van boven
    de roos bij de boer is mooi
    is dat al weg of ligt het er nog
    hij vroeg aan iemand of het weer kan
"""

HOSTILE = [
    "",
    "\0\x1b[31m\u202e",
    "😀" * 5_000,
    "a" * 20_000,
    "Jan " * 5_000,
    "van " * 5_000,
    "Van Der " * 2_500,
    "J. " * 6_000,
    "J." * 10_000,
    "A-" * 10_000,
    "'" * 20_000,
    "I\u0307\u0327" * 6_000,
]


@pytest.fixture(scope="module")
def lists() -> NameLists:
    return make_lists()


@pytest.fixture(scope="module")
def names(lists: NameLists) -> NameFinder:
    return ListNames(lists)


def lines(table: str) -> list[str]:
    return [line.strip() for line in table.strip().splitlines()]


def marked(text: str, names: NameFinder) -> str:
    for start, end in reversed(names.spans(text)):
        text = f"{text[:start]}[{text[start:end]}]{text[end:]}"
    return text


@pytest.mark.parametrize("line", lines(NAMED))
def test_a_name_is_found_with_its_last_name(line: str, names: NameFinder) -> None:
    text = re.sub(r"[\[\]]", "", line)
    found = marked(text, names)
    for name in re.findall(r"\[([^]]*)\]", line):
        assert f"[{name}]" in found


@pytest.mark.parametrize("text", lines(NOBODY))
def test_ordinary_talk_names_nobody(text: str, names: NameFinder) -> None:
    assert marked(text, names) == text


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:12]))
def test_hostile_text_is_read_to_its_end(text: str, names: NameFinder) -> None:
    for start, end in names.spans(text):
        assert 0 <= start < end <= len(text)


def test_spans_go_from_left_to_right_and_do_not_overlap(names: NameFinder) -> None:
    text = "Henk, Ria de Bruin en W. de Groot bellen met Fatima van der Zalm"
    spans = names.spans(text)
    assert len(spans) == 4
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


def test_built_lists_find_the_same(tmp_path: Path, names: NameFinder) -> None:
    build_names(tmp_path)
    built = load_names(tmp_path)
    for line in (*lines(NAMED), *lines(NOBODY)):
        assert built.spans(line) == names.spans(line)
