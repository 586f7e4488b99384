"""Who may do what, as one table; every action is refused on the server for everybody else."""

from __future__ import annotations

import pytest

from core.domain import Role
from core.errors import NotAllowed
from core.permissions import ALLOWED, Action, may, require
from tests.people import People
from tests.tables import table

PEOPLE = {
    "dispatch": Role.DISPATCHER,
    "wijkagent": Role.COMMUNITY_OFFICER,
    "handhaver": Role.ENFORCEMENT_OFFICER,
    "lead": Role.PROJECT_LEAD,
    "research": Role.RESEARCHER,
    "admin": Role.ADMINISTRATOR,
    "team": Role.WATCH_TEAM,
}
WHO_MAY = table("""
    action        | dispatch | wijkagent | handhaver | lead | research | admin | team
    see_incidents | yes      | yes       | yes       | yes  | no       | yes   | no
    read_shift_notes | yes   | yes       | no        | yes  | no       | no    | no
    decide        | yes      | no        | no        | no   | no       | no    | no
    correct       | yes      | yes       | no        | no   | no       | no    | no
    settle_doubt  | yes      | yes       | no        | yes  | no       | no    | no
    report_back   | yes      | yes       | yes       | no   | no       | no    | no
    work          | yes      | yes       | yes       | no   | no       | no    | no
    see_original  | yes      | yes       | no        | no   | no       | no    | no
    see_trends    | yes      | yes       | yes       | yes  | yes      | yes   | no
    evaluate      | no       | no        | no        | yes  | yes      | yes   | no
    explore       | no       | no        | no        | yes  | yes      | no    | no
    export        | no       | no        | no        | yes  | yes      | yes   | no
    administer    | no       | no        | no        | no   | no       | yes   | no
    see_alerts    | yes      | yes       | no        | yes  | yes      | yes   | no
    judge_alerts  | yes      | yes       | no        | yes  | no       | no    | no
    announce      | no       | no        | no        | yes  | no       | yes   | no
    survey        | no       | no        | no        | yes  | no       | yes   | no
    note_calls    | yes      | no        | no        | no   | no       | no    | no
    advise        | no       | yes       | yes       | yes  | no       | no    | no
    set_tip_rules | no       | no        | no        | yes  | no       | yes   | no
    share         | yes      | yes       | yes       | no   | no       | no    | no
    see_shared    | no       | no        | no        | no   | no       | no    | yes
    exercise      | yes      | yes       | yes       | no   | no       | no    | no
    set_exercises | no       | no        | no        | yes  | no       | yes   | no
    write_texts   | no       | no        | no        | yes  | no       | yes   | no
""")


@pytest.mark.parametrize("row", WHO_MAY, ids=lambda row: row["action"])
def test_a_role_may_do_what_the_table_says(row: dict[str, str], people: People) -> None:
    for name, role in PEOPLE.items():
        assert may(people.of(role), Action(row["action"])) is (row[name] == "yes"), name


def test_the_table_knows_every_action_and_role() -> None:
    assert {row["action"] for row in WHO_MAY} == set(Action)
    assert set(ALLOWED) == set(Action)
    assert set(PEOPLE.values()) == set(Role)


def test_refusal_is_an_error_that_names_the_action(people: People) -> None:
    with pytest.raises(NotAllowed) as refused:
        require(people.ron, Action.DECIDE)
    assert refused.value.params == {"action": "decide"}
