"""The demonstration: the pilot Wateringse Veld 2021 with invented messages and its accounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from core.accounts import hash_password
from core.domain import Role
from core.i18n import text_of
from core.pilots import install, load
from core.privacy.consent import TEXT_VERSION
from core.store.unit import Unit
from core.wiring import Services

PASSWORD: Final = "wateringse-veld"  # noqa: S105 - printed at start, demo only
PILOT: Final = "wateringse_veld_2021"
_BY: Final = "demo"
_HASTE: Final = timedelta(days=365)
_HASTE_FACTOR: Final = 500.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAccount:
    """demo-account: one for each role, printed at the start."""

    login: str
    name: str
    role: Role
    team: str | None = None


ACCOUNTS: Final = (
    DemoAccount(login="centralist", name="Sanne de Boer", role=Role.DISPATCHER, team="meldkamer"),
    DemoAccount(login="centralist2", name="Milan Yilmaz", role=Role.DISPATCHER, team="meldkamer"),
    DemoAccount(
        login="wijkagent", name="Farida Amrani", role=Role.COMMUNITY_OFFICER, team="police_team"
    ),
    DemoAccount(
        login="handhaver", name="Ruben Pinas", role=Role.ENFORCEMENT_OFFICER, team="handhaving"
    ),
    DemoAccount(login="projectleider", name="Els van Rijn", role=Role.PROJECT_LEAD),
    DemoAccount(login="onderzoeker", name="Jonas Vermeer", role=Role.RESEARCHER),
    DemoAccount(login="beheerder", name="Karin Smit", role=Role.ADMINISTRATOR),
    DemoAccount(
        login="buurtpreventie",
        name="Ria Kok",
        role=Role.WATCH_TEAM,
        team="Buurtpreventie Hoge Veld",
    ),
)


def seed_demo(services: Services) -> bool:
    """Sets the demo up in an empty store; True when it did. A store with a pilot is left alone."""
    with services.store.unit() as unit:
        if unit.pilots.all() or unit.accounts.count():
            return False
        pilot_id = install(unit, load(PILOT))
        # The demo's messages are of today; the real pilot ended on 31 May 2021.
        unit.pilots.set_period(pilot_id, load(PILOT).starts_on, None)
        for group in unit.pilots.groups(pilot_id):
            unit.consents.record(
                group.id, given=True, by=_BY, text_version=TEXT_VERSION, evidence="demo"
            )
        _add_accounts(unit, pilot_id)
        _announce_haste(unit, pilot_id, services.settings.language)
    return True


def _announce_haste(unit: Unit, pilot_id: int, language: str) -> None:
    """From now on the story goes far faster than its past: early warning is told so."""
    unit.alerts.announce(
        pilot_id,
        _BY,
        name=text_of(language, "demo.haste"),
        starts_at=unit.now,
        ends_at=unit.now + _HASTE,
        topics=[],
        area_ids=[],
        factor=_HASTE_FACTOR,
    )


def _add_accounts(unit: Unit, pilot_id: int) -> None:
    password_hash = hash_password(PASSWORD)
    areas = [area.id for area in unit.pilots.areas(pilot_id) if area.kind == "neighbourhood"]
    for account in ACCOUNTS:
        has_beat = account.role in (Role.COMMUNITY_OFFICER, Role.ENFORCEMENT_OFFICER)
        unit.accounts.add(
            login=account.login,
            name=account.name,
            password_hash=password_hash,
            roles=frozenset({account.role}),
            team=account.team,
            language="nl",
            area_ids=areas if has_beat else [],
        )
