"""modelkaart: what the model is for, how good it is for whom, and where it falls short.

The headings are those of Mitchell et al., "Model Cards for Model Reporting" (2019).
"""

from __future__ import annotations

from collections.abc import Iterator

from core.evaluation import Split, by_topic, calibration, slices, summary
from core.evaluation_text import (
    calibration_table,
    language_name,
    markdown,
    slice_table,
    summary_table,
    topic_table,
)
from core.i18n import number, text_of
from core.register import Facts


def model_card(facts: Facts, language: str) -> str:
    """The card as Markdown."""
    lines = [line for part in _parts(facts, language) for line in part]
    return "\n".join(lines).rstrip() + "\n"


def _parts(facts: Facts, language: str) -> Iterator[Iterator[str]]:
    title = text_of(language, "card.title", model=facts.quality.model)
    yield iter([f"# {title}", ""])
    yield _said(language, "details", **_details(facts, language))
    yield _said(language, "use")
    yield _said(language, "factors")
    yield _said(language, "metrics", **_thresholds(facts, language))
    judged = facts.quality.judged
    yield _said(
        language,
        "evaluation_data",
        messages=number(language, len(judged)),
        reports=number(language, int(judged.relevant.sum())),
        urgent=number(language, int(judged.gold_urgent.sum())),
        talks=number(language, int(judged.conversation.max()) + 1),
    )
    yield _said(language, "training_data")
    yield _said(language, "analyses")
    yield _tables(facts, language)
    yield _said(language, "ethics")
    yield _said(language, "caveats")


def _said(language: str, name: str, **params: str) -> Iterator[str]:
    yield f"## {text_of(language, f'card.{name}_title')}"
    yield ""
    yield text_of(language, f"card.{name}", **params)
    yield ""


def _details(facts: Facts, language: str) -> dict[str, str]:
    return {
        "model": facts.quality.model,
        "day": facts.today.isoformat(),
        "topics": ", ".join(
            name.lower()
            for topic, name in facts.topic_names(language).items()
            if topic in facts.quality.judged.topics[1:]
        ),
    }


def _thresholds(facts: Facts, language: str) -> dict[str, str]:
    return {
        name: number(language, getattr(facts.thresholds, name), 2)
        for name in ("relevant", "sure", "urgent")
    }


def _tables(facts: Facts, language: str) -> Iterator[str]:
    judged, said, names = facts.quality.judged, facts.said, facts.topic_names(language)
    yield from markdown(summary_table(language, summary(judged, said)))
    yield ""
    yield from _headed(language, "by_topic")
    yield from markdown(topic_table(language, by_topic(judged, said), names))
    yield ""
    for split in (Split.AREA, Split.GROUP, Split.LANGUAGE):
        found = slices(judged, said, split)
        if split is Split.LANGUAGE:
            names = {one.name: language_name(language, one.name) for one in found}
        yield from _headed(language, f"by_{split.value}")
        yield from markdown(slice_table(language, found, split.value, names))
        yield ""
    for kind, chances, happened in (
        ("relevance", judged.relevance, judged.relevant),
        ("urgency", judged.urgency, judged.gold_urgent),
    ):
        found_bars = calibration(chances, happened, judged.conversation)
        yield from _headed(language, f"calibration_{kind}")
        error, low, high = (
            number(language, part, 3)
            for part in (found_bars.error, found_bars.low, found_bars.high)
        )
        yield text_of(language, "card.calibration_error", error=error, low=low, high=high)
        yield ""
        yield from markdown(calibration_table(language, found_bars))
        yield ""


def _headed(language: str, name: str) -> Iterator[str]:
    yield f"### {text_of(language, f'card.{name}')}"
    yield ""
