"""What `cluster` weighs, with weights set by hand; the learned ones: tests/models/test_links.py."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from core.cluster import LearnedClusterer, Weights, softmax
from core.domain import (
    UNKNOWN_LOCATION,
    Assessment,
    Group,
    Location,
    Member,
    Message,
    OpenIncident,
    PlaceKind,
    Urgency,
)
from core.i18n import catalogue
from core.topics import topics
from core.words import rare_words

STREETS = {
    "Bostonsingel": (52.0342, 4.2832),
    "Havannasingel": (52.0346, 4.2853),
    "Londensingel": (52.0187, 4.2984),
}
HAND_SET = Weights(
    join={
        "replies": 6.0, "same_street": 3.0, "far": -1.5, "same_topic": 2.0, "here_0": 2.0,
        "here_3": 2.0, "here_10": 1.5, "here_30": 1.0, "here_120": 0.0, "here_480": -1.0,
        "here_1440": -2.0, "here_4320": -4.0, "after_retraction": -4.0, "shared": 1.0,
        "elsewhere": -3.0, "elsewhere_same_street": 2.0, "moving": 4.0, "other_number": -2.0,
    },
    opens={"opens": 1.5, "opens_place": 1.0},
)  # fmt: skip
START = datetime(2021, 4, 3, 20, 0, tzinfo=UTC)


def test_a_message_joins_what_the_table_says() -> None:
    for title, conversation in CONVERSATIONS.items():
        assert grouped(conversation) == expected(conversation), title


CONVERSATIONS = {
    "a follow-up without a content word goes with what was just said": """
        0 r1 HV - | inbraak | Bostonsingel | er wordt ingebroken bij de overburen = A
        2 r2 HV - | inbraak | | ja hier ook gehoord = A
    """,
    "two burglaries the same evening, streets apart, are two": """
        0 r1 HV - | inbraak | Bostonsingel | achterdeur opengebroken = A
        9 r2 HV - | inbraak | Londensingel | ruit van de schuur ingeslagen = B
    """,
    "a reply wins from what was said last": """
        0 r1 HV - | afval | Bostonsingel | bankstel naast de container = A
        5 r2 HV - | inbraak | Havannasingel | fiets weg uit de schuur = B
        6 r3 HV 1 | afval | | ligt er nog steeds = A
    """,
    "the same street in another group is the same event": """
        0 r1 HV - | noodgeval | Bostonsingel | auto in brand = A
        3 r2 TW - | noodgeval | Bostonsingel | vlammen uit een auto = A
    """,
    "a suspect on the move stays one incident": """
        0 r1 HV - | verdacht | Bostonsingel | man voelt aan deuren = A
        3 r2 HV - | verdacht | Londensingel | rent nu richting Londensingel = A
    """,
    "what was taken back has ended": """
        0 r1 HV - | verdacht | Bostonsingel | man voelt aan deuren = A
        9 r1 HV - | verdacht | | loos alarm, was de monteur -- = A
        99 r2 HV - | verdacht | | iemand staat binnen te gluren = B
    """,
    "a new group talk does not join another group's": """
        0 r1 HV - | overlast | | harde muziek = A
        1 r2 LV - | overlast | | harde muziek en geschreeuw = B
    """,
}


def test_the_first_message_opens_an_incident_and_says_so() -> None:
    link = clusterer().link(message("er brandt iets", 0), assessment("noodgeval"), place(""), [])

    assert link.opens
    assert link.reasons[0].kind == "first"
    assert link.strength == 1.0


def test_the_runner_up_is_kept_and_strength_is_a_probability() -> None:
    near, far = incident(1, "Bostonsingel"), incident(2, "Londensingel")

    link = clusterer().link(
        message("hier ook bij ons", 3), assessment("inbraak"), place("Bostonsingel"), [far, near]
    )

    assert (link.incident_id, link.runner_up) == (1, 2)
    assert 0.5 < link.strength <= 1.0


def test_a_second_topic_of_one_message_follows_the_first() -> None:
    told = incident(7, "Bostonsingel", key="both")

    link = clusterer().link(
        message("ruit in en geschreeuw", 0, key="both"), assessment("geweld"), place(""), [told]
    )

    assert link.incident_id == 7
    assert [reason.kind for reason in link.reasons] == ["same_message"]


def test_reasons_are_told_strongest_first_in_every_language() -> None:
    link = clusterer().link(
        message("weer iemand bij de blauwe schutting", 3),
        assessment("inbraak"),
        place("Bostonsingel"),
        [incident(1, "Bostonsingel", text="man klom over de blauwe schutting")],
    )

    kinds = [reason.kind for reason in link.reasons]
    assert kinds[0] == "same_street"
    assert link.reasons[0].what == "Bostonsingel"
    assert "same_words" in kinds
    for language in ("nl", "en"):
        for kind in ALL_KINDS:
            assert f"reason.{kind}" in catalogue(language)


ALL_KINDS = (
    "replies", "same_resident", "soon_after", "same_group", "same_topic", "same_street", "near",
    "alike", "same_words", "same_message", "together", "opens", "first",
)  # fmt: skip


def test_shared_words_are_shown_as_the_resident_wrote_them() -> None:
    link = clusterer().link(
        message("twee fietsen en een schutting", 500),
        assessment("inbraak"),
        place("Bostonsingel"),
        [incident(1, "Bostonsingel", text="zwarte fiets achter de schutting")],
    )

    told = {reason.kind: reason.what for reason in link.reasons}
    assert told["same_words"] == "schutting, fietsen"


def test_an_edited_message_is_weighed_with_its_new_words() -> None:
    grouping = clusterer()
    late = message("schutting", 500)
    before = incident(1, "", text="zwarte fiets")
    after = incident(1, "", text="schutting omver")

    def shared(open_incident: OpenIncident) -> float:
        found = grouping.weigh(late, assessment("inbraak"), place(""), [open_incident])
        return found.joining[0].get("shared", 0.0)

    assert shared(before) == 0.0
    assert shared(after) > 0.0


@pytest.mark.parametrize("text", ["", "🙈", "\u202e abc", "<b>x</b>", "=1+1", "a" * 20_000])
def test_odd_texts_are_weighed_without_error(text: str) -> None:
    link = clusterer().link(
        message(text, 1), assessment("overlast"), UNKNOWN_LOCATION, [incident(1, "")]
    )

    assert 0.0 <= link.strength <= 1.0


def test_softmax_stands_large_scores() -> None:
    assert softmax(softmax_input()).tolist() == [0.0, 1.0]


def softmax_input():
    import numpy as np

    return np.array([-5000.0, 5000.0])


def grouped(conversation: str) -> list[str]:
    """The letters of the incidents in order of opening, as the clusterer puts the messages."""
    grouping = clusterer()
    members: dict[int, list[Member]] = {}
    letters = []
    for number, line in enumerate(lines(conversation), 1):
        head, topic, street, told = (part.strip() for part in line.split("|"))
        minutes, author, group, answers = head.split()
        text = told.rsplit("=", 1)[0].strip()
        one = message(
            text,
            int(minutes),
            key=f"m{number}",
            author=author,
            group=group,
            reply_to=None if answers == "-" else f"m{answers}",
        )
        judged = assessment(topic, retracts=text.endswith("--"))
        here = place(street)
        offered = [open_incident(number, found) for number, found in members.items()]
        chosen = grouping.link(one, judged, here, offered).incident_id or len(members) + 1
        members.setdefault(chosen, []).append(member(one, judged, here))
        letters.append(chr(ord("A") + chosen - 1))
    return letters


def expected(conversation: str) -> list[str]:
    return [line.rsplit("=", 1)[1].strip() for line in lines(conversation)]


def lines(conversation: str) -> list[str]:
    return [line for line in conversation.strip().splitlines() if line.strip()]


def clusterer() -> LearnedClusterer:
    return LearnedClusterer(HAND_SET, topics())


def message(
    text: str,
    minutes: int,
    *,
    key: str = "new",
    author: str = "r9",
    group: str = "HV",
    reply_to: str | None = None,
) -> Message:
    return Message(
        key=key,
        group=Group(
            id=sum(map(ord, group)),
            pilot_id=1,
            source="demo",
            native_id=group,
            name=group,
            area_id=None,
        ),
        resident=author,
        sent_at=START + timedelta(minutes=minutes),
        text=text,
        redacted=text,
        reply_to=reply_to,
    )


def assessment(topic: str, retracts: bool = False) -> Assessment:
    return Assessment(
        topic=topic,
        confidence=0.9,
        urgency=Urgency.NOT_URGENT,
        urgency_confidence=0.9,
        grounds=(),
        model="by hand",
        retracts=retracts,
    )


def place(street: str) -> Location:
    if not street:
        return UNKNOWN_LOCATION
    lat, lon = STREETS[street]
    return Location(kind=PlaceKind.STREET, lat=lat, lon=lon, radius_m=120, street=street)


def member(one: Message, judged: Assessment, here: Location) -> Member:
    return Member(
        message_id=sum(map(ord, one.key)),
        key=one.key,
        group_id=one.group.id,
        resident=one.resident,
        sent_at=one.sent_at,
        topic=judged.topic,
        urgent=False,
        location=here,
        embedding=(),
        rare_words=rare_words(one.redacted),
        retracts=judged.retracts,
    )


def open_incident(number: int, members: list[Member]) -> OpenIncident:
    return OpenIncident(
        id=number,
        topic=members[0].topic,
        opened_at=members[0].sent_at,
        last_message_at=members[-1].sent_at,
        members=tuple(members),
    )


def incident(
    number: int, street: str, *, text: str = "iemand in de tuin", key: str = "old"
) -> OpenIncident:
    one = message(text, 0, key=f"{key}" if key != "old" else f"old{number}", author="r1")
    return open_incident(number, [member(one, assessment("inbraak"), place(street))])
