"""The second step's network: a few small nets side by side, every topic scored by the same weights.

Sharing the weights over topics is what makes the conversation learnable from a small corpus: "the
last turn was about this topic" means the same for waste as for burglary.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

WEIGHTS: Final = (
    "topic_in",
    "topic_general",
    "topic_bias",
    "topic_mid",
    "topic_mid_bias",
    "topic_out",
    "topic_own",
    "also_bias",
    "none_in",
    "none_bias",
    "none_out",
    "none_out_bias",
    "state_in",
    "state_bias",
    "state_out",
    "state_out_bias",
)
"""Names of the weight arrays; the first axis of each is the net."""


LEAST: Final = 1e-6
SEEN: Final = (3, 8)
"""Topic features that the state heads see too: what the words say, how urgent the talk was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scales:
    """Means and spreads of the features in training."""

    topic_mean: Array
    topic_spread: Array
    general_mean: Array
    general_spread: Array


@dataclass(frozen=True, slots=True)
class Network:
    """Scores from features: logits of the topics ("geen" first), of urgent and retracts, of also.

    "Also" is whether a message is about a topic, whatever else it is about.
    """

    scales: Scales
    weights: Mapping[str, Array]

    def scores(
        self, per_topic: NDArray[np.float64], general: NDArray[np.float64]
    ) -> tuple[Array, Array, Array]:
        """(nets x topics with "geen", nets x [urgent, retracts], nets x topics) of a message."""
        w = self.weights
        topic = ((per_topic - self.scales.topic_mean) / self.scales.topic_spread).astype(np.float32)
        state = ((general - self.scales.general_mean) / self.scales.general_spread).astype(
            np.float32
        )
        shared = state @ w["topic_general"] + w["topic_bias"]
        hidden = np.maximum(topic @ w["topic_in"] + shared[:, None, :], 0)
        hidden = np.maximum(hidden @ w["topic_mid"] + w["topic_mid_bias"][:, None, :], 0)
        told = hidden @ w["topic_out"]
        named, also = told[..., 0] + w["topic_own"], told[..., 1] + w["also_bias"]
        empty = np.maximum(state @ w["none_in"] + w["none_bias"], 0)
        none = np.einsum("nh,nh->n", empty, w["none_out"]) + w["none_out_bias"][:, 0]
        both = np.concatenate([state, *(topic[:, column] for column in SEEN)])
        inner = np.maximum(both @ w["state_in"] + w["state_bias"], 0)
        states = np.einsum("nh,nhs->ns", inner, w["state_out"]) + w["state_out_bias"]
        topics = np.concatenate([none[:, None], named], axis=1)
        states[:, 0] = _urgency(topics, told[..., 2] + states[:, :1])
        return topics, states, also


def _urgency(topics: Array, if_about: Array) -> Array:
    """The logit of urgent: how urgent it is if about each topic, weighed by how likely that is."""
    powers = np.exp(topics - topics.max(axis=1, keepdims=True))
    shares = powers[:, 1:] / powers.sum(axis=1, keepdims=True)
    urgent = (shares / (1 + np.exp(-np.clip(if_about, -30, 30)))).sum(axis=1)
    return np.asarray(np.log(urgent + LEAST) - np.log(1 - urgent + LEAST))
