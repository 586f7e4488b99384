"""Who did or saw what, when and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

SYSTEM: Final = "system"
"""The actor of what the product does by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """controleregel: one thing somebody did or saw; `detail` holds codes and ids only."""

    id: int
    at: datetime
    actor: str
    action: str
    subject_kind: str
    subject_id: str
    detail: dict[str, Any]
    reason: str | None


def standing(entries: Sequence[AuditEntry], taken_back: str) -> list[AuditEntry]:
    """The entries that no entry of the action `taken_back` has undone, in their order."""
    undone = {entry.detail.get("undid") for entry in entries if entry.action == taken_back}
    return [entry for entry in entries if entry.id not in undone]


LOOKS: Final = ("saw_original", "saw_picture")
"""Somebody saw what a resident wrote or sent, as it was."""

SUBJECTS: Final[dict[str, tuple[str, ...]]] = {
    "looks": (*LOOKS, "correction_seen", "subject_request", "resident_looked", "exported"),
    "erasures": ("erased", "message_erased", "resident_erased", "emptied", "retention_set"),
    "consent": (
        *("consent_given", "consent_withdrawn", "agreed_in_chat", "group_added", "group_refused"),
        *("resident_stop", "resident_start", "resident_stopped", "pilot_over"),
    ),
    "accounts": (
        *("signed_in", "sign_in_failed", "user_added", "user_changed", "user_stopped"),
        *("user_resumed", "password_changed", "sessions_ended"),
    ),
    "settings": (
        *("pilot_installed", "pilot_created", "period_set", "topics_set", "keep_days_set"),
        *("thresholds_set", "thresholds_undone", "evidence_set", "reciprocity_set"),
        *("retention_set", "geocoding_set", "areas_imported", "streets_imported"),
        *("area_drawn", "area_changed", "area_taken_back", "area_linked", "model_switched"),
        *("rule_added", "rule_changed", "rule_removed", "rule_moved", "watch_set"),
        *("connection_added", "connection_changed", "connection_on", "connection_off"),
        *("account_added", "account_changed", "account_on", "account_off", "account_routed"),
        *("feed_added", "feed_on", "feed_off", "feed_removed", "tip_rules_set", "work_assumed"),
        *("service_times_set", "service_times_undone", "basemap_set", "map_file_added"),
        *("text_written", "text_changed", "text_withdrawn", "text_brought_back"),
        "text_by_itself",
    ),
}
"""What people come to look for, and the actions that belong to it."""
