"""A candidate learns from people, is measured beside the old one, and holds no resident's word."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from core.domain import Context, Location, PlaceKind
from core.teaching import Learned, Pair, Stopped, Taught, Teaching
from core.topics import topics
from models.corpus_reader import read_part
from models.encoder import PACKAGED, load_encoder, vectors
from models.fit_links import learn
from models.judge import load_judge
from models.links import corpus_streams, keep_unread, load_weights, read_unread, save_weights
from models.made import MISSING, OTHER_CODE, made_folder, why_unusable
from models.retrain import Base, Effort, ModelLearner
from models.taught import HANDS, TOLD, conversations, examples_of, hand_of, told_before
from models.train import fit, save, training_examples
from models.word_features import LEAST_RESIDENTS, WordFeatures
from tests.models.conftest import TINY

EVENING = datetime(2021, 4, 10, 18, 0, tzinfo=UTC)
STREET = Location(
    kind=PlaceKind.STREET, lat=52.03, lon=4.29, radius_m=100, street="Bostonsingel", name="x"
)
QUICK = Effort(rounds=1, most_folds=3)
SECRET = "kwizzelbork"


def taught(number: int, text: str, topic: str | None, **more: Any) -> Taught:
    values = {
        "key": f"key{number}",
        "group_id": 1,
        "resident": f"resident{number % 4}",
        "sent_at": EVENING + timedelta(days=number),
        "reply_to": None,
        "text": text,
        "topic": topic,
        "urgent": False,
        "retracts": False,
        "confidence": 0.9,
        "location": STREET,
    }
    return Taught(**{**values, **more})


def lessons() -> list[Taught]:
    """Twelve corrections: of chat that was taken for waste, and of waste that was not."""
    chat = [taught(n, f"gratis koffie in de kantine {SECRET}", None) for n in range(6)]
    chat = [replace(one, resident="resident0") for one in chat]
    waste = [taught(n, "de pizzadozen liggen weer overal", "afval") for n in range(6, 12)]
    return [*chat, *waste]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Base:
    """A judge and a grouping of a tiny corpus that is its own validation part."""
    folder = tmp_path_factory.mktemp("base")
    (folder / "corpus" / "stock").mkdir(parents=True)
    chat = "## s1-a | HNM Hoge Veld | 2021-04-03\n09:00 r1 | - | goedemorgen buren"
    (folder / "corpus" / "stock" / "s1.txt").write_text(chat, encoding="utf-8")
    for part in ("train", "validation"):
        (folder / "corpus" / part).mkdir(parents=True)
        for name, text in TINY.items():
            lines = "\n".join(line.strip() for line in text.strip().splitlines())
            (folder / "corpus" / part / f"{name}.txt").write_text(lines, encoding="utf-8")
    base = Base(folder=folder / "models", encoder=PACKAGED, corpus=folder / "corpus")
    examples = training_examples(base.corpus)
    encoder = load_encoder(PACKAGED)
    embeddings = vectors(encoder, [example.text for example in examples])
    trained = fit(examples, embeddings, workers=1, rounds=1, most_folds=2)
    save(base.folder, trained.step, "judge-tiny", PACKAGED)
    keep_unread(base.folder, examples, trained.unread)
    streams = corpus_streams(read_part("train", base.corpus), read_unread(base.folder), encoder)
    save_weights(learn(streams, topics()), {"version": "links-tiny"}, base.folder)
    return base


@pytest.fixture(scope="module")
def made(base: Base) -> tuple[Learned, Teaching, list[tuple[str, float]]]:
    """What came out of learning twelve corrections and two pairs, and what was said meanwhile."""
    teaching = Teaching(messages=tuple(lessons()), members=tuple(members()), pairs=PAIRS)
    said: list[tuple[str, float]] = []
    learner = ModelLearner(base, QUICK)
    learned = learner.learn(teaching, None, lambda stage, share: said.append((stage, share)))
    return learned, teaching, said


PAIRS = (
    Pair(key="m0", other_key="m1", same=True),
    Pair(key="m2", other_key="m3", same=False),
)


def members() -> list[Taught]:
    """Two messages of one incident, and two that are one each."""
    incidents = (1, 1, 2, 3)
    text = f"vuilniszakken bij de container {SECRET}"
    return [
        taught(n, text, "afval", key=f"m{n}", incident_id=incident, resident="resident0")
        for n, incident in enumerate(incidents)
    ]


def test_a_candidate_stands_beside_the_old_one_and_can_be_loaded(base: Base, made: Any) -> None:
    learned = made[0]
    folder = made_folder(base.folder, learned.version)
    assert learned.replaces == "judge-tiny"
    assert why_unusable(folder, PACKAGED) == ""
    assert load_judge(folder, PACKAGED).model == learned.version
    assert load_weights(folder).join
    assert load_judge(base.folder, PACKAGED).model == "judge-tiny"


def test_the_same_corrections_are_the_same_version(base: Base, made: Any) -> None:
    learned, teaching, _ = made
    learner = ModelLearner(base, QUICK)
    assert learner.version_of(teaching) == learned.version
    first, *others = teaching.messages
    other = replace(teaching, messages=(replace(first, topic="afval"), *others))
    assert learner.version_of(other) != learned.version


def test_old_and_new_are_measured_on_the_same_messages_topic_by_topic(made: Any) -> None:
    figures = made[0].figures
    assert figures["validation"]["count"] == 16
    assert figures["corrections"]["count"] == 12
    assert figures["pairs"]["count"] == 2
    assert {"geen", "afval"} == set(figures["corrections"]["topics"])
    for part in ("validation", "corrections"):
        for row in (*figures[part]["figures"].values(), *figures[part]["topics"].values()):
            assert 0.0 <= row["old"] <= 1.0 and 0.0 <= row["new"] <= 1.0
            assert row["low"] <= row["high"]


def test_corrections_teach_what_the_old_one_got_wrong(base: Base, made: Any) -> None:
    """Judged by a model that had not read the conversation, only others like it."""
    rows = made[0].figures["corrections"]["figures"]
    assert rows["relevance_f1"]["new"] >= rows["relevance_f1"]["old"]
    text = "de pizzadozen liggen weer overal"
    folder = made_folder(base.folder, made[0].version)
    shares = [
        judge.judge(judge.read([text])[0], Context()).topics["afval"]
        for judge in (load_judge(base.folder, PACKAGED), load_judge(folder, PACKAGED))
    ]
    assert shares[1] > shares[0]


def test_no_file_of_the_model_holds_a_word_of_one_resident(base: Base, made: Any) -> None:
    folder = made_folder(base.folder, made[0].version)
    for path in folder.iterdir():
        raw = path.read_bytes()
        if path.suffix == ".npz":
            with np.load(path) as arrays:
                raw = b"".join(arrays[name].tobytes() for name in arrays)
        assert SECRET.encode() not in raw, path.name
        assert SECRET[:5].encode() not in raw, path.name
        assert b"kantine" not in raw, path.name


def test_a_word_of_enough_residents_is_known() -> None:
    texts = ["pizzadozen"] * (LEAST_RESIDENTS + 1)
    for people in (LEAST_RESIDENTS - 1, LEAST_RESIDENTS):
        residents = [f"r{n % people}" for n in range(len(texts))]
        known = WordFeatures.learn(texts, residents)
        assert (known.whole_word("pizzadozen") is not None) is (people == LEAST_RESIDENTS)
    assert WordFeatures.learn(texts, [None] * len(texts)).whole_word("pizzadozen") is not None


def test_each_stage_is_said_and_what_is_raised_ends_it(base: Base, made: Any) -> None:
    stages = [stage for stage, _ in made[2]]
    assert list(dict.fromkeys(stages)) == ["reading", "judge", "grouping", "measuring"]
    assert [share for _, share in made[2]] == sorted(share for _, share in made[2])
    teaching = Teaching(messages=tuple(lessons()[:6]))

    def stop(stage: str, share: float) -> None:
        raise Stopped()

    learner = ModelLearner(base, QUICK)
    with pytest.raises(Stopped):
        learner.learn(teaching, None, stop)
    folder = made_folder(base.folder, learner.version_of(teaching))
    assert why_unusable(folder, PACKAGED) == MISSING


def test_what_the_next_one_is_measured_against_had_not_read_it_either(
    base: Base, made: Any
) -> None:
    """The old one's own word of before it read a correction counts, not what it says since."""
    learned, teaching, _ = made
    folder = made_folder(base.folder, learned.version)
    assert set(told_before(folder)) == {message.key for message in teaching.messages}
    more = replace(teaching, messages=(*teaching.messages, taught(20, "koffie", None)))
    again = ModelLearner(base, QUICK).learn(more, learned.version, lambda stage, share: None)
    assert again.replaces == learned.version
    before = learned.figures["corrections"]["figures"]["relevance_f1"]["new"]
    after = again.figures["corrections"]["figures"]["relevance_f1"]["old"]
    assert after == pytest.approx(before, abs=0.1)


