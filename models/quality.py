"""The quality of a trained judge as one small file beside it, for pages and registers.

`quality.json` is measured on the validation part, streams in time order, at the usual thresholds:

- `model`, `part`, `messages`, `conversations`, `thresholds` (name: value);
- `figures` (name: {value, low, high}): those of `models.figures.summary` with 95 % intervals;
- `reliability` {relevance, urgency: ten bars {from, to, said, happened, count}}: `said` the mean
  probability, `happened` the share that was so; both null in a bar without messages;
- `trade_off` [{threshold, precision, recall}]: urgency at other thresholds;
- `by_topic` {topic: {precision, recall, f1, low, high, count}} ("geen" included; the interval of
  f1); `by_language`, `by_group`, `by_area`, `by_hard_case` {name: {messages, relevant, urgent,
  relevance_precision, relevance_recall, relevance_f1, topic_accuracy, urgent_precision,
  urgent_recall}}: a figure without anything to measure it on is null;
- `confusion` {topics, counts}: a row a labelled topic, a column a judged one;
- `judged` [{id, conversation, group, area, language, hard, topics, urgent, shares {topic:
  probability}, urgency, retracts, said_topics, said_urgent}]: labels first, then what was said;
- `worst` [{id, why, surprise, text}]: the surest mistakes, `why` one of missed_urgent,
  false_urgent, missed, false_alarm, wrong_topic. The texts are the corpus's own, invented.

All probabilities lie between 0 and 1, `surprise` in natural log units. Topics are slugs.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np

from core import pilots
from core.assess import Thresholds, assess
from core.domain import NOT_RELEVANT, Assessment, Judgement, Urgency
from core.ports import Judge
from models.corpus_reader import FOLDER, Example, read_part
from models.evaluate import run
from models.figures import (
    BINS,
    Flags,
    Numbers,
    Verdicts,
    bins,
    intervals,
    rates,
    summary,
    trade_off,
    verdicts,
)

FILE: Final = "quality.json"
PART: Final = "validation"
PILOT: Final = "wateringse_veld_2021"
CURVE: Final = tuple(round(0.02 * step, 2) for step in range(1, 48))
WORST_OF_EACH: Final = 12
_LEAST: Final = 1e-4

Row = dict[str, Any]


def write_quality(folder: Path, judge: Judge, corpus: Path = FOLDER) -> bool:
    """Measures the judge and writes the file; False when this corpus has nothing to measure on."""
    if not any((corpus / PART).glob("*.txt")):
        return False
    found = json.dumps(measured(read_part(PART, corpus), judge), ensure_ascii=False)
    unfinished = folder / f"unfinished-{FILE}"
    unfinished.write_text(f"{found}\n", encoding="utf-8")
    unfinished.replace(folder / FILE)
    return True


def read_quality(folder: Path) -> Row:
    """What was measured of the judge in this folder; empty when nothing was."""
    try:
        found: Row = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def measured(examples: Sequence[Example], judge: Judge) -> Row:
    """Everything the file holds."""
    thresholds = Thresholds()
    judged = run(examples, judge).judged
    v = verdicts(examples, judged, thresholds)
    return {
        "model": judge.model,
        "part": PART,
        "messages": len(examples),
        "conversations": len(set(v.conversation.tolist())),
        "thresholds": asdict(thresholds),
        "figures": _figures(v),
        "reliability": {
            "relevance": _bars(v.relevance, v.gold > 0),
            "urgency": _bars(v.urgency, v.gold_urgent),
        },
        "trade_off": [
            {"threshold": t, "precision": _short(p), "recall": _short(r)}
            for t, p, r in trade_off(v, CURVE)
        ],
        "by_topic": _topics(v),
        **_parts(examples, v),
        "confusion": _confusion(v),
        "judged": _judged(examples, judged, thresholds),
        "worst": _worst(examples, judged, v),
    }


def _figures(v: Verdicts) -> Row:
    around = intervals(v)
    return {
        name: {"value": _short(value), "low": _short(low), "high": _short(high)}
        for (name, value), (low, high) in zip(summary(v).items(), around.values(), strict=True)
    }


def _bars(said: Numbers, happened: Flags) -> list[Row]:
    """Ten bars of a reliability plot, the empty ones too."""
    there = {min(int(bar.said * BINS), BINS - 1): bar for bar in bins(said, happened)}
    return [
        {
            "from": i / BINS,
            "to": (i + 1) / BINS,
            "said": _short(there[i].said) if i in there else None,
            "happened": _short(there[i].happened) if i in there else None,
            "count": there[i].count if i in there else 0,
        }
        for i in range(BINS)
    ]


def _topics(v: Verdicts) -> Row:
    around = intervals(v, _f1_of_all)
    found = {}
    for i, topic in enumerate(v.topics):
        precision, recall, f1 = (_short(rate) for rate in rates(v.gold == i, v.said == i))
        low, high = around[topic]
        found[topic] = {
            "precision": precision,
            "recall": recall,
            "f1": f1,
            "low": _short(low),
            "high": _short(high),
            "count": int((v.gold == i).sum()),
        }
    return found


def _f1_of_all(v: Verdicts) -> dict[str, float]:
    """Also of a topic that a draw of conversations happens to miss."""
    return {topic: rates(v.gold == i, v.said == i)[2] for i, topic in enumerate(v.topics)}


def _parts(examples: Sequence[Example], v: Verdicts) -> Row:
    """The same figures for each language, group, area and hard case."""
    areas = areas_of_groups()
    keys: dict[str, Callable[[Example], str]] = {
        "by_language": lambda e: e.label.lang,
        "by_group": lambda e: e.group,
        "by_area": lambda e: areas.get(e.group, ""),
        "by_hard_case": lambda e: e.label.hard or "",
    }
    return {
        name: {
            value: _part(v.only(np.flatnonzero([key(e) == value for e in examples])))
            for value in sorted({key(e) for e in examples} - {""})
        }
        for name, key in keys.items()
    }


def _part(v: Verdicts) -> Row:
    relevant, urgent = v.gold > 0, v.gold_urgent
    precision, recall, f1 = rates(relevant, v.said > 0)
    urgent_precision, urgent_recall, _ = rates(urgent, v.said_urgent)
    right = float((v.gold == v.said)[relevant].mean()) if relevant.any() else 0.0
    return {
        "messages": len(v.gold),
        "relevant": int(relevant.sum()),
        "urgent": int(urgent.sum()),
        "relevance_precision": _if((v.said > 0).any(), precision),
        "relevance_recall": _if(relevant.any(), recall),
        "relevance_f1": _if(relevant.any(), f1),
        "topic_accuracy": _if(relevant.any(), right),
        "urgent_precision": _if(v.said_urgent.any(), urgent_precision),
        "urgent_recall": _if(urgent.any(), urgent_recall),
    }


def areas_of_groups() -> dict[str, str]:
    """The area of each group of the pilot that the corpus is about."""
    return {group.name: group.area or "" for group in pilots.load(PILOT).groups}


def _confusion(v: Verdicts) -> Row:
    counts = np.zeros((len(v.topics), len(v.topics)), dtype=int)
    np.add.at(counts, (v.gold, v.said), 1)
    return {"topics": list(v.topics), "counts": counts.tolist()}


def _judged(
    examples: Sequence[Example], judged: Sequence[Judgement], thresholds: Thresholds
) -> list[Row]:
    areas = areas_of_groups()
    named = tuple(topic for topic in judged[0].topics if topic != NOT_RELEVANT)
    return [
        {**_labels(example, areas), **_said(one, assess(one, thresholds, named))}
        for example, one in zip(examples, judged, strict=True)
    ]


def _labels(example: Example, areas: Mapping[str, str]) -> Row:
    return {
        "id": example.id,
        "conversation": example.conversation,
        "group": example.group,
        "area": areas.get(example.group, ""),
        "language": example.label.lang,
        "hard": example.label.hard,
        "topics": list(example.label.topics),
        "urgent": example.label.urgent,
    }


def _said(one: Judgement, assessments: Sequence[Assessment]) -> Row:
    return {
        "shares": {topic: _short(share) for topic, share in one.topics.items()},
        "urgency": _short(one.urgent),
        "retracts": _short(one.retracts),
        "said_topics": [assessment.topic for assessment in assessments],
        "said_urgent": any(a.urgency is Urgency.URGENT for a in assessments),
    }


def _worst(examples: Sequence[Example], judged: Sequence[Judgement], v: Verdicts) -> list[Row]:
    """Of each kind of mistake those that the judge was surest of."""
    shares = np.array([[*one.topics.values()] for one in judged])
    surprise = {
        "missed_urgent": np.where(v.gold_urgent & ~v.said_urgent, _wonder(v.urgency), 0),
        "false_urgent": np.where(~v.gold_urgent & v.said_urgent, _wonder(1 - v.urgency), 0),
        "missed": np.where((v.gold > 0) & (v.said == 0), _wonder(v.relevance), 0),
        "false_alarm": np.where((v.gold == 0) & (v.said > 0), _wonder(1 - v.relevance), 0),
        "wrong_topic": np.where(
            (v.gold > 0) & (v.said > 0) & (v.gold != v.said),
            _wonder(shares[np.arange(len(shares)), v.gold]),
            0,
        ),
    }
    return [
        {"id": examples[i].id, "why": why, "surprise": _short(of[i]), "text": examples[i].text}
        for why, of in surprise.items()
        for i in np.argsort(-of, kind="stable")[:WORST_OF_EACH].tolist()
        if of[i] > 0
    ]


def _wonder(share: Numbers) -> Numbers:
    return np.asarray(-np.log(np.clip(share, _LEAST, 1)))


def _if(there: bool | np.bool_, value: float) -> float | None:
    return _short(value) if there else None


def _short(value: float) -> float:
    return 0.0 if math.isnan(value) else round(float(value), 4)
