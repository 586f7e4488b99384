"""An alert in words: what, where, how unusual, in plain sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from core.store.alert_queries import Alert, AlertKind, Told
from core.warning.near_repeats import FEWEST_BURGLARIES
from core.warning.spreading import PLATE, shared_by
from pages._frame import counted, language, moment, number, services, t

Names = Mapping[int | None, str]

_RAREST: Final = 1e-6
_FEW: Final = 0.1
_COARSE: Final = 10.0


def title_of(alert: Alert, names: Names) -> str:
    """What and where: "Afval, Hoge Veld"."""
    return t("warnings.summary", topic=topic_name(alert.topic), area=_area(alert, names))


def topic_name(topic: str) -> str:
    known = services().topics.get(topic)
    return topic if known is None else known.name(language())


def sentences(alert: Alert, names: Names, told: Sequence[Told]) -> list[str]:
    """What was noticed, how unusual it is, and what one should know before believing it."""
    if alert.kind is AlertKind.RISE:
        return _rise(alert.findings, names)
    if alert.kind is AlertKind.NEAR_REPEAT:
        return _zone(alert.findings, alert)
    return _pattern(alert.findings, alert, told)


def knox_params(zone: Mapping[str, Any]) -> dict[str, str]:
    """The figures of a Knox test as the sentences want them."""
    ratio, low, high = (_ratio(zone.get(name)) for name in ("ratio", "low", "high"))
    return {"ratio": ratio, "low": low, "high": high, "p": p_value(zone["p_value"])}


def p_value(chance: float) -> str:
    """A probability as science writes it: three decimals, and never nought."""
    return t("warnings.less_than", value=number(0.001, 3)) if chance < 0.001 else number(chance, 3)


def _area(alert: Alert, names: Names) -> str:
    return names.get(alert.area_id) or t("warnings.whole_pilot")


def _rise(findings: Mapping[str, Any], names: Names) -> list[str]:
    window = t(f"warnings.window_{findings['window']}")
    said = t(
        f"warnings.rise_{findings['measure']}",
        window=f"{window[0].upper()}{window[1:]}",
        seen=number(findings["seen"]),
        expected=usual(findings["expected"]),
        bound=number(findings["bound"]),
    )
    found = [f"{said} {t('warnings.how_rare', often=_often(findings['probability']))}"]
    rolled_up = [names[area] for area in findings.get("rolled_up", ()) if area in names]
    if rolled_up:
        found.append(t("warnings.rolled_up", areas=", ".join(rolled_up)))
    if findings.get("short"):
        found.append(t("warnings.is_short", days=number(findings["past_days"])))
    return found


def usual(expected: float) -> str:
    """An expected count as people say it: "minder dan 0,1", "ongeveer 2,4"."""
    if expected < _FEW:
        return t("warnings.less_than", value=number(_FEW, 1))
    return t("warnings.about", value=number(expected, 0 if expected >= _COARSE else 1))


def _often(probability: float) -> str:
    times = 1 / max(probability, _RAREST)
    step = 10 ** max(0, len(str(int(times))) - 2)
    return t("warnings.once_in", count=number(int(times // step * step)))


def _zone(findings: Mapping[str, Any], alert: Alert) -> list[str]:
    until = moment(datetime.fromisoformat(findings["until"]))
    count = counted("count.incidents", len(alert.incident_ids))
    said = t("warnings.zone", count=count, metres=number(findings["near_m"]), until=until)
    used, knox = number(findings["used"]), findings.get("knox")
    if knox is None:
        few = t("warnings.zone_too_few", used=used, fewest=number(FEWEST_BURGLARIES))
        return [said, f"{few} {t('warnings.zone_literature')}"]
    key = "zone_shown" if findings["shows"] else "zone_not_shown"
    return [said, t(f"warnings.{key}", used=used, **knox_params(knox))]


def _pattern(findings: Mapping[str, Any], alert: Alert, told: Sequence[Told]) -> list[str]:
    count = counted("count.incidents", len(alert.incident_ids))
    if findings["what"] == PLATE:
        return [t("warnings.plate", count=count)]
    shared = shared_by([one for one in told if one.incident_id in alert.incident_ids])
    if not shared:
        return [t("warnings.description_gone", count=count)]
    chance = findings["by_chance"]
    often = number(chance, 2) if chance >= 0.01 else t("warnings.less_than", value=number(0.01, 2))
    return [t("warnings.description", words=", ".join(shared), count=count, chance=often)]


def _ratio(value: float | None) -> str:
    return "–" if value is None else number(value, 1)
