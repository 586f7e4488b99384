"""What the rest of the product may ask of a topic."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from core.topics import topics


@pytest.mark.parametrize(
    ("topic", "language", "name"),
    [
        ("wrak", "nl", "Wrak"),
        ("wrak", "en", "Wreck"),
        ("fout_parkeren", "nl", "Fout parkeren"),
        ("fout_parkeren", "tr", "Illegal parking"),
    ],
)
def test_a_topic_has_a_name_in_the_readers_language(topic: str, language: str, name: str) -> None:
    assert topics()[topic].name(language) == name


def test_violence_is_over_sooner_than_a_heap_of_waste_and_a_wreck_stays_longest() -> None:
    hours = {topic.id: topic.open_hours for topic in topics().values()}
    assert hours["geweld"] < hours["straatroof"] < hours["inbraak"] < hours["afval"] < hours["wrak"]


def test_a_topic_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        topics()["wrak"].open_hours = 1
