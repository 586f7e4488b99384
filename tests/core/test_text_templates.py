"""Texts that staff write once: what is refused, how they fill, their versions, what uses them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import triage
from core.domain import TextKind, TextTemplate, Tone
from core.emergency import RULES
from core.errors import BadInput, ChangedMeanwhile, HNMError, NotAllowed, NotFound
from core.i18n import catalogue, error_text
from core.ports import SourceCard
from core.receipts import give_receipt, receipt_text
from core.reciprocity import TEXTS, Rules, rules_of, set_rules, words_for
from core.report_back import LONGEST
from core.text_templates import (
    AUTOMATIC,
    MOST,
    PLACEHOLDERS,
    BadText,
    automatic_text,
    bring_back_text,
    change_text,
    checked,
    codes,
    example_values,
    fill,
    longest_form,
    offered,
    restore_text,
    use_by_itself,
    values_of,
    withdraw_text,
    write_text,
)
from tests.neighbourhood import Neighbourhood
from tests.people import People
from tests.reciprocal import answerable, means_of

CARDS = {
    "demo": SourceCard(name_nl="Demo", name_en="Demo", group_send=True),
    "kort": SourceCard(name_nl="Kort", name_en="Short", group_send=True, longest_text=300),
}
DONE = TextTemplate(
    name="Opgeruimd",
    kind=TextKind.DONE,
    text="Het {topic} bij {place} is opgeruimd door {team}. Uw nummer is {number}.",
)
EVENING = """
    at    | author | text
    20:01 | Anna   | Weer grofvuil op de Bostonsingel 36
