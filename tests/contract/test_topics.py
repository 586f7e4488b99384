"""Every topic file keeps the promises of core/topics; planted bad files are seen to fail."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from core.errors import BadSetting
from core.topics import FOLDER, Topic, read_topic, topics

FILES = sorted(FOLDER.glob("*.toml"))
WHITE, NIGHT = "#ffffff", "#0e1117"
DUTCH = "de het een en is in van op niet er weer dat met voor bij mijn ik nog aan"
ENGLISH = "the is a and of in on my to at with for they there again has someone"

# How colours look to people without red, green or blue cones (Machado et al., 2009).
EYES = {
    "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def topic(request: pytest.FixtureRequest) -> Topic:
    return read_topic(request.param)


def test_the_ten_topics_of_the_annotation_guide_are_there() -> None:
    expected = """
        afval fout_parkeren geweld inbraak noodgeval overlast straatroof verdacht vernieling wrak
    """
    assert list(topics()) == expected.split()


def test_examples_and_look_alikes_are_each_their_own_message(topic: Topic) -> None:
    messages = [message.casefold() for message in (*topic.examples, *topic.look_alikes)]
    assert len(set(messages)) == len(messages)


def test_examples_and_look_alikes_come_in_both_languages(topic: Topic) -> None:
    for messages in (topic.examples, topic.look_alikes):
        assert {language(message) for message in messages} == {"nl", "en"}


def test_no_message_is_an_example_of_two_topics() -> None:
    for one, other in combinations(topics().values(), 2):
        assert not set(one.examples) & set(other.examples)


@pytest.mark.parametrize("kind", EYES)
@pytest.mark.parametrize("field", ["colour_light", "colour_dark"])
def test_any_eye_tells_the_colours_apart(field: str, kind: str) -> None:
    seen = [as_seen(getattr(topic, field), kind) for topic in topics().values()]
    nearest = min(float(np.linalg.norm(one - other)) for one, other in combinations(seen, 2))
    assert nearest > 0.1  # in OKLab, where 0.02 can just be seen side by side


def test_colours_stand_out_from_the_page(topic: Topic) -> None:
    assert contrast(topic.colour_light, WHITE) >= 3
    assert contrast(topic.colour_dark, NIGHT) >= 3


def test_symbols_are_each_their_own() -> None:
    symbols = [topic.symbol for topic in topics().values()]
    assert len(set(symbols)) == len(symbols)


@pytest.mark.parametrize(
    ("line", "instead", "told"),
    [
        ('destination = "handhaving"', 'destination = "army"', "destination"),
        ('symbol = "A"', "", "symbol"),
        ('colour_dark = "#13fbc1"', 'colour_dark = "green"', "colour_dark"),
        ("open_hours = 168", "open_hours = -1", "open_hours"),
        ('symbol = "A"', 'symbol = "A"\nnick_name = "vuil"', "nick_name"),
        ("examples = [", 'examples = ["een"]\nold = [', "examples"),
        ("near_m = 80", "near_m = [", "afval.toml"),
        ("near_m = 80", 'near_m = 80\nid = "vuil"', "afval.toml"),
    ],
)
def test_a_bad_file_is_refused_and_named(
    line: str, instead: str, told: str, tmp_path: Path
) -> None:
    good = (FOLDER / "afval.toml").read_text(encoding="utf-8")
    bad = tmp_path / "afval.toml"
    bad.write_text(good.replace(line, instead), encoding="utf-8")
    with pytest.raises(BadSetting) as caught:
        topics(tmp_path)
    assert told in str(caught.value)
    assert caught.value.params["name"] == "afval.toml"


def test_an_eleventh_file_is_an_eleventh_topic(tmp_path: Path) -> None:
    for path in FILES:
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "hondenpoep.toml").write_bytes((FOLDER / "afval.toml").read_bytes())
    assert len(topics(tmp_path)) == 11


def language(message: str) -> str:
    words = set(message.casefold().replace(",", " ").split())
    dutch, english = (words.intersection(common.split()) for common in (DUTCH, ENGLISH))
    return "nl" if len(dutch) >= len(english) else "en"


def linear(colour: str) -> np.ndarray:
    parts = np.array([int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    light, dark = sorted(
        (float(linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (one, other)), reverse=True
    )
    return (light + 0.05) / (dark + 0.05)


def as_seen(colour: str, kind: str) -> np.ndarray:
    """The colour as an eye sees it, in OKLab."""
    cones = np.array(
        [
            [0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005],
        ]
    )
    lab = np.array(
        [
            [0.2104542553, 0.7936177850, -0.0040720468],
            [1.9779984951, -2.4285922050, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.8086757660],
        ]
    )
    light = np.clip(np.array(EYES[kind]) @ linear(colour), 0, 1)
    seen: np.ndarray = lab @ np.cbrt(cones @ light)
    return seen
