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


@dataclass(frozen=True, slots=True, kw_only=True)
class Scales:
    """Means and spreads of the features in training."""

    topic_mean: Array
    topic_spread: Array
    general_mean: Array
    general_spread: Array


@dataclass(frozen=True, slots=True)
class Network:
    """Scores from features: topic logits ("geen" first) and the logits of urgent and retracts."""

    scales: Scales
    weights: Mapping[str, Array]

    def scores(
        self, per_topic: NDArray[np.float64], general: NDArray[np.float64]
    ) -> tuple[Array, Array]:
        """(nets x topics with "geen", nets x [urgent, retracts]) of one message."""
        w = self.weights
        topic = ((per_topic - self.scales.topic_mean) / self.scales.topic_spread).astype(np.float32)
        state = ((general - self.scales.general_mean) / self.scales.general_spread).astype(
            np.float32
        )
        shared = state @ w["topic_general"] + w["topic_bias"]
        hidden = np.maximum(topic @ w["topic_in"] + shared[:, None, :], 0)
        hidden = np.maximum(hidden @ w["topic_mid"] + w["topic_mid_bias"][:, None, :], 0)
        named = (hidden @ w["topic_out"])[..., 0] + w["topic_own"]
        empty = np.maximum(state @ w["none_in"] + w["none_bias"], 0)
        none = np.einsum("nh,nh->n", empty, w["none_out"]) + w["none_out_bias"][:, 0]
        both = np.concatenate([state, topic[:, 3]])
        inner = np.maximum(both @ w["state_in"] + w["state_bias"], 0)
        states = np.einsum("nh,nhs->ns", inner, w["state_out"]) + w["state_out_bias"]
        return np.concatenate([none[:, None], named], axis=1), states
