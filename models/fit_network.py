"""Trains the second step's network; the only place where torch is needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from models.network import LEAST, SEEN, WEIGHTS, Network, Scales

NETS: Final = 4
HIDDEN: Final = 32
DROPOUT: Final = 0.15
EPOCHS: Final = 16
BATCH: Final = 256
RATE: Final = 4e-3
DECAY: Final = 1e-3

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """lesstof: features and targets of the training messages.

    per_topic: n x topics x columns; general: n x columns; topics: n x (1 + topics), rows add up to
    1; states: n x [urgent, retracts]; weights: n.
    """

    per_topic: Array
    general: Array
    topics: Array
    states: Array
    weights: Array

    def only(self, chosen: NDArray[np.bool_]) -> Lessons:
        return Lessons(
            per_topic=self.per_topic[chosen],
            general=self.general[chosen],
            topics=self.topics[chosen],
            states=self.states[chosen],
            weights=self.weights[chosen],
        )


def fit_network(lessons: Lessons, seed: int = 0) -> Network:
    """A trained network; the same lessons and seed give the same weights."""
    import torch

    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(seed)
    scales = _scales(lessons)
    columns = (lessons.per_topic.shape[2], lessons.general.shape[1], lessons.per_topic.shape[1])
    weights = _first_weights(torch, generator, *columns)
    _train(torch, generator, weights, _tensors(torch, lessons, scales))
    return Network(scales, {name: w.detach().numpy() for name, w in weights.items()})


def _scales(lessons: Lessons) -> Scales:
    return Scales(
        topic_mean=lessons.per_topic.mean(axis=(0, 1)).astype(np.float32),
        topic_spread=(lessons.per_topic.std(axis=(0, 1)) + 1e-3).astype(np.float32),
        general_mean=lessons.general.mean(axis=0).astype(np.float32),
        general_spread=(lessons.general.std(axis=0) + 1e-3).astype(np.float32),
    )


def _tensors(torch: Any, lessons: Lessons, scales: Scales) -> dict[str, Any]:
    arrays = {
        "topic": (lessons.per_topic - scales.topic_mean) / scales.topic_spread,
        "state": (lessons.general - scales.general_mean) / scales.general_spread,
        "topics": lessons.topics,
        "states": lessons.states,
        "weights": lessons.weights,
    }
    return {name: torch.tensor(array, dtype=torch.float32) for name, array in arrays.items()}


def _first_weights(
    torch: Any, generator: Any, topic: int, state: int, count: int
) -> dict[str, Any]:
    shapes = {
        "topic_in": (topic, HIDDEN),
        "topic_general": (state, HIDDEN),
        "topic_bias": (HIDDEN,),
        "topic_mid": (HIDDEN, HIDDEN),
        "topic_mid_bias": (HIDDEN,),
        "topic_out": (HIDDEN, 3),
        "topic_own": (count,),
        "also_bias": (count,),
        "none_in": (state, HIDDEN),
        "none_bias": (HIDDEN,),
        "none_out": (HIDDEN,),
        "none_out_bias": (1,),
        "state_in": (state + count * len(SEEN), HIDDEN),
        "state_bias": (HIDDEN,),
        "state_out": (HIDDEN, 2),
        "state_out_bias": (2,),
    }
    weights = {}
    for name in WEIGHTS:
        first = torch.zeros(NETS, *shapes[name])
        if "bias" not in name and name != "topic_own":
            spread = shapes[name][0] ** -0.5
            first = (torch.rand(first.shape, generator=generator) * 2 - 1) * spread
        weights[name] = first.requires_grad_()
    return weights


def _train(torch: Any, generator: Any, weights: dict[str, Any], lessons: dict[str, Any]) -> None:
    count = len(lessons["weights"])
    steps = EPOCHS * -(-count // BATCH)
    optimiser = torch.optim.AdamW(list(weights.values()), lr=RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps)
    for _ in range(EPOCHS):
        order = torch.randperm(count, generator=generator)
        for start in range(0, count, BATCH):
            rows = order[start : start + BATCH]
            batch = {name: values[rows] for name, values in lessons.items()}
            optimiser.zero_grad()
            _loss(torch, generator, weights, batch).backward()
            optimiser.step()
            schedule.step()


def _loss(torch: Any, generator: Any, weights: dict[str, Any], batch: dict[str, Any]) -> Any:
    topics, states, also = _forward(torch, generator, weights, batch["topic"], batch["state"])
    by_topic = -(batch["topics"] * torch.log_softmax(topics, dim=2)).sum(dim=2)
    about = (batch["topics"][:, 1:] > 0).float()
    losses = by_topic + _surprise(torch, states, batch["states"]) + _surprise(torch, also, about)
    return (losses * batch["weights"]).mean(dim=1).sum()


def _surprise(torch: Any, scores: Any, truth: Any) -> Any:
    """The loss of yes-or-no answers, summed over them: nets x batch."""
    return torch.nn.functional.binary_cross_entropy_with_logits(
        scores, truth.expand_as(scores), reduction="none"
    ).sum(dim=2)


def _forward(
    torch: Any, generator: Any, w: dict[str, Any], topic: Any, state: Any
) -> tuple[Any, Any, Any]:
    """As `Network.scores`, for a batch, with dropout: each nets x batch x columns."""

    def drop(hidden: Any) -> Any:
        kept = torch.rand(hidden.shape, generator=generator) >= DROPOUT
        return torch.relu(hidden) * kept / (1 - DROPOUT)

    shared = torch.einsum("bg,ngh->nbh", state, w["topic_general"]) + w["topic_bias"][:, None]
    first = torch.einsum("btk,nkh->nbth", topic, w["topic_in"]) + shared[:, :, None]
    middle = torch.einsum("nbth,nhi->nbti", drop(first), w["topic_mid"])
    hidden = drop(middle + w["topic_mid_bias"][:, None, None])
    told = torch.einsum("nbth,nho->nbto", hidden, w["topic_out"])
    named = told[..., 0] + w["topic_own"][:, None]
    also = told[..., 1] + w["also_bias"][:, None]
    empty = drop(torch.einsum("bg,ngh->nbh", state, w["none_in"]) + w["none_bias"][:, None])
    none = torch.einsum("nbh,nh->nb", empty, w["none_out"]) + w["none_out_bias"]
    both = torch.cat([state, *(topic[:, :, column] for column in SEEN)], dim=1)
    inner = drop(torch.einsum("bg,ngh->nbh", both, w["state_in"]) + w["state_bias"][:, None])
    states = torch.einsum("nbh,nhs->nbs", inner, w["state_out"]) + w["state_out_bias"][:, None]
    topics = torch.cat([none[:, :, None], named], dim=2)
    urgent = _urgency(torch, topics, told[..., 2] + states[:, :, :1])
    return topics, torch.stack([urgent, states[:, :, 1]], dim=2), also


def _urgency(torch: Any, topics: Any, if_about: Any) -> Any:
    """As in models/network.py, for a batch."""
    shares = torch.softmax(topics, dim=2)[..., 1:]
    urgent = (shares * torch.sigmoid(if_about)).sum(dim=2)
    return torch.log(urgent + LEAST) - torch.log(1 - urgent + LEAST)
