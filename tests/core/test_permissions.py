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
}
WHO_MAY = table("""
    action        | dispatch | wijkagent | handhaver | lead | research | admin
    see_incidents | yes      | yes       | yes       | yes  | no       | yes
    decide        | yes      | no        | no        | no   | no       | no
    correct       | yes      | yes       | no        | no   | no       | no
    settle_doubt  | yes      | yes       | no        | yes  | no       | no
    report_back   | yes      | yes       | yes       | no   | no       | no
    work          | yes      | yes       | yes       | no   | no       | no
    see_original  | yes      | yes       | no        | no   | no       | no
    see_trends    | yes      | yes       | yes       | yes  | yes      | yes
    evaluate      | no       | no        | no        | yes  | yes      | yes
    explore       | no       | no        | no        | yes  | yes      | no
    export        | no       | no        | no        | yes  | yes      | yes
    administer    | no       | no        | no        | no   | no       | yes
    see_alerts    | yes      | yes       | no        | yes  | yes      | yes
    judge_alerts  | yes      | yes       | no        | yes  | no       | no
    announce      | no       | no        | no        | yes  | no       | yes
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
