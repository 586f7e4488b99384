"""Judges to test with: a tiny one that learned a few dozen lines, and one that read the corpus."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.settings import Settings
from models.corpus_reader import FOLDER, Example, read_part
from models.encoder import PACKAGED, load_encoder, vectors
from models.judge import LearnedJudge, load_judge
from models.stored import read_card
from models.train import fingerprint, fit, save, training_examples

TINY = {
    "a1": """
        ## a1-ramen | HNM Hoge Veld | 2021-04-03
        22:14 r1 | inbraak! i1 | er wordt nu ingebroken bij {p:Bostonsingel 36=Bostonsingel}
        22:15 r2 >1 | inbraak! i1 follow_up | ik zie hem ook, hij rent weg naar {p:het water}
        22:16 r3 | - hard_chat | omg wat eng
        22:31 r1 | inbraak i1 retraction | loos alarm, was {n:Henk} die zijn sleutel kwijt was
        +1 08:02 r4 | - | goedemorgen allemaal, wie heeft er een ladder te leen?
        +1 09:00 r5 | afval i2 | vuilniszakken naast de container {p:Mexicosingel=Mexicosingel}
        +1 09:03 r6 | afval i2 follow_up | hier ook, er ligt een matras bij
        +1 09:05 r4 | - | fijne dag iedereen
        """,
    "b1": """
        ## b1-zakken | HNM Lage Veld | 2021-04-05
        09:10 r1 | afval i1 | weer vuilniszakken naast de container bij {p:Praagsingel=Praagsingel}
        09:12 r2 | afval i1 follow_up | en een matras, al drie dagen
        09:30 r3 | - question | hoe laat gaat de milieustraat open?
        10:00 r4 | - | goedemorgen, wie wil er koffie
        23:10 r5 | inbraak! i2 | hij probeert nu de deur open te breken, {p:Osloweg 12=Osloweg}
        23:11 r6 >5 | inbraak! i2 follow_up | hij rent weg richting {p:de tram}
        23:40 r5 | inbraak i2 retraction | loos alarm, het was mijn broer
        +1 08:00 r1 | - | fijne dag allemaal
        """,
}


@pytest.fixture(scope="session")
def tiny_examples(tmp_path_factory: pytest.TempPathFactory) -> list[Example]:
    """Sixteen messages by two writers about a burglary and a waste pile each."""
    folder = tmp_path_factory.mktemp("corpus")
    (folder / "train").mkdir()
    for name, text in TINY.items():
        lines = [line.strip() for line in text.strip().splitlines()]
        (folder / "train" / f"{name}.txt").write_text("\n".join(lines), encoding="utf-8")
    return read_part("train", folder)


@pytest.fixture(scope="session")
def tiny_folder(tiny_examples: list[Example], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model folder with a judge that learned from the tiny examples."""
    folder = tmp_path_factory.mktemp("models")
    embeddings = vectors(load_encoder(PACKAGED), [example.text for example in tiny_examples])
    trained = fit(tiny_examples, embeddings, workers=1, rounds=1)
    save(folder, trained.step, "judge-tiny", PACKAGED)
    return folder


@pytest.fixture(scope="session")
def tiny_judge(tiny_folder: Path) -> LearnedJudge:
    return load_judge(tiny_folder, PACKAGED)


@pytest.fixture(scope="session")
def trained_judge(tmp_path_factory: pytest.TempPathFactory) -> LearnedJudge:
    """The judge that `make models` built; without one, a quicker one trained here on the corpus."""
    built = Settings().models
    if read_card(built).get("version") == fingerprint(FOLDER, PACKAGED):
        return load_judge(built, PACKAGED)
    folder = tmp_path_factory.getbasetemp().parent / "trained-judge"
    with alone_in(folder):
        if not read_card(folder):
            train_quickly(folder)
    return load_judge(folder, PACKAGED)


def train_quickly(folder: Path) -> None:
    examples = training_examples()
    embeddings = vectors(load_encoder(PACKAGED), [example.text for example in examples])
    trained = fit(examples, embeddings, rounds=1, most_folds=2)
    save(folder, trained.step, "judge-quick", PACKAGED)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """One test process at a time."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
