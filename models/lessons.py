"""From labelled examples to what each step learns: targets of the heads, contexts, weights."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.domain import NOT_RELEVANT, Context, Judgement, Turn
from core.pipeline import CONTEXT_WINDOW, MOST_RECENT
from core.topics import topics as topic_files
from models.corpus_reader import TOPIC_FILES, Example, streams

MOST_TURNS: Final = 30
"""How many turns the store hands to the pipeline, for the topics of open incidents."""

CHAT_SHARE: Final = 0.62
"""The share of chat the judgement is set to: two thirds of a group's talk, less in trouble.

The training corpus has more reports than life; without this correction it would see too many.
"""

MOST_APART: Final = timedelta(minutes=20)
SURELY_CHAT: Final = 0.8
TALK_WINDOW: Final = timedelta(hours=6)
TALK_TURNS: Final = 6

Flags = NDArray[np.bool_]
Follow = Callable[[int, Context], Judgement]


def topic_names() -> tuple[str, ...]:
    """The topics in the order of every array here: "geen" first, then by the alphabet."""
    return (NOT_RELEVANT, *sorted(topic_files()))


class Conversations:
    """gesprekken: the judged turns of each group in memory, as the store keeps them; no words."""

    def __init__(self) -> None:
        self._latest: dict[str, deque[Turn]] = defaultdict(lambda: deque(maxlen=MOST_TURNS))
        self._by_key: dict[str, Turn] = {}

    def context(
        self, group: str, sent_at: datetime, resident: str, answers: str | None = None
    ) -> Context:
        """The context of a message that is about to be judged; `answers`: the key it replies to."""
        turns = [turn for turn in self._latest[group] if turn.sent_at > sent_at - CONTEXT_WINDOW]
        open_topics = {turn.open_topic for turn in turns if turn.open_topic}
        return Context(
            recent=tuple(turns[-MOST_RECENT:]),
            answered=self._by_key.get(answers) if answers else None,
            open_topics={topic: 1 / len(open_topics) for topic in sorted(open_topics)},
            sent_at=sent_at,
            resident=resident,
        )

    def remember(
        self, group: str, key: str, sent_at: datetime, resident: str, judgement: Judgement
    ) -> None:
        """Keeps what was judged of a message as a turn of its group; relevant opens an incident."""
        topic = max(judgement.topics, key=lambda name: judgement.topics[name])
        turn = Turn(
            key=key,
            sent_at=sent_at,
            resident=resident,
            topics=judgement.topics,
            urgent=judgement.urgent,
            open_topic=None if topic == NOT_RELEVANT else topic,
        )
        self._latest[group].append(turn)
        self._by_key[key] = turn


def follow(examples: Sequence[Example], judge: Follow) -> list[Judgement]:
    """Every example judged in its stream, in time order, with the judged turns before it."""
    place = {example.id: i for i, example in enumerate(examples)}
    found: dict[int, Judgement] = {}
    for stream in streams(list(examples)):
        talk = Conversations()
        for example in stream:
            i = place[example.id]
            context = talk.context(example.group, example.sent_at, example.author, example.reply_to)
            found[i] = judge(i, context)
            talk.remember(example.group, example.id, example.sent_at, example.author, found[i])
    return [found[i] for i in range(len(examples))]


def contexts(examples: Sequence[Example], judged: Sequence[Judgement]) -> list[Context]:
    """The context of each example, given what was judged of all."""
    found: dict[int, Context] = {}

    def given(i: int, context: Context) -> Judgement:
        found[i] = context
        return judged[i]

    follow(examples, given)
    return [found[i] for i in range(len(examples))]


def disturbed(
    given: Sequence[Context], examples: Sequence[Example], judged: Sequence[Judgement]
) -> list[Context]:
    """The contexts with other people's chat in between, or with some of their chat left out.

    Conversations of the corpus are slices; in a busy group talks run through one another.
    """
    rng = np.random.default_rng(0)
    chat = [judged[i] for i, example in enumerate(examples) if not example.label.topics]
    return [
        _between(context, chat, rng) if rng.random() < 0.5 else _without(context, rng)
        for context in given
    ]


def _between(context: Context, chat: Sequence[Judgement], rng: np.random.Generator) -> Context:
    if not context.recent or context.sent_at is None:
        return context
    gap = min(context.sent_at - context.recent[-1].sent_at, MOST_APART)
    turns = [
        Turn(
            key=f"between-{i}",
            sent_at=context.sent_at - gap * share,
            resident="",
            topics=chat[int(rng.integers(len(chat)))].topics,
            urgent=chat[int(rng.integers(len(chat)))].urgent,
        )
        for i, share in enumerate(sorted(rng.random(rng.integers(1, 4)), reverse=True))
    ]
    return replace(context, recent=(*context.recent, *turns)[-MOST_RECENT:])


def _without(context: Context, rng: np.random.Generator) -> Context:
    """Without half of the turns that were taken for chat."""
    kept = [
        turn
        for turn in context.recent
        if turn.topics[NOT_RELEVANT] < SURELY_CHAT or rng.random() < 0.5
    ]
    return replace(context, recent=tuple(kept))


def truth(example: Example, topics: Sequence[str]) -> Judgement:
    """The labels of an example as a judgement that is sure."""
    named = example.label.topics or (NOT_RELEVANT,)
    return Judgement(
        topics={topic: (topic in named) / len(named) for topic in topics},
        urgent=float(example.label.urgent),
        retracts=float(example.label.hard == "retraction"),
        grounds=(),
        model="",
    )


def chat_weights(examples: Sequence[Example]) -> NDArray[np.float64]:
    """A weight for each example that gives chat its share; the mean is about 1.

    What a topic file shows has no conversation and no known urgency: nothing for the second step.
    """
    shown = only_shown(examples)
    chat = np.array([not example.label.topics for example in examples])
    share = chat.sum() / (~shown).sum()
    weights = np.where(chat, CHAT_SHARE / share, (1 - CHAT_SHARE) / (1 - share))
    return np.asarray(np.where(shown, 0.0, weights))


def only_shown(examples: Sequence[Example]) -> Flags:
    """The examples that come from topic files, or stand there as context only."""
    return np.array([e.file == TOPIC_FILES or e.origin == "context" for e in examples])


def head_targets(examples: Sequence[Example]) -> dict[str, tuple[Flags, Flags]]:
    """For each extra head: (the answer, the examples it learns from)."""
    relevant = np.array([bool(example.label.topics) for example in examples])
    urgent = np.array([example.label.urgent for example in examples])
    hard = np.array([example.label.hard or "" for example in examples])
    replies = np.array([example.reply_to is not None for example in examples])
    in_talk, in_urgency, same = _talk_of(examples)
    everyone = ~only_shown(examples)
    return {
        "urgent": (urgent, everyone),
        "retracts": (hard == "retraction", everyone),
        "follows": ((hard == "follow_up") | (hard == "no_place") | (relevant & replies), everyone),
        "reacts": (~relevant & ((hard == "hard_chat") | (hard == "question")), everyone),
        "talk_relevant": (relevant, in_talk),
        "talk_urgent": (urgent, in_urgency),
        "same_topic": (same & relevant, in_talk),
        "lone_relevant": (relevant, ~in_talk & everyone),
        "lone_urgent": (urgent, ~in_urgency & everyone),
    }


def _talk_of(examples: Sequence[Example]) -> tuple[Flags, Flags, Flags]:
    """Per example: is the talk about an incident, an urgent one, one of the same topic."""
    labels = {example.id: example.label for example in examples}
    judged = [truth(example, topic_names()) for example in examples]
    rows = []
    for example, context in zip(examples, contexts(examples, judged), strict=True):
        since = example.sent_at - TALK_WINDOW
        turns = [turn for turn in context.recent[-TALK_TURNS:] if turn.sent_at > since]
        turns += [context.answered] if context.answered else []
        about = [labels[turn.key] for turn in turns if labels[turn.key].topics]
        shared = {topic for label in about[-2:] for topic in label.topics}
        rows.append(
            (
                bool(about),
                any(label.urgent for label in about),
                bool(shared & set(example.label.topics)),
            )
        )
    flags = np.array(rows, dtype=bool).reshape(len(examples), 3)
    return flags[:, 0], flags[:, 1], flags[:, 2]
