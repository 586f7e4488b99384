"""The learned grouping: hard conversations with the groups they should fall into."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from core.assess import assess
from core.clock import from_local
from core.cluster import LearnedClusterer, Weights
from core.domain import Judgement, Message
from core.errors import ModelMissing
from core.evidence import JOIN_NAMES, OPEN_NAMES
from core.locate import locate
from core.replay_file import scenes_of
from core.topics import topics
from models.corpus_reader import read_part
from models.encoder import load_encoder, vectors
from models.fit_links import Book, Choice, Step, fit, follow, learn
from models.links import keep_unread, load_clusterer, load_weights, save_weights, steps

ENCODER = "universal-sentence-encoder"
LINE = re.compile(
    r"(?:\+(?P<days>\d+) )?(?P<clock>\d\d:\d\d) (?P<group>\w+) (?P<author>\w+)(?: >(?P<to>\d+))? "
    r"\| (?P<topic>\w+)(?P<urgent>!?)(?P<retracts>x?) \| (?P<text>.*) = (?P<incident>[A-Z])$"
)
GROUPS = {
    "HV": "HNM Hoge Veld",
    "LV": "HNM Lage Veld",
    "ZV": "HNM Zonne Veld",
    "PO": "HNM Parkbuurt Oosteinde",
    "TW": "twitter",
    "FB": "facebook",
}

CONVERSATIONS = {
    "two burglaries the same evening, two streets apart": """
        20:10 HV r1 | inbraak | er is ingebroken op de Limastraat 14, achterdeur geforceerd = A
        20:16 HV r1 | inbraak | mijn laptop en sieraden zijn weg = A
        20:44 HV r2 | inbraak | inbraak in onze schuur aan de Mexicosingel, ruit ingeslagen = B
        20:48 HV r2 | inbraak | twee fietsen mee, waarvan een met kinderzitje = B
    """,
    "one fire in two groups, on open media, in two languages": """
        02:00 HV r1 | noodgeval! | auto in brand op de Meierijlaan!! = A
        02:02 HV r2 | noodgeval! | zie het ook, vlammen slaan eruit = A
        02:05 TW x1 | noodgeval! | Autobrand Meierijlaan Den Haag, grote vlammen = A
        02:06 HV r3 | noodgeval! | car on fire here, Meierijlaan, stay away = A
    """,
    "a suspect who moves through three streets": """
        23:30 HV r1 | verdacht! | man met zaklamp voelt aan autodeuren op de Bostonsingel = A
        23:33 HV r2 | verdacht! | hij loopt nu richting Havannasingel, grijze capuchon = A
        23:37 HV r3 | verdacht! | grijze capuchon rent nu de Brasiliastraat in = A
        23:38 HV r1 | verdacht! | nu weer weg = A
    """,
    "a waste pile that is cleared and comes back": """
        08:00 LV r1 | afval | drie matrassen naast de container op de Berlijnstraat = A
        09:10 LV r2 | afval | ligt er nog steeds = A
        +1 11:00 LV r3 | afvalx | alles is opgehaald, netjes schoon = A
        +5 08:30 LV r4 | afval | weer een koelkast gedumpt bij de container op de Berlijnstraat = B
        +5 08:41 LV r5 | afval | en twee zakken ernaast = B
    """,
    "a retraction that ends an incident": """
        21:00 ZV r1 | verdacht! | er klimt iemand over de schutting op de Osloweg = A
        21:06 ZV r1 >1 | verdachtx | loos alarm, was de buurman die zijn sleutel kwijt was = A
        +3 21:30 ZV r4 | verdacht | vreemde man belt overal aan op de Madridweg = B
    """,
    "a follow-up without any content word": """
        19:00 PO r1 | overlast | harde muziek en gegil op de Treslonglaan = A
        19:03 PO r2 | overlast | ja hier ook = A
        19:20 PO r3 >1 | overlast | nog steeds = A
    """,
    "a fireworks night of different things": """
        23:50 HV r1 | overlast | zwaar vuurwerk op de Hudson, ramen trillen = A
        23:51 LV r2 | noodgeval! | container staat in brand bij Gotland = B
        23:52 ZV r3 | vernieling! | ze blazen de brievenbus op aan de Londensingel = C
        23:53 PO r4 | geweld! | vechtpartij op de Keukenhoflaan, er ligt iemand op de grond = D
        23:54 LV r5 | noodgeval! | vlammen komen al tegen de gevel = B
        23:55 ZV r6 | vernieling! | brievenbus is helemaal weg = C
    """,
    "the same minute and topic in two groups proves nothing": """
        23:50 HV r1 | overlast | harde knallen hier, ramen trillen = A
        23:50 ZV r2 | overlast | jongeren met een boxje bij de Londensingel = B
        23:51 HV r3 | overlast | hond zit onder het bed = A
        23:51 ZV r4 | overlast | staat keihard ja = B
    """,
    "one forwarded chain message is one hoax, not four": """
        12:00 HV r1 | verdacht | LET OP witte bus met Roemeens kenteken steelt honden, delen aub = A
        12:20 LV r2 | verdacht | LET OP witte bus met Roemeens kenteken steelt honden, delen aub = A
        12:45 ZV r3 | verdacht | LET OP witte bus met Roemeens kenteken steelt honden, delen aub = A
        13:10 PO r4 | verdacht | LET OP witte bus met Roemeens kenteken steelt honden, delen aub = A
    """,
    "one person who writes and writes is one incident": "\n".join(
        f"22:{minute:02} HV r1 | overlast | {text} = A"
        for minute, text in enumerate(
            (
                "weer herrie op de Limastraat",
                "ze schreeuwen",
                "nu een fles kapot",
                "kan niet slapen",
                "ik word gek",
                "nog steeds",
                "nu met zijn zessen",
                "muziek erbij",
                "doet er iemand wat",
                "het houdt niet op",
            )
        )
    ),
}


@pytest.mark.parametrize("title", CONVERSATIONS)
def test_hard_conversations_fall_into_the_right_incidents(title: str, learned: Weights) -> None:
    wanted, found = grouped(CONVERSATIONS[title], learned)

    assert found == wanted


@pytest.fixture(scope="module")
def learned() -> Weights:
    """Weights from a few writers as they labelled them: enough for the clear-cut."""
    examples = [e for e in read_part("train") if e.writer in "abcg" and e.label.topics]
    judged = {e.id: sure(e.label.topics[0], e.label.urgent, e.label.hard) for e in examples}
    rows = vectors(load_encoder(ENCODER), [e.text for e in examples])
    embeddings = {e.id: tuple(map(float, row)) for e, row in zip(examples, rows, strict=True)}
    return learn(list(steps(examples, judged, embeddings).values()), topics(), rounds=1)


def test_what_speaks_for_belonging_gets_a_weight_for_it() -> None:
    choices = [choice(replies=1.0, right=0), choice(replies=0.0, right=1)] * 20

    join, opens = fit(choices)

    assert join["replies"] > 0 > -opens["opens"]
    assert join["same_street"] == 0.0


def test_rare_evidence_never_turns_common_sense_over() -> None:
    choices = [choice(same_number=1.0, right=1), choice(right=0)] * 20

    join, _ = fit(choices)

    assert join["same_number"] == 0.0


def test_a_stream_is_followed_by_its_labels_or_by_the_weights() -> None:
    _, stream = told(
        """
        20:00 HV r1 | inbraak | er is ingebroken op de Limastraat = A
        20:01 HV r2 | inbraak | hier op de Limastraat ook = A
        """
    )
    alone = Weights(join={}, opens={"opens": 5.0})

    labelled, choices = follow(stream, alone, topics(), labelled=True)
    own, _ = follow(stream, alone, topics())

    assert list(labelled.values()) == [1, 1]
    assert list(own.values()) == [1, 2]
    assert [one.right for one in choices] == [0, 0]


def test_an_incident_of_long_ago_is_not_offered() -> None:
    _, (first, later) = told(
        """
        20:00 HV r1 | inbraak | er is ingebroken = A
        +90 20:00 HV r2 | inbraak | er is ingebroken = B
        """
    )
    book = Book(topics())
    book.put(first, first.assessments[0], None)

    assert len(book.open_incidents(first)) == 1
    assert book.open_incidents(later) == []


def test_weights_come_back_as_they_were_saved(tmp_path: Path) -> None:
    weights = Weights(join={"replies": 2.5}, opens={"opens": 1.0}, rarity={"fiet": 3.0}, rarest=7.0)

    save_weights(weights, {"version": "x"}, tmp_path)

    assert load_weights(tmp_path).join == weights.join
    assert load_weights(tmp_path).rarity == weights.rarity
    assert isinstance(load_clusterer(tmp_path, topics()), LearnedClusterer)


@pytest.mark.parametrize("content", [None, "", "{}", "[]", '{"weights": {"odd": 1}}'])
def test_without_usable_weights_the_model_is_missing(content: str | None, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "links.json").write_text(content)

    with pytest.raises(ModelMissing):
        load_clusterer(tmp_path, topics())


def test_what_the_judge_said_unread_is_kept_without_words(tmp_path: Path) -> None:
    (one, *_) = read_part("validation")

    keep_unread(tmp_path, [one], [sure("afval", urgent=False, hard=None)])

    kept = json.loads((tmp_path / "unread.json").read_text())
    assert list(kept) == [one.id]
    assert one.text not in (tmp_path / "unread.json").read_text()


def grouped(conversation: str, weights: Weights) -> tuple[list[str], list[str]]:
    """The letters that should come out, and the incidents by order of opening as letters."""
    wanted, stream = told(conversation)
    incidents, _ = follow(stream, weights, topics())
    return wanted, [chr(ord("A") + number - 1) for number in incidents.values()]


def told(conversation: str) -> tuple[list[str], list[Step]]:
    lines = [LINE.match(line.strip()) for line in conversation.strip().splitlines()]
    texts = [line["text"] for line in lines]
    rows = vectors(load_encoder(ENCODER), texts)
    with scenes_of(set(GROUPS.values())) as scenes:
        stream = []
        for number, (line, row) in enumerate(zip(lines, rows, strict=True), 1):
            scene = scenes[GROUPS[line["group"]]]
            judged = sure(
                line["topic"].removesuffix("x") if line["retracts"] else line["topic"],
                urgent=bool(line["urgent"]),
                hard="retraction" if line["retracts"] or line["topic"].endswith("x") else None,
            )
            message = Message(
                key=f"m{number}",
                group=scene.group,
                resident=line["author"],
                sent_at=moment(line["days"], line["clock"]),
                text=line["text"],
                redacted=line["text"],
                reply_to=f"m{line['to']}" if line["to"] else None,
                embedding=tuple(map(float, row)),
            )
            stream.append(
                Step(
                    message=message,
                    assessments=tuple(assess(judged, scene.thresholds, scene.pilot.topics)),
                    location=locate(message, scene.places, scene.area, scene.areas),
                    truth=line["incident"],
                )
            )
    return [line["incident"] for line in lines], stream


def moment(days: str | None, clock: str) -> datetime:
    day = datetime(2021, 4, 3) + timedelta(days=int(days or 0))
    return from_local(datetime.combine(day, datetime.strptime(clock, "%H:%M").time()))


def sure(topic: str, urgent: bool, hard: str | None) -> Judgement:
    topic = topic.removesuffix("x")
    return Judgement(
        topics={"geen": 0.05, topic: 0.95},
        urgent=float(urgent),
        retracts=float(hard == "retraction"),
        grounds=(),
        model="label",
    )


def choice(right: int, **evidence: float) -> Choice:
    return Choice(
        joining=np.array([[evidence.get(name, 0.0) for name in JOIN_NAMES]]),
        opening=np.array([float(name == "opens") for name in OPEN_NAMES]),
        right=right,
    )