def test_what_was_erased_is_forgotten_in_every_file(base: Base, made: Any) -> None:
    folder = made_folder(base.folder, made[0].version)
    ModelLearner(base, QUICK).forget(frozenset({"key0"}))
    assert "key0" not in (folder / TOLD).read_text()
    assert "key1" in (folder / TOLD).read_text()


def test_a_model_of_other_code_or_half_written_is_not_used(base: Base, made: Any) -> None:
    folder = made_folder(base.folder, made[0].version)
    card = folder / "made.json"
    kept = card.read_text()
    try:
        card.write_text('{"code": "older"}')
        assert why_unusable(folder, PACKAGED) == OTHER_CODE
        card.write_text("[half")
        assert why_unusable(folder, PACKAGED) == MISSING
        card.write_text("[]")
        assert why_unusable(folder, PACKAGED) == MISSING
    finally:
        card.write_text(kept)


def test_a_conversation_goes_to_one_hand_whatever_else_is_there() -> None:
    talk = [taught(0, "a", None), taught(0, "b", None, key="key0b"), taught(3, "c", None)]
    assert [len(found) for found in conversations(talk)] == [2, 1]
    assert hand_of(talk[:2]) == hand_of(conversations(talk)[0])
    assert {example.writer for example in examples_of(lessons())} <= set(HANDS)
    assert conversations([]) == []


@pytest.mark.parametrize("text", ["", "[naam]", "😱", "=cmd()", "x" * 20_000, "\u202eلص"])
def test_any_text_can_be_an_example(text: str) -> None:
    (example,) = examples_of([taught(1, text, "afval")])
    assert "[naam]" not in example.text