"""


@pytest.mark.parametrize(
    "text",
    [
        "{0.__class__}",
        "{topic.__class__}",
        "{topic!r}",
        "{topic:>10}",
        "{}",
        "{ topic }",
        "{Topic}",
        "{message}",
        "{{topic}}",
        "{{",
        "open {topic",
        "dicht topic}",
        "{to{pic}ic}",
        "%(topic)s {x}",
    ],
)
def test_what_is_no_placeholder_is_refused(text: str) -> None:
    with pytest.raises(BadText) as refused:
        checked(replace(DONE, text=text), CARDS)
    assert refused.value.params["why"] in ("texts.why_unknown", "texts.why_brace")


@pytest.mark.parametrize(
    "text", ["a\x00b", "a\x1b[31m", "a\u202eb", "a\u200bb", "a\ufeffb", "a\x85b", "a\tb", "a\ud800"]
)
def test_hidden_characters_are_refused(text: str) -> None:
    with pytest.raises(BadText) as refused:
        checked(replace(DONE, text=text), CARDS)
    assert refused.value.params["why"] == "texts.why_hidden"


@pytest.mark.parametrize("text", ["", "   ", "\n\n", RULES["nl"], f"\n{RULES['en']}"])
def test_a_text_that_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(BadText):
        checked(replace(DONE, text=text), CARDS)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 61},
        {"name": "a\x07b"},
        {"topics": ("kletsen",)},
        {"sources": ("fax",)},
        {"language": "tlh"},
    ],
    ids=str,
)
def test_what_is_about_nothing_we_know_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        checked(replace(DONE, **wrong), CARDS)


def test_markup_is_text_and_emoji_are_letters() -> None:
    text = "<b>Dank</b> & tot ziens 👩‍🚒 شكرا"
    assert checked(replace(DONE, text=text), CARDS).text == text


def test_line_ends_and_empty_lines_are_tidied() -> None:
    text = "Dag buurt,  \r\n\r\n\r\n\r\nDank.\r"
    assert checked(replace(DONE, text=text), CARDS).text == "Dag buurt,\n\nDank."


@pytest.mark.parametrize("language", sorted(RULES))
def test_the_rule_is_not_kept_but_always_said(language: str) -> None:
    draft = replace(DONE, text=f"Dank.\n{RULES[language]}", language=language)
    kept = checked(draft, CARDS)
    assert kept.text == "Dank."
    assert longest_form(kept.text, language) == f"Dank.\n{RULES[language]}"


def test_a_text_must_fit_with_everything_filled_in() -> None:
    room = LONGEST - len(f"\n{RULES['nl']}")
    assert checked(replace(DONE, text="x" * room), CARDS)
    for text in ("x" * (room + 1), "x" * (room - 59) + "{place}", "x" * 1_000_000):
        with pytest.raises(BadText) as refused:
            checked(replace(DONE, text=text), CARDS)
        assert refused.value.params["why"] == "texts.why_long"


def test_where_a_channel_is_named_it_must_fit_in_one_post_there() -> None:
    long = replace(DONE, text="x" * 290)
    assert checked(long, CARDS)
    assert checked(replace(long, sources=("demo",)), CARDS)
    with pytest.raises(BadText) as refused:
        checked(replace(long, sources=("demo", "kort")), CARDS)
    assert "Kort" in error_text("nl", refused.value)
    assert "300" in error_text("en", refused.value)


@given(st.text(max_size=80), st.text(alphabet="{}tfopicx.!", max_size=40))
def test_a_value_is_never_read_as_a_text(value: str, tail: str) -> None:
    found = fill(
        "{topic}" + tail.replace("{topic}", ""), {"topic": "{place}" + value, "place": "X"}
    )
    assert "{place}"[: PLACEHOLDERS["topic"]] in found
    assert "X" not in found.removeprefix("{place}") or "X" in value


@given(st.dictionaries(st.sampled_from(sorted(PLACEHOLDERS)), st.text(max_size=300)))
def test_no_value_makes_a_text_longer_than_was_reckoned_with(values: dict[str, str]) -> None:
    text = "".join(f"{{{name}}}" for name in PLACEHOLDERS)
    filled = fill(text, values)
    assert len(filled) <= sum(PLACEHOLDERS.values())
    assert "\n" not in filled


def test_every_placeholder_has_a_value_in_every_language(
    street: Neighbourhood, people: People
) -> None:
    street.writes(EVENING)
    for language in RULES:
        values = values_of(street.incident(), language, {})
        assert set(values) == set(example_values(language)) == set(PLACEHOLDERS)
        assert all(values.values())
    assert values_of(street.incident(), "nl", {}, "HNM Hoge Veld")["group"] == "HNM Hoge Veld"


def test_a_text_fills_in_for_an_incident(street: Neighbourhood, people: People) -> None:
    street.writes(EVENING)
    street.does(triage.hand_over, 1, people.dora, "handhaving", None)
    said = fill("{incident}, {when}: {team}, {number}", values_of(street.incident(), "nl", {}))
    assert said == "afval bij Bostonsingel 36, zaterdag 10 april om 20:01 uur: Handhaving, HNM-1"


def test_a_colleague_is_never_named_to_residents(street: Neighbourhood, people: People) -> None:
    street.writes(EVENING)
    street.does(triage.claim, 1, people.dora)
    values = values_of(street.incident(), "nl", {"dora": "Dora Meldkamer"})
    assert not any("Dora" in value or "dora" in value for value in values.values())


def test_texts_keep_their_versions(street: Neighbourhood, people: People) -> None:
    with street.store.unit() as unit:
        text_id = write_text(street.pilot.id, DONE, CARDS, people.lea, unit)
        first = unit.texts.get(text_id)
        assert first is not None and first.version == 1
        second = replace(first, text="Anders.", tone=Tone.SHORT)
        assert change_text(second, CARDS, people.ada, unit) == 2
        assert change_text(replace(second, version=2), CARDS, people.ada, unit) == 2
        with pytest.raises(ChangedMeanwhile):
            change_text(replace(first, text="Weer anders."), CARDS, people.lea, unit)
        assert restore_text(text_id, 1, CARDS, people.lea, unit) == 3
        assert [one.version for one in unit.texts.versions(text_id)] == [3, 2, 1]
        now = unit.texts.get(text_id)
        assert now is not None and codes(now) == codes(DONE)
        with pytest.raises(NotFound):
            restore_text(text_id, 9, CARDS, people.lea, unit)
    with street.store.read() as connection:
        from core.store import Unit

        entries = Unit(connection, street.clock()).audit.of("text_template", text_id)
    assert [entry.action for entry in entries] == ["text_written", "text_changed", "text_changed"]
    assert entries[1].detail["after"]["text"] == "Anders."


def test_who_writes_texts(street: Neighbourhood, people: People) -> None:
    with street.store.unit() as unit:
        text_id = write_text(street.pilot.id, DONE, CARDS, people.lea, unit)
    for step in (
        lambda unit, who: write_text(street.pilot.id, DONE, CARDS, who, unit),
        lambda unit, who: change_text(replace(DONE, id=text_id, version=1), CARDS, who, unit),
        lambda unit, who: restore_text(text_id, 1, CARDS, who, unit),
        lambda unit, who: withdraw_text(text_id, who, unit),
        lambda unit, who: bring_back_text(text_id, who, unit),
        lambda unit, who: use_by_itself(text_id, "thanks", who, unit),
    ):
        for who in (people.dora, people.wim, people.hanna, people.ron, people.bep):
            with street.store.unit() as unit, pytest.raises(NotAllowed):
                step(unit, who)
    with street.store.unit() as unit, pytest.raises(NotAllowed):
        use_by_itself(text_id, "thanks", people.lea, unit)


def test_a_withdrawn_text_is_offered_no_more(street: Neighbourhood, people: People) -> None:
    with street.store.unit() as unit:
        text_id = write_text(street.pilot.id, DONE, CARDS, people.lea, unit)
        assert [one.id for one in _offered(unit.texts.all(street.pilot.id))] == [text_id]
        withdraw_text(text_id, people.lea, unit)
        assert _offered(unit.texts.all(street.pilot.id)) == []
        bring_back_text(text_id, people.lea, unit)
        assert [one.id for one in _offered(unit.texts.all(street.pilot.id))] == [text_id]
        with pytest.raises(NotFound):
            withdraw_text(99, people.lea, unit)


def test_there_is_an_end_to_them(street: Neighbourhood, people: People) -> None:
    with street.store.unit() as unit:
        for _ in range(MOST):
            unit.texts.add(street.pilot.id, DONE, "lea")
        with pytest.raises(BadInput):
            write_text(street.pilot.id, DONE, CARDS, people.lea, unit)


def test_what_fits_is_offered_the_most_fitting_first() -> None:
    found = [
        replace(DONE, id=1, name="z algemeen"),
        replace(DONE, id=2, name="voor afval", topics=("afval",)),
        replace(DONE, id=3, name="ander onderwerp", topics=("inbraak",)),
        replace(DONE, id=4, name="ander kanaal", sources=("kort",)),
        replace(DONE, id=5, name="dit kanaal", sources=("demo",)),
        replace(DONE, id=6, name="vraag", kind=TextKind.QUESTION),
    ]
    assert [one.id for one in _offered(found)] == [2, 5, 1]


def test_what_leaves_by_itself_has_a_kind_and_the_products_own_words() -> None:
    assert set(AUTOMATIC) <= set(TEXTS)
    assert all(TEXTS[name] in catalogue("nl") for name in AUTOMATIC)


RECEIPT = replace(DONE, kind=TextKind.RECEIPT, text="We zijn ermee bezig, {number}.")


def test_what_leaves_by_itself_is_worded_so_only_when_that_was_chosen(
    street: Neighbourhood, people: People
) -> None:
    street.writes(EVENING)
    street.does(triage.accept, 1, people.dora)
    own = _receipt(street)
    with street.store.unit() as unit:
        text_id = write_text(street.pilot.id, RECEIPT, CARDS, people.lea, unit)
    assert _receipt(street) == own
    with street.store.unit() as unit:
        use_by_itself(text_id, "receipt_accept", people.ada, unit)
    assert _receipt(street) == "We zijn ermee bezig, HNM-1."
    with street.store.unit() as unit:
        new = replace(RECEIPT, id=text_id, version=1, text="Iets anders.")
        change_text(new, CARDS, people.lea, unit)
    assert _receipt(street) == "We zijn ermee bezig, HNM-1.", "as it was when it was chosen"
    with street.store.unit() as unit, pytest.raises(NotAllowed):
        withdraw_text(text_id, people.lea, unit)
    with street.store.unit() as unit:
        withdraw_text(text_id, people.ada, unit)
        bring_back_text(text_id, people.ada, unit)
    assert _receipt(street) == own


def test_a_receipt_in_another_language_has_its_own_rule_once(
    street: Neighbourhood, people: People
) -> None:
    around = answerable(street)
    around.writes(EVENING)
    around.does(triage.accept, 1, people.dora)
    with around.store.unit() as unit:
        draft = replace(RECEIPT, text="Thanks, {number}.", language="en")
        text_id = write_text(around.pilot.id, draft, CARDS, people.ada, unit)
        use_by_itself(text_id, "receipt_accept", people.ada, unit)
    around.does(give_receipt, 1, people.dora, hold=timedelta(0), means=means_of(around))
    with around.store.read() as connection:
        from core.store.talk_queries import sent_to

        (sent,) = sent_to(connection, around.group().id, 10)
    assert sent.text == f"Thanks, HNM-1.\n{RULES['en']}"


def test_a_text_for_the_topic_goes_before_one_for_all(
    street: Neighbourhood, people: People
) -> None:
    street.writes(EVENING)
    incident = street.incident()
    with street.store.unit() as unit:
        chosen = [
            write_text(street.pilot.id, draft, CARDS, people.ada, unit)
            for draft in (
                RECEIPT,
                replace(RECEIPT, topics=("afval",), text="Over uw afval."),
                replace(RECEIPT, topics=("inbraak",), text="Over de inbraak."),
                replace(RECEIPT, topics=("afval", "overlast"), text="Nieuwer."),
            )
        ]
        for text_id in chosen[:3]:
            use_by_itself(text_id, "receipt_accept", people.ada, unit)
        rules = rules_of(street.pilot.id, unit)
        assert words_for("receipt_accept", rules, incident) == "Over uw afval."
        use_by_itself(chosen[3], "receipt_accept", people.ada, unit)
        rules = rules_of(street.pilot.id, unit)
        assert words_for("receipt_accept", rules, incident) == "Nieuwer."
        assert {one.id for one in rules.templates} == {chosen[0], chosen[2], chosen[3]}
        assert automatic_text("receipt_accept", "wrak", rules.templates).id == chosen[0]  # type: ignore[union-attr]
        assert automatic_text("thanks", "wrak", rules.templates) is None


@pytest.mark.parametrize(
    ("draft", "name"),
    [
        (RECEIPT, "thanks"),
        (RECEIPT, "takeover"),
        (RECEIPT, "no_such"),
        (replace(RECEIPT, sources=("demo",)), "receipt_accept"),
    ],
)
def test_what_does_not_fit_does_not_leave_by_itself(
    street: Neighbourhood, people: People, draft: TextTemplate, name: str
) -> None:
    with street.store.unit() as unit:
        text_id = write_text(street.pilot.id, draft, CARDS, people.ada, unit)
        with pytest.raises(BadText):
            use_by_itself(text_id, name, people.ada, unit)


def test_setting_the_rules_leaves_the_chosen_texts_alone(
    street: Neighbourhood, people: People
) -> None:
    with street.store.unit() as unit:
        text_id = write_text(street.pilot.id, RECEIPT, CARDS, people.ada, unit)
        use_by_itself(text_id, "receipt_accept", people.ada, unit)
        set_rules(street.pilot.id, Rules(a_day=1), people.ada, unit)
        rules = rules_of(street.pilot.id, unit)
    assert (rules.a_day, [one.id for one in rules.templates]) == (1, [text_id])


def test_every_refusal_is_a_sentence() -> None:
    for text in ("", "{x}", "{", "a\x00", "x" * 5000):
        with pytest.raises(HNMError) as refused:
            checked(replace(DONE, text=text), CARDS)
        for language in ("nl", "en"):
            assert "texts." not in error_text(language, refused.value)


def _offered(found: list[TextTemplate]) -> list[TextTemplate]:
    return offered(found, [TextKind.DONE], "afval", ["demo"])


def _receipt(street: Neighbourhood) -> str | None:
    from core.store import Unit

    with street.store.read() as connection:
        return receipt_text(street.incident(), Unit(connection, street.clock()))
