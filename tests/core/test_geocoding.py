"""What a geocoder may be asked: a street's own word and number, never a name before it."""

from __future__ import annotations

import pytest

from core.places.unknown import unknown_address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("inbraak in de Ahornstraat 12", ("Ahornstraat", 12)),
        ("Piet Ahornstraat 12", ("Ahornstraat", 12)),
        ("brand Ahornstr nr 3!", ("Ahornstraat", 3)),
        ("bij de van der Hoopstraat", ("van der Hoopstraat", None)),
        ("op de Laan van Meerdervoort 500", ("Laan van Meerdervoort", 500)),
        ("hij is onderweg naar de zijstraat", None),
        ("[naam] belde", None),
        ("", None),
    ],
)
def test_only_the_word_of_a_street_and_its_number_are_asked(
    text: str, address: tuple[str, int | None] | None
) -> None:
    assert unknown_address(text, []) == address


def test_a_street_that_is_known_is_not_asked() -> None:
    text = "van de Ahornstraat naar de Elsstraat 4"
    assert unknown_address(text, [(7, 18)]) == ("Elsstraat", 4)


def test_a_text_without_end_is_read_in_linear_time() -> None:
    assert unknown_address("van der " * 5_000 + "straat " * 5_000, []) is None
