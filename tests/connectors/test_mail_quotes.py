"""Of a mail only what was written now: samples as mail programs make them, all invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.sources._mail_html import text_of_html
from connectors.sources._mail_quotes import own_words

NEW = "Er staat nog steeds een busje zonder kenteken voor nummer 36."

HISTORY = {
    "Gmail": """
Op zo 12 apr 2026 om 14:03 schreef Anna de Vries <anna@voorbeeld.example>:

> Kan iemand even kijken?
> Groet, Anna
""",
    "Gmail, broken over two lines": """
Op zo 12 apr 2026 om 14:03 schreef Anna de Vries van de Bostonsingel <
anna.de.vries@voorbeeld.example>:

> Kan iemand even kijken?
""",
    "Gmail, broken over three lines": """
Op zo 12 apr 2026 om 14:03
schreef Anna de Vries van de Bostonsingel
<anna.de.vries@voorbeeld.example>:
> Kan iemand even kijken?
""",
    "Gmail, older": """
2026-04-12 14:03 GMT+02:00 Anna de Vries <anna@voorbeeld.example>:

> Kan iemand even kijken?
""",
    "Gmail, English": """
On Sun, Apr 12, 2026 at 2:03 PM Anna de Vries <anna@voorbeeld.example>
wrote:

> Kan iemand even kijken?
""",
    "Apple Mail": """

> Op 12 apr. 2026 om 14:03 heeft Anna de Vries <anna@voorbeeld.example> het volgende geschreven:
>
> Kan iemand even kijken?
""",
    "Apple Mail, not marked": """
Op 12 apr. 2026 om 14:03 heeft Anna de Vries <anna@voorbeeld.example> het
volgende geschreven:

Kan iemand even kijken?
""",
    "Apple Mail, English": """
On 12 Apr 2026, at 14:03, Anna de Vries <anna@voorbeeld.example> wrote:

Kan iemand even kijken?
""",
    "Apple Mail, forwarded": """
Begin doorgestuurd bericht:

Van: Anna de Vries <anna@voorbeeld.example>
Onderwerp: kijken
Datum: 12 april 2026 om 14:03:11 CEST
Aan: Buren <buren@voorbeeld.example>

Kan iemand even kijken?
""",
    "Thunderbird": """
Op 12-04-2026 om 14:03 schreef Anna de Vries:
> Kan iemand even kijken?
""",
    "Thunderbird, name first": """
Anna de Vries schreef op 12-4-2026 om 14:03:
> Kan iemand even kijken?
""",
    "Thunderbird, comma": """
Op 12-04-2026 14:03, Anna de Vries schreef:
> Kan iemand even kijken?
""",
    "Thunderbird, English": """
On 12/04/2026 14:03, Anna de Vries wrote:
> Kan iemand even kijken?
""",
    "Outlook": """
Van: Anna de Vries <anna@voorbeeld.example>
Verzonden: zondag 12 april 2026 14:03
Aan: Buren <buren@voorbeeld.example>
Onderwerp: kijken

Kan iemand even kijken?
""",
    "Outlook, ruled off": """
________________________________
Van: Anna de Vries <anna@voorbeeld.example>
Verzonden: zondag 12 april 2026 14:03
Aan: Buren <buren@voorbeeld.example>
CC: Piet
Onderwerp: kijken

Kan iemand even kijken?
""",
    "Outlook, bold": """
*Van:* Anna de Vries <anna@voorbeeld.example>
*Verzonden:* zondag 12 april 2026 14:03
*Aan:* Buren <buren@voorbeeld.example>
*Onderwerp:* kijken

Kan iemand even kijken?
""",
    "Outlook, English": """
From: Anna de Vries <anna@voorbeeld.example>
Sent: Sunday, April 12, 2026 2:03 PM
To: Buren <buren@voorbeeld.example>
Subject: kijken

Kan iemand even kijken?
""",
    "Outlook, older": """
-----Oorspronkelijk bericht-----
Van: Anna de Vries
Verzonden: zondag 12 april 2026 14:03

Kan iemand even kijken?
""",
    "Outlook Express": """
----- Original Message -----
From: Anna de Vries
To: Buren
Sent: Sunday, April 12, 2026 2:03 PM

Kan iemand even kijken?
""",
    "webmail": """
-----Origineel bericht-----
Kan iemand even kijken?
""",
    "webmail, spaced": """
-------- Oorspronkelijk bericht --------
Kan iemand even kijken?
""",
    "Samsung": """
-------- Oorspronkelijk bericht --------
Van: Anna de Vries <anna@voorbeeld.example>
Datum: 12-04-2026 14:03 (GMT+01:00)
Aan: Buren <buren@voorbeeld.example>
Onderwerp: kijken

Kan iemand even kijken?
""",
    "Gmail, forwarded": """
---------- Forwarded message ---------
Van: Anna de Vries <anna@voorbeeld.example>
Date: zo 12 apr 2026 om 14:03
Subject: kijken
To: <buren@voorbeeld.example>

