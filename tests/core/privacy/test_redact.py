"""What is taken out of a text, and what stays: the message, then what most roles read."""

from __future__ import annotations

import re

import pytest

from core.locate import Gazetteer, Place
from core.privacy.redact import redact

PEOPLE = (
    "Ko van Dijkplein",
    "Ahmed van de Limastraat",
    "Thijmen Blok",
    "Henk",
    "Sanne de Wit",
    "Betje Wolff",
    "Tuinhof",
)

TAKEN_OUT = """
    bel me op 06-12345678                            | bel me op [telefoon]
    06 12 34 56 78 of 070 - 123 45 67                | [telefoon] of [telefoon]
    +31 6 12345678 / 0031612345678                   | [telefoon] / [telefoon]
    my number is +44 20 7946 0958                    | my number is [telefoon]
    mail sanne.dewit@voorbeeld.nl even               | mail [e-mail] even
    kenteken 12-AB-34, wit busje                     | kenteken [kenteken], wit busje
    zwarte Golf XX-99-99                             | zwarte Golf [kenteken]
    GB-001-B stond dwars                             | [kenteken] stond dwars
    99-XXX-9 en 9-XXX-99                             | [kenteken] en [kenteken]
    XXX-99-X en X-999-XX                             | [kenteken] en [kenteken]
    XX-999-X en 9-XX-999                             | [kenteken] en [kenteken]
    scooter F482KL                                   | scooter [kenteken]
    bus met kenteken gb001b                          | bus met kenteken [kenteken]
    busje, begint met VJ-8                           | busje, begint met [kenteken]
    Pools kenteken WGM-2741K                         | Pools kenteken [kenteken]
    Duitse auto HB-KR 2210                           | Duitse auto [kenteken]
    plaat eindigt op -XN                             | plaat eindigt op [kenteken]
    maak over op NL20INGB0001234567                  | maak over op [iban]
    NL20 INGB 0001 2345 67 graag                     | [iban] graag
    DE89370400440532013000                           | [iban]
    mijn bsn is 111222333                            | mijn bsn is [bsn]
    bsn 12345678                                     | bsn [bsn]
    brief met 123456782 erop                         | brief met [bsn] erop
    geboren 14-03-1968                               | geboren [geboortedatum]
    geb. 3 maart 1968                                | geb. [geboortedatum]
    meisje, 14-06-2009, blauwe jas                   | meisje, [geboortedatum], blauwe jas
    @buurtmoeder zag het ook                         | [account] zag het ook
    @wijk@mastodon.nl zag het ook                    | [account] zag het ook
    op insta heet ie wvelder070                      | op insta heet ie [account]
    tag van kleine_rachid op de muur                 | tag van [account] op de muur
    bel nul zes twaalf vierendertig zesenvijftig achtenzeventig | bel [telefoon]
    mijn nummer is nul zes een twee drie vier vijf zes zeven acht | mijn nummer is [telefoon]
    call zero six one two three four five six        | call [telefoon]
    mail jan apenstaartje gmail punt com             | mail [e-mail]
    jan [at] gmail.com                               | [e-mail]
    it is jan at gmail dot com                       | it is [e-mail]
    busje met gb streepje 001 streepje b erop        | busje met [kenteken] erop
    geboren op drie maart negentienachtenzestig      | geboren op [geboortedatum]
    mijn nummer is 06 12 44 en dan 51 70             | mijn nummer is [telefoon]
    klaas@ postvak.nl                                | [e-mail]
    klaas87, apenstaartje postvak                    | [e-mail]
    kenteken eindigt op kd                           | kenteken eindigt op [kenteken]
    geboren in augustus 1971                         | geboren in [geboortedatum]
    geboortedatum 12061954                           | geboortedatum [geboortedatum]
    zie facebook.com/klaas.vaak.7                    | zie facebook.com/[account]
    haar nummer is 06 4412, de rest volgt            | haar nummer is [telefoon], de rest volgt
    bel 06 vijftien 22 dertig 41 zes                 | bel [telefoon]
    jan laag streepje smit at postvak punt nl        | [e-mail]
    plaat eindigt op KR zag ik nog                   | plaat eindigt op [kenteken] zag ik nog
    hij begon met NXF en dan een 4                   | hij begon met [kenteken] en dan een 4
    kenteken eindigt op -KLM-3                       | kenteken eindigt op [kenteken]
    die Volvo ook, 31 KDR 7                          | die Volvo ook, [kenteken]
    Henk woont op nr 12                              | [naam] woont op nr 12
    vraag Sanne de Wit, 06-12345678                  | vraag [naam], [telefoon]
    Tuinhof belde                                    | [naam] belde
"""

