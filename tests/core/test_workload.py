"""How much lies open with whom, as dispatchers see it when they assign."""

from __future__ import annotations

from datetime import timedelta

from core.deadlines import Deadline, Duty
from core.domain import UNKNOWN_LOCATION, Incident, Status, Urgency
from core.store.room_queries import Colleague
from core.workload import NOBODY, loads, most_first, team_of, teams_of
from tests.tables import columns_of, shown, table
from tests.timepiece import START

STAFF = [
    Colleague(login="hanna", name="Hanna", team="handhaving", roles=("enforcement_officer",)),
    Colleague(login="wim", name="Wim", team="police_team", roles=("community_officer",)),
    Colleague(login="lea", name="Lea", team=None, roles=("project_lead",)),
]
INCIDENTS = table("""
    id | status      | urgent | assignee         | destination | began | late
    1  | new         | no     | -                | -           | 60    | yes
    2  | accepted    | yes    | -                | -           | 30    | no
    3  | handed_over | no     | -                | handhaving  | 90    | yes
    4  | in_progress | yes    | user:hanna       | handhaving  | 20    | no
    5  | accepted    | no     | team:police_team | -           | 10    | no
    6  | in_progress | no     | user:wim         | police_team | 300   | yes
    7  | accepted    | no     | user:lea         | -           | 5     | no
    8  | handed_over | no     | -                | account:3   | 5     | no
    9  | closed      | no     | user:wim         | police_team | 999   | no
    10 | rejected    | yes    | -                | -           | 999   | no
    11 | waits       | no     | -                | -           | 999   | yes
""")


def incident(row: dict[str, str]) -> Incident:
    waits = row["status"] == "waits"
    began = START - timedelta(minutes=int(row["began"]))
    return Incident(
        id=int(row["id"]),
        pilot_id=1,
        topic="overlast",
        urgency=Urgency.of(row["urgent"] == "yes"),
        status=Status.NEW if waits else Status(row["status"]),
        version=1,
        location=UNKNOWN_LOCATION,
        area_id=None,
        opened_at=began,
        last_message_at=began,
        message_count=1,
        resident_count=1,
        confidence=0.9,
        assignee=None if row["assignee"] == "-" else row["assignee"],
        destination=None if row["destination"] == "-" else row["destination"],
        waits=waits,
    )


def due(row: dict[str, str]) -> tuple[Deadline, ...]:
    at = START + timedelta(minutes=-1 if row["late"] == "yes" else 1)
    number = int(row["id"])
    began = at - timedelta(hours=1)
    # Two terms of one incident that are late make one incident that is.
    return tuple(
        Deadline(duty=duty, incident_id=number, since=began, due_at=at)
        for duty in (Duty.DECIDE, Duty.TELL)
    )


def test_open_urgent_late_and_oldest_for_each_team_and_person() -> None:
    expected = table("""
        owner            | open | urgent | late | oldest
        nobody           | 2    | 1      | 1    | 60
        team:handhaving  | 2    | 1      | 1    | 90
        team:police_team | 2    | 0      | 1    | 300
        user:wim         | 1    | 0      | 1    | 300
        user:hanna       | 1    | 1      | 0    | 20
        account:3        | 1    | 0      | 0    | 5
        user:lea         | 1    | 0      | 0    | 5
    """)
    found = loads(
        [incident(row) for row in INCIDENTS],
        {int(row["id"]): due(row) for row in INCIDENTS},
        teams_of(STAFF),
        START,
    )
    rows = [
        {
            "owner": load.owner or "nobody",
            "open": load.open_count,
            "urgent": load.urgent_count,
            "late": load.overdue_count,
            "oldest": (START - (load.oldest_at or START)) // timedelta(minutes=1),
        }
        for load in most_first(found)
    ]
    assert shown(rows, columns_of(expected)) == expected


def test_nothing_open_is_no_load() -> None:
    assert loads([], {}, teams_of(STAFF), START) == {}


def test_a_work_list_is_its_teams_and_who_has_no_team_stands_alone() -> None:
    teams = teams_of(STAFF)
    owners = ("handhaving", "team:handhaving", "user:hanna", "user:lea", "account:3", NOBODY)
    assert [team_of(owner, teams) for owner in owners] == [
        "team:handhaving",
        "team:handhaving",
        "team:handhaving",
        "user:lea",
        "account:3",
        "",
    ]