Kan iemand even kijken?
""",
    "forwarded, Dutch": """
---------- Doorgestuurd bericht ----------
Van: Anna de Vries

Kan iemand even kijken?
""",
    "forwarded, English Apple": """
Begin forwarded message:

From: Anna de Vries <anna@voorbeeld.example>
Subject: kijken
""",
    "only marked": """
> Kan iemand even kijken?
>> Waar dan?
""",
    "German": """
Am So., 12. Apr. 2026 um 14:03 Uhr schrieb Anna <anna@voorbeeld.example>:
> Kan iemand even kijken?
""",
    "signature": """
--
Piet Jansen
Bostonsingel 12
06-12345678
""",
    "greeting and name": """
Met vriendelijke groet,

Piet Jansen
Bostonsingel 12, Den Haag
06-12345678
""",
    "short greeting": "\nGroetjes, Piet\n",
    "very short greeting": "\nGr. Piet\n",
    "mvg": "\nmvg\nPiet\n",
    "English greeting": "\nKind regards,\nPiet\n",
    "telephone": "\nVerstuurd vanaf mijn iPhone\n",
    "telephone, Samsung": "\nVerzonden vanaf mijn Samsung Galaxy-smartphone.\n",
    "telephone, English": "\nSent from my iPad\n",
    "Outlook for a telephone": "\nDownload Outlook voor iOS\n",
    "Outlook for a telephone, English": "\nGet Outlook for Android\n",
    "footer of the law": """
Dit bericht kan informatie bevatten die niet voor u is bestemd. Indien u niet de geadresseerde
bent, wordt u verzocht dat aan de afzender te melden.
""",
    "footer of the law, English": """
This message and any attachments are confidential.
""",
    "footer of a list": """
_______________________________________________
Je ontvangt deze e-mail omdat je lid bent van de lijst buren.
Afmelden: https://lijst.example/uit
""",
    "footer of a scanner": "\nVirusvrij.www.avast.com\n",
}


@pytest.mark.parametrize("history", HISTORY.values(), ids=HISTORY.keys())
def test_what_a_program_adds_or_repeats_is_not_what_was_written(history: str) -> None:
    kept = own_words(f"{NEW}\n{history}")
    lines = [line for line in kept.splitlines() if line.strip()]
    assert lines == [NEW]


@pytest.mark.parametrize("history", HISTORY.values(), ids=HISTORY.keys())
def test_windows_line_ends_and_hard_spaces_make_no_difference(history: str) -> None:
    written = f"{NEW}\n{history}".replace("\n", "\r\n").replace(" om ", "\u00a0om\u202f")
    assert own_words(written).startswith(NEW)
    assert "even kijken" not in own_words(written)


def test_an_answer_under_or_between_what_is_quoted_is_kept() -> None:
    written = """
Op 12-04-2026 om 14:03 schreef Anna de Vries:
> Kan iemand even kijken?
Ja, ik loop er nu heen.

> En wie belt de politie?
Dat heb ik gedaan.
"""
    assert own_words(written) == "Ja, ik loop er nu heen.\n\nDat heb ik gedaan."


@pytest.mark.parametrize(
    "written",
    [
        "Van de week is er weer ingebroken: bij nummer 36.",
        "Op 12 april schreef iemand met verf op de muur: weg ermee.",
        "Om 14:03 stond er iemand op de muur te schrijven:\ntwee letters en een hart.",
        "Groet van de overkant: hier is het raak, er ligt glas.\nEn bij de vijver ook.",
        "Aan de overkant\nDatum: vandaag\nstaat een bord.",
        "Van: de overkant gezien\nstaat er een busje",
        "Er staat -- denk ik -- iemand op het dak.",
        "Verstuurd vanaf de camera aan de overkant zag ik hem",
        "prijs > 100 euro gestolen",
        "Van 14:00 tot 15:00 uur knallen.\nAan: niemand doet er wat aan.",
    ],
)
def test_what_only_looks_like_it_is_kept_whole(written: str) -> None:
    assert own_words(written) == written


def test_a_greeting_with_words_after_it_is_no_signature() -> None:
    written = "Hallo buren,\n\nGroeten\nuit de tuin: " + "er ligt overal glas, kijk uit. " * 4
    assert own_words(written) == written.strip()


def test_nothing_but_what_others_wrote_is_nothing() -> None:
    for history in ("Gmail", "Outlook", "Apple Mail, forwarded", "Gmail, forwarded", "only marked"):
        assert own_words(HISTORY[history]) == ""


def test_two_histories_one_in_the_other_go_together() -> None:
    assert own_words(NEW + HISTORY["Gmail"] + HISTORY["Outlook"] + HISTORY["Thunderbird"]) == NEW


PAGES = {
    "Gmail": f"""<div dir="ltr">{NEW}</div><br><div class="gmail_quote"><div dir="ltr"