KEPT = """
    bel 112 of 0900-8844, niet 144
    gemeente 14070 of 0800-7000
    om 22:15 stonden er 12 man op nr 36
    sinds 12-04-2021 staat het er
    tram 16 en 17, 500 euro, 2500 m2
    de nieuwe e-bike is weg, covid-19, A4
    Bostonsingel 12-14 en nr 4 t/m 20
    https://www.denhaag.nl/afval
    2548 AB Den Haag
    Limastraat 12a, 3e etage
    #wateringse_veld #graffiti
    dank @politie en @GemeenteDenHaag, @HTM_Reisinfo
    we are new here at Bostonsingel. Just saying hi
    nul op tien voor dat plan, een twee drie klaar
    zie facebook.com/gemeentedenhaag
    kenteken eindigt op een zeven of zo
    dank @ iedereen, we zijn @ home
    het begint met AH en eindigt met ME
    HET BEGINT MET WIJ EN EINDIGT OP ZIJ
    op 06 11 21 om 06 30 stond hij er al
    groep 31 van 7, 12 min, 3 jaar
    5 4 3 2 1 0 en weg was hij
"""

PLACES_WIN = """
    brand op het Ko van Dijkplein 7                  | brand op het Ko van Dijkplein 7
    Ahmed van de Limastraat is top                   | [naam] van de Limastraat is top
    Thijmen Blok, Limastraat 3                       | [naam], Limastraat 3
    naar de Betje Wolffstraat 12                     | naar de Betje Wolffstraat 12
"""

HOSTILE = [
    "",
    "\0\x1b[31m\t",
    "😀" * 5_000,
    "\u202eHenk\u202c \u200f06-12345678",
    "<b>Henk</b> <script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "1" * 20_000,
    "1-" * 10_000,
    "06 " * 7_000,
    "a@" * 10_000,
    "a." * 10_000,
    "_a" * 10_000,
    "NL20 " * 4_000,
    "XX-" * 7_000,
    "A " * 10_000,
    "kenteken " * 2_200,
    "nul " * 5_000,
    "a streepje " * 2_000,
    "a punt " * 3_000,
    "@" + "den" * 7_000,
    "Van Der " * 2_500,
]


class Known:
    """Finds exactly the people of this file."""

    def spans(self, text: str) -> list[tuple[int, int]]:
        return [match.span() for name in PEOPLE for match in re.finditer(re.escape(name), text)]


@pytest.fixture(scope="module")
def places() -> Gazetteer:
    names = ("Ko van Dijkplein", "Limastraat", "Bostonsingel")
    return Gazetteer(
        [Place(name=name, kind="street", lat=52.0, lon=4.3, radius_m=100) for name in names]
    )


def rows(table: str) -> list[list[str]]:
    return [
        [cell.strip() for cell in re.split(r"\s+\|\s+", line.strip())]
        for line in table.strip().splitlines()
    ]


@pytest.mark.parametrize(("text", "read"), rows(TAKEN_OUT))
def test_personal_details_are_taken_out(text: str, read: str, places: Gazetteer) -> None:
    assert redact(text, Known(), places) == read


@pytest.mark.parametrize("text", [row[0] for row in rows(KEPT)])
def test_what_is_no_personal_detail_stays(text: str, places: Gazetteer) -> None:
    assert redact(text, Known(), places) == text


@pytest.mark.parametrize(("text", "read"), rows(PLACES_WIN))
def test_a_place_wins_over_a_name(text: str, read: str, places: Gazetteer) -> None:
    assert redact(text, Known(), places) == read


def test_redacting_twice_changes_nothing_more(places: Gazetteer) -> None:
    for text, _ in rows(TAKEN_OUT):
        once = redact(text, Known(), places)
        assert redact(once, Known(), places) == once


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:12]))
def test_hostile_text_is_read_to_its_end(text: str, places: Gazetteer) -> None:
    once = redact(text, Known(), places)
    assert redact(once, Known(), places) == once