class="gmail_attr">Op zo 12 apr 2026 om 14:03 schreef Anna &lt;<a href="mailto:a@b.example">
a@b.example</a>&gt;:<br></div><blockquote class="gmail_quote" style="margin:0">Kan iemand even
kijken?</blockquote></div>""",
    "Outlook": f"""<html><head><style>p {{color: red}}</style></head><body><p>{NEW}</p>
<div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>Van:</b> Anna<br><b>Verzonden:</b>
zondag<br><b>Aan:</b> Buren<br></div><div>Kan iemand even kijken?</div></body></html>""",
    "Outlook, desktop": f"""<p class=MsoNormal>{NEW}<o:p></o:p></p><div style='border:none'>
<p class=MsoNormal><b>Van:</b> Anna<br><b>Verzonden:</b> zondag 12 april<br><b>Aan:</b> Buren<br>
<b>Onderwerp:</b> kijken<o:p></o:p></p></div><p>Kan iemand even kijken?</p>""",
    "Apple Mail": f"""<html><body>{NEW}<br><div><br><blockquote type="cite"><div>Op 12 apr. 2026
om 14:03 heeft Anna het volgende geschreven:</div><div>Kan iemand even kijken?</div></blockquote>
</div></body></html>""",
    "Thunderbird": f"""<p>{NEW}</p><div class="moz-cite-prefix">Op 12-04-2026 om 14:03 schreef
Anna:<br></div><blockquote type="cite" cite="mid:x"><pre>Kan iemand even kijken?</pre>
</blockquote>""",
    "Yahoo": f"""<div>{NEW}</div><div class="yahoo_quoted"><div>Op zondag 12 april 2026 14:03
schreef Anna:</div><div>Kan iemand even kijken?</div></div>""",
    "hidden": f"""<div style="display:none">Kan iemand even kijken?</div><p>{NEW}</p>
<span style="font-size:0;max-height:0">Kan iemand even kijken?</span>
<script>Kan iemand even kijken?</script><img src="http://x.example/1.png" alt="kijken?">""",
}


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())
def test_of_a_page_only_what_was_written_now_is_kept(page: str) -> None:
    assert own_words(text_of_html(page)) == NEW


def test_a_page_is_read_as_it_is_seen() -> None:
    page = (
        "<ul><li>een<li>twee</ul><table><tr><td>drie</td><td>vier</td></tr></table>&lt;b&gt; &euro;"
    )
    assert text_of_html(page).split("\n") == ["een", "twee", "", "drie vier", "", "<b> €"] or (
        [line for line in text_of_html(page).split("\n") if line]
        == ["een", "twee", "drie vier", "<b> €"]
    )


HOSTILE = [
    "<" * 300_000,
    "<!--" * 75_000,
    "<![CDATA[" * 30_000,
    "<div>" * 60_000 + "diep",
    "</div>" * 50_000,
    "<a " + "b='" * 60_000,
    "<!DOCTYPE " * 30_000,
    "&" * 300_000,
    "&#x" + "f" * 290_000,
    "<script>" + "x" * 290_000,
    "<p style='" + "display:" * 30_000 + "'>x",
    "<script>" + "</" * 140_000,
    "<script>" + "</s" * 90_000,
    "<a " * 90_000,
    "<a b" * 70_000,
    "</a " * 70_000,
    "<?" * 140_000,
    "&#" + "9" * 290_000 + ";",
    "<a x=\"'" * 30_000,
    "<a ='=\"" * 30_000,
    "<p id=x class=y style=z " * 10_000,
    '="' * 140_000 + "<a ",
    "<a " + "= " * 140_000,
    "<a/" * 90_000,
    "&lt;" * 70_000,
    "<textarea>" + "</text" * 40_000,
]


@pytest.mark.parametrize("page", HOSTILE, ids=range(len(HOSTILE)))
def test_a_page_made_to_keep_us_busy_is_read_to_its_end(page: str) -> None:
    assert len(text_of_html(page)) <= len(page)


LINES = [
    "Op " + "1" * 100_000,
    ("Op 12:03 " + "schreef " * 60 + "\n") * 2000,
    "Van: x\n" * 50_000,
    ("a " * 200 + "\n") * 4000,
    "-" * 100_000,
    ("_" * 400 + "\n") * 3000,
    "verzonden vanaf mijn " * 5000,
    "Op 12:00 heeft " + "a" * 390 + ":",
    ("\n" * 10 + "-----\n") * 3000,
]


@pytest.mark.parametrize("text", LINES, ids=range(len(LINES)))
def test_a_text_made_to_keep_us_busy_is_read_to_its_end(text: str) -> None:
    assert len(own_words(text)) <= len(text)


@given(st.text(max_size=400))
def test_any_text_gives_some_of_its_own_lines(text: str) -> None:
    assert len(own_words(text)) <= len(text)


@given(st.text(alphabet="<>/= \"'abpdivscrt!-&;#x\n", max_size=300))
def test_any_page_gives_text(page: str) -> None:
    assert isinstance(text_of_html(page), str)
