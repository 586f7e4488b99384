"""The tables. Times are UTC; json columns hold codes, numbers and ids.

Residents' words stand in exactly these columns, all listed in core/privacy/README.md and emptied
by `erase`: inbox.sealed, messages.redacted, messages.sealed_original, corrections.sealed_words, and
single words of the redacted text in assessments.grounds and links.reasons; what an answer was
understood as stands in answers.value. outbox.text is written by staff, shift_notes.text by
dispatchers; team_reports.redacted by somebody of a neighbourhood-watch team who signs in.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa


class Instant(sa.TypeDecorator[datetime]):
    """An aware moment, kept as UTC; SQLite forgets zones, so the zone is put back on reading."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer, primary_key=True, autoincrement=True)


def _to(name: str, target: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.ForeignKey(f"{target}.id"), nullable=nullable, index=True)


pilots = sa.Table(
    "pilots",
    metadata,
    _id(),
    sa.Column("name", sa.String(200), nullable=False, unique=True),
    sa.Column("starts_on", sa.Date, nullable=False),
    sa.Column("ends_on", sa.Date),
    sa.Column("topics", sa.JSON, nullable=False),
    sa.Column("thresholds", sa.JSON, nullable=False, default=dict),
    sa.Column("geocode_town", sa.String(80)),  # empty: nothing is asked of a geocoder
    # How long after the last day what residents wrote is kept.
    sa.Column("keep_days", sa.Integer, nullable=False, default=90, server_default="90"),
)

areas = sa.Table(
    "areas",
    metadata,
    _id(),
    _to("pilot_id", "pilots"),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("code", sa.String(20)),
    sa.Column("lat", sa.Float, nullable=False),
    sa.Column("lon", sa.Float, nullable=False),
    sa.Column("radius_m", sa.Float, nullable=False),
    sa.Column("outline", sa.JSON, nullable=False, default=list),
    sa.Column("further", sa.JSON, nullable=False, default=list, server_default="[]"),
    sa.UniqueConstraint("pilot_id", "name"),
)

places = sa.Table(  # the pilot's gazetteer: streets and landmarks, a row for each known part
    "places",
    metadata,
    _id(),
    _to("pilot_id", "pilots"),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("aliases", sa.JSON, nullable=False, default=list),
    sa.Column("lat", sa.Float, nullable=False),
    sa.Column("lon", sa.Float, nullable=False),
    sa.Column("radius_m", sa.Float, nullable=False),
    sa.Column("number_from", sa.Integer),
    sa.Column("number_to", sa.Integer),
    _to("area_id", "areas", nullable=True),
)

groups = sa.Table(
    "groups",
    metadata,
    _id(),
    _to("pilot_id", "pilots"),
    sa.Column("source", sa.String(40), nullable=False),
    sa.Column("native_id", sa.String(200), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    _to("area_id", "areas", nullable=True),
    sa.Column("is_open_source", sa.Boolean, nullable=False, default=False),
    sa.Column("cursor", sa.String(500)),
    sa.Column("last_event_at", Instant),
    sa.Column("last_error", sa.String(200)),
    sa.Column("connection_id", sa.Integer),  # through which it is followed live
    sa.Column("requested_by", sa.String(40)),  # the resident who asked; they may end it too
    sa.Column("agreed_at", Instant),  # when that resident said yes to the announcement
    sa.Column("refused_at", Instant),
    sa.Column("unreadable", sa.Boolean, nullable=False, default=False, server_default=sa.false()),
    sa.Column("sealed_invite", sa.LargeBinary),  # the link by which residents join
    sa.UniqueConstraint("pilot_id", "source", "native_id"),
)

consents = sa.Table(  # appended; the newest row of a group (resident empty) or resident counts
    "consents",
    metadata,
    _id(),
    _to("group_id", "groups"),
    sa.Column("resident", sa.String(40)),
    sa.Column("given", sa.Boolean, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by", sa.String(200), nullable=False),
    sa.Column("text_version", sa.String(40), nullable=False),
    sa.Column("evidence", sa.String(500), nullable=False, default=""),
)

inbox = sa.Table(  # payloads sealed under short-lived keys; a row goes when its message is judged
    "inbox",
    metadata,
    _id(),
    _to("group_id", "groups"),
    sa.Column("message_key", sa.String(64), nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("sent_at", Instant, nullable=False),
    sa.Column("received_at", Instant, nullable=False),
    sa.Column("key_id", sa.String(40), nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    sa.Column("claimed_at", Instant),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("error", sa.String(200)),
    sa.UniqueConstraint("message_key", "revision", "kind"),
)

turns = sa.Table(  # one a message seen, off-topic too: no words; proves a message was done before
    "turns",
    metadata,
    _id(),
    _to("group_id", "groups"),
    sa.Column("message_key", sa.String(64), nullable=False, unique=True),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("sent_at", Instant, nullable=False),
    sa.Column("resident", sa.String(40)),
    sa.Column("topics", sa.JSON(none_as_null=True)),  # empty once erased or old
    sa.Column("urgent", sa.Float),
    sa.Column("incident_id", sa.Integer),
    sa.Column("erased", sa.Boolean, nullable=False, default=False),
    sa.Index("ix_turns_group_sent", "group_id", "sent_at"),
)

messages = sa.Table(
    "messages",
    metadata,
    _id(),
    _to("group_id", "groups"),
    sa.Column("message_key", sa.String(64), nullable=False, unique=True),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("resident", sa.String(40), nullable=False, index=True),
    sa.Column("sent_at", Instant, nullable=False, index=True),
    sa.Column("stored_at", Instant, nullable=False),
    sa.Column("reply_to", sa.String(64)),
    sa.Column("redacted", sa.Text, nullable=False),
    sa.Column("sealed_original", sa.LargeBinary),
    sa.Column("embedding", sa.LargeBinary),
    sa.Column("no_report_at", Instant),  # a person said that it reports nothing
    sa.Column("told", sa.JSON(none_as_null=True)),  # codes of its source: core.domain.TOLD
    sa.Column("sealed_from", sa.LargeBinary),  # who wrote it and its id, in the network's own ids
    sa.Column("direct", sa.Boolean, nullable=False, default=False, server_default=sa.false()),
)

assessments = sa.Table(
    "assessments",
    metadata,
    _id(),
    _to("message_id", "messages"),
    sa.Column("topic", sa.String(40), nullable=False),
    sa.Column("confidence", sa.Float, nullable=False),
    sa.Column("urgent", sa.Boolean, nullable=False),
    sa.Column("urgency_confidence", sa.Float, nullable=False),
    sa.Column("doubtful", sa.Boolean, nullable=False, default=False),
    sa.Column("retracts", sa.Boolean, nullable=False, default=False),
    sa.Column("grounds", sa.JSON, nullable=False),
    sa.Column("location", sa.JSON, nullable=False),
    sa.Column("model", sa.String(80), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("corrected_by", sa.String(80)),
    sa.Column("corrected_count", sa.Integer, nullable=False, default=0, server_default="0"),
)

incidents = sa.Table(
    "incidents",
    metadata,
    _id(),
    _to("pilot_id", "pilots"),
    sa.Column("topic", sa.String(40), nullable=False),
    sa.Column("urgent", sa.Boolean, nullable=False),
    sa.Column("status", sa.String(20), nullable=False),
    sa.Column("version", sa.Integer, nullable=False, default=1),
    sa.Column("location", sa.JSON, nullable=False),
    sa.Column("lat", sa.Float),
    sa.Column("lon", sa.Float),
    _to("area_id", "areas", nullable=True),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("last_message_at", Instant, nullable=False),
    sa.Column("message_count", sa.Integer, nullable=False),
    sa.Column("resident_count", sa.Integer, nullable=False),
    sa.Column("confidence", sa.Float, nullable=False),
    sa.Column("assignee", sa.String(80)),
    sa.Column("destination", sa.String(80)),
    sa.Column("proposed_destination", sa.String(80)),
    sa.Column("merged_into", sa.Integer),
    sa.Column("overruled", sa.JSON, nullable=False, default=list),
    sa.Column("changed_by", sa.String(80)),
    sa.Column("changed_at", Instant),
    sa.Column("title", sa.String(120)),  # what staff call it; empty: its topic and place
    # Until there is as much evidence as its pilot asks of its topic, it is not in the queue.
    sa.Column("waits", sa.Boolean, nullable=False, default=False, server_default=sa.false()),
    sa.Column("entered_at", Instant),  # when it came into the queue after all
    sa.Column("proposed_team", sa.String(80)),
    sa.Column("routing_rule_id", sa.Integer),  # by which both are proposed; none: by its topic
    sa.Column("handed_back_at", Instant),  # empty once somebody decided on it again
    sa.Column("reopened_at", Instant),
    sa.Index("ix_incidents_queue", "pilot_id", "status", "last_message_at"),
)

links = sa.Table(
    "links",
    metadata,
    _id(),
    _to("incident_id", "incidents"),
    _to("message_id", "messages"),
    _to("assessment_id", "assessments"),
    sa.Column("strength", sa.Float, nullable=False),
    sa.Column("reasons", sa.JSON, nullable=False),
    sa.Column("runner_up", sa.Integer),
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.UniqueConstraint("incident_id", "message_id", "assessment_id"),
)

labels = sa.Table(  # what people corrected: the examples the next model learns from
    "labels",
    metadata,
    _id(),
    _to("message_id", "messages", nullable=True),
    _to("incident_id", "incidents", nullable=True),
    sa.Column("what", sa.String(40), nullable=False),
    sa.Column("before", sa.JSON(none_as_null=True)),
    sa.Column("after", sa.JSON(none_as_null=True)),
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("other_message_id", sa.Integer),  # of a pair: the message it (not) belongs with
    sa.Column("other_incident_id", sa.Integer),
    sa.Column("model", sa.String(80)),  # which one had said what was corrected
    sa.Column("step_id", sa.Integer, index=True),  # the first label that the same step left
)

outbox = sa.Table(
    "outbox",
    metadata,
    _id(),
    sa.Column("idempotency_key", sa.String(80), nullable=False, unique=True),
    sa.Column("kind", sa.String(20), nullable=False),
    _to("incident_id", "incidents", nullable=True),
    _to("group_id", "groups", nullable=True),
    sa.Column("destination", sa.String(80)),
    sa.Column("text", sa.Text, nullable=False, default=""),
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("state", sa.String(20), nullable=False, index=True),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("error", sa.String(200)),
    sa.Column("reference", sa.String(200)),
    sa.Column("delivered_at", Instant),
    sa.Column("sealed_to", sa.LargeBinary),  # whom a reply is for, in the network's own ids
    sa.Column("seen_state", sa.String(20)),  # what the network said of it since: delivered, read
    sa.Column("seen_at", Instant),
    sa.Column("hand_over_id", sa.Integer, index=True),  # to an outside destination
    sa.Column("account_id", sa.Integer, index=True),  # the destination's account it goes to
    sa.Column("resident", sa.String(40)),  # of a text to one of them
)

audit_entries = sa.Table(  # appended only; `hash` chains each entry to the one before it
    "audit_entries",
    metadata,
    _id(),
    sa.Column("at", Instant, nullable=False, index=True),
    sa.Column("actor", sa.String(80), nullable=False),
    sa.Column("action", sa.String(40), nullable=False),
    sa.Column("subject_kind", sa.String(40), nullable=False),
    sa.Column("subject_id", sa.String(80), nullable=False),
    sa.Column("detail", sa.JSON, nullable=False),
    sa.Column("reason", sa.String(500)),
    sa.Column("previous_hash", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Index("ix_audit_subject", "subject_kind", "subject_id"),
    sa.Index("ix_audit_actor", "actor", "id"),
    sa.Index("ix_audit_action", "action", "id"),
)

daily_counts = sa.Table(  # how many messages were dropped, for what reason; never what they said
    "daily_counts",
    metadata,
    _to("group_id", "groups"),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("what", sa.String(40), nullable=False),
    sa.Column("count", sa.Integer, nullable=False),
    sa.PrimaryKeyConstraint("group_id", "day", "what"),
)

changes = sa.Table(  # what the screens are told: something about this incident is new
    "changes",
    metadata,
    sa.Column("revision", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("incident_id", sa.Integer, nullable=False),
    sa.Column("what", sa.String(40), nullable=False),
    sa.Column("at", Instant, nullable=False),
)

users = sa.Table(
    "users",
    metadata,
    _id(),
    sa.Column("login", sa.String(80), nullable=False, unique=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("password_hash", sa.String(200), nullable=False),
    sa.Column("roles", sa.JSON, nullable=False),
    sa.Column("language", sa.String(5), nullable=False, default="nl"),
    sa.Column("area_ids", sa.JSON, nullable=False, default=list),
    sa.Column("team", sa.String(80)),
    sa.Column("active", sa.Boolean, nullable=False, default=True),
    sa.Column("failed_count", sa.Integer, nullable=False, default=0),
    sa.Column("locked_until", Instant),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    _to("user_id", "users"),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("seen_at", Instant, nullable=False),
)

visits = sa.Table(  # when a user last saw a page: "since my last visit"
    "visits",
    metadata,
    _to("user_id", "users"),
    sa.Column("page", sa.String(40), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("previous_at", Instant),
    sa.PrimaryKeyConstraint("user_id", "page"),
)

imports = sa.Table(
    "imports",
    metadata,
    _id(),
    _to("group_id", "groups"),
    sa.Column("source", sa.String(40), nullable=False),
    sa.Column("file_name", sa.String(200), nullable=False),
    sa.Column("dry_run", sa.Boolean, nullable=False),
    sa.Column("day_first", sa.Boolean),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("key_id", sa.String(40)),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("read_bytes", sa.BigInteger, nullable=False, default=0),
    sa.Column("row_count", sa.Integer, nullable=False, default=0),
    sa.Column("new_count", sa.Integer, nullable=False, default=0),
    sa.Column("known_count", sa.Integer, nullable=False, default=0),
    sa.Column("erased_count", sa.Integer, nullable=False, default=0),
    sa.Column("error_count", sa.Integer, nullable=False, default=0),
    sa.Column("errors", sa.JSON, nullable=False, default=list),
    sa.Column("failure", sa.JSON(none_as_null=True)),
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("holder", sa.String(40)),
    sa.Column("alive_at", Instant),
    sa.Column("finished_at", Instant),
)

import_lines = sa.Table(  # what files without ids showed before: keyed, to find edits and deletes
    "import_lines",
    metadata,
    _id(),
    _to("group_id", "groups"),
    sa.Column("place_key", sa.String(64), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("line_key", sa.String(64), nullable=False),
    sa.Column("words_key", sa.String(64), nullable=False),
    sa.Column("earlier_keys", sa.JSON, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("deleted", sa.Boolean, nullable=False),
    sa.UniqueConstraint("place_key", "position"),
)

runs = sa.Table(  # what researchers let compute; `outcome` holds ids and numbers, no words
    "runs",
    metadata,
    _id(),
    _to("pilot_id", "pilots"),
    sa.Column("recipe", sa.JSON, nullable=False),
    sa.Column("state", sa.String(20), nullable=False, index=True),
    sa.Column("progress", sa.Float, nullable=False, default=0.0),
    sa.Column("outcome", sa.JSON(none_as_null=True)),
    sa.Column("error", sa.String(80)),
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("holder", sa.String(40)),
    sa.Column("alive_at", Instant),
    sa.Column("finished_at", Instant),
    sa.Column("name", sa.String(80), nullable=False, default="", server_default=""),
    sa.Column("note", sa.String(1000), nullable=False, default="", server_default=""),
    sa.Column("step", sa.String(20), nullable=False, default="", server_default=""),
    sa.Column("from_run_id", sa.Integer),
)

leases = sa.Table(  # who does a thing that only one process may do at a time
    "leases",
    metadata,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("holder", sa.String(80), nullable=False),
    sa.Column("until", Instant, nullable=False),
)

health = sa.Table(  # a line a process: alive, and how far behind
    "health",
    metadata,
    sa.Column("role", sa.String(40), primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("figures", sa.JSON, nullable=False),
)

trainings = sa.Table(  # what an administrator lets the models learn, one at a time
    "trainings",
    metadata,
    _id(),
    sa.Column("state", sa.String(20), nullable=False, index=True),
    sa.Column("stage", sa.String(20), nullable=False, default=""),
    sa.Column("progress", sa.Float, nullable=False, default=0.0),
    sa.Column("version", sa.String(80)),  # of the model that came out
    sa.Column("error", sa.String(80)),
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("holder", sa.String(40)),
    sa.Column("alive_at", Instant),
    sa.Column("finished_at", Instant),
)

models = sa.Table(  # what was learned; `read_keys`: the corrected messages that it has read
    "models",
    metadata,
    _id(),
    sa.Column("version", sa.String(80), nullable=False, unique=True),
    sa.Column("in_use", sa.Boolean, nullable=False, default=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("made_by", sa.String(80), nullable=False),
    sa.Column("replaces", sa.String(80), nullable=False),  # what it was measured against
    sa.Column("correction_count", sa.Integer, nullable=False),
    sa.Column("pair_count", sa.Integer, nullable=False),
    sa.Column("figures", sa.JSON, nullable=False),
    sa.Column("read_keys", sa.JSON, nullable=False),
)

alerts = sa.Table(  # what asked attention and what a person made of it: numbers and ids, no words
    "alerts",
    metadata,
    _id(),
    _to("pilot_id", "pilots"),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("mark", sa.String(80), nullable=False),  # the same rise found again is the same row
    sa.Column("topic", sa.String(40), nullable=False),
    _to("area_id", "areas", nullable=True),
    sa.Column("began_at", Instant, nullable=False),
    sa.Column("raised_at", Instant, nullable=False),
    sa.Column("last_at", Instant, nullable=False),
    sa.Column("findings", sa.JSON, nullable=False),
    sa.Column("state", sa.String(20), nullable=False, index=True),
    sa.Column("version", sa.Integer, nullable=False, default=1),
    sa.Column("judged_by", sa.String(80)),
    sa.Column("judged_at", Instant),
    sa.Column("reason", sa.String(500)),
    sa.Column("incident_id", sa.Integer),
    sa.UniqueConstraint("pilot_id", "kind", "mark"),
)

expected_events = sa.Table(  # announced by staff: a fireworks night, a match day, a market
    "expected_events",
    metadata,
    _id(),
    _to("pilot_id", "pilots"),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("starts_at", Instant, nullable=False),
    sa.Column("ends_at", Instant, nullable=False),
    sa.Column("topics", sa.JSON, nullable=False),  # empty: all of them
    sa.Column("area_ids", sa.JSON, nullable=False),  # empty: the whole pilot
    sa.Column("factor", sa.Float, nullable=False),
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("withdrawn_at", Instant),
)

watches = sa.Table(  # how a pilot is watched, and the newest baseline: numbers only
    "watches",
    metadata,
    sa.Column("pilot_id", sa.ForeignKey("pilots.id"), primary_key=True),
    sa.Column("settings", sa.JSON, nullable=False, default=dict),
    sa.Column("outlook", sa.JSON(none_as_null=True)),
    sa.Column("watched_at", Instant),
)

plate_marks = sa.Table(  # a keyed hash of a plate that was taken out of a text; gone within weeks
    "plate_marks",
    metadata,
    _id(),
    _to("message_id", "messages"),
    sa.Column("mark", sa.String(40), nullable=False, index=True),
    sa.Column("sent_at", Instant, nullable=False, index=True),
    sa.UniqueConstraint("message_id", "mark"),
)

evaluations = sa.Table(  # how good each model that judged here was measured to be: numbers only
    "evaluations",
    metadata,
    _id(),
    sa.Column("model", sa.String(80), nullable=False, unique=True),
    sa.Column("figures", sa.JSON, nullable=False),
    sa.Column("at", Instant, nullable=False),
)

wanted_evidence = sa.Table(  # how much of it a pilot asks of a topic before its queue shows it
    "wanted_evidence",
    metadata,
    sa.Column("pilot_id", sa.ForeignKey("pilots.id"), nullable=False),
    sa.Column("topic", sa.String(40), nullable=False),
    sa.Column("residents", sa.Integer),
    sa.Column("confidence", sa.Float),
    sa.PrimaryKeyConstraint("pilot_id", "topic"),
)

regroupings = sa.Table(  # merges and splits that clustering a period proposes: ids and numbers
    "regroupings",
    metadata,
    _id(),
    _to("pilot_id", "pilots"),
    sa.Column("kind", sa.String(10), nullable=False),
    _to("incident_id", "incidents"),
    sa.Column("other_id", sa.Integer),  # of a merge
    sa.Column("message_ids", sa.JSON, nullable=False),  # of a split: those that would leave
    sa.Column("strength", sa.Float, nullable=False),
    sa.Column("seen", sa.String(64), nullable=False),  # stands for the members as they were then
    sa.Column("state", sa.String(20), nullable=False, index=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("judged_by", sa.String(80)),
    sa.Column("judged_at", Instant),
    sa.UniqueConstraint("pilot_id", "kind", "incident_id", "seen"),
)

geocode_waits = sa.Table(  # assessments whose place a geocoder may know: an id, no words
    "geocode_waits",
    metadata,
    _id(),
    sa.Column("assessment_id", sa.Integer, nullable=False, unique=True),
    sa.Column("due_at", Instant, nullable=False, index=True),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
)

geocodes = sa.Table(  # what a geocoder answered, under a keyed hash of what it was asked
    "geocodes",
    metadata,
    sa.Column("address_key", sa.String(64), primary_key=True),
    sa.Column("answer", sa.JSON(none_as_null=True)),  # the register's own names; empty: not there
    sa.Column("asked_at", Instant, nullable=False),
)

connections = sa.Table(  # a network that is followed live; its secret is sealed
    "connections",
    metadata,
    _id(),
    _to("pilot_id", "pilots"),
    sa.Column("source", sa.String(40), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("settings", sa.JSON, nullable=False, default=dict),
    sa.Column("sealed_secret", sa.LargeBinary),
    sa.Column("enabled", sa.Boolean, nullable=False, default=False),
    sa.Column("cursor", sa.Text),
    sa.Column("heard_at", Instant),
    sa.Column("error", sa.String(80)),
    sa.Column("failure_count", sa.Integer, nullable=False, default=0),
    sa.Column("retry_at", Instant),
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("purpose", sa.String(500)),  # why people who did not ask us are read at all
    sa.Column("legal_basis", sa.String(500)),
    # How much was refused unread at the door, by reason: no group of it is known.
    sa.Column("counts", sa.JSON, nullable=False, default=dict, server_default="{}"),
)

tips = sa.Table(  # advice that a person sent, made public or set aside; written by staff
    "tips",
    metadata,
    _id(),
    _to("pilot_id", "pilots"),
    sa.Column("advice", sa.String(60), nullable=False),  # which of the library; empty: their own
    sa.Column("topic", sa.String(40), nullable=False),
    sa.Column("is_warning", sa.Boolean, nullable=False, default=False),
    sa.Column("title", sa.String(120), nullable=False, default=""),
    sa.Column("text", sa.Text, nullable=False, default=""),
    sa.Column("mark", sa.String(80), nullable=False, default=""),  # the occasion it was for
    sa.Column("group_ids", sa.JSON, nullable=False, default=list),
    _to("area_id", "areas", nullable=True),
    sa.Column("state", sa.String(20), nullable=False, index=True),
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("public_from", Instant),
    sa.Column("public_until", Instant),
    sa.Column("changed_at", Instant, nullable=False),
)

tip_answers = sa.Table(  # how many residents answered a tip in their group; never what they said
    "tip_answers",
    metadata,
    _to("tip_id", "tips"),
    _to("group_id", "groups"),
    sa.Column("count", sa.Integer, nullable=False),
    sa.PrimaryKeyConstraint("tip_id", "group_id"),
)

tip_rules = sa.Table(  # how many tips a group gets, and at which hours none
    "tip_rules",
    metadata,
    sa.Column("pilot_id", sa.ForeignKey("pilots.id"), primary_key=True),
    sa.Column("per_week", sa.Integer, nullable=False),
    sa.Column("quiet_from", sa.Integer, nullable=False),
    sa.Column("quiet_until", sa.Integer, nullable=False),
)

shares = sa.Table(  # an incident that somebody chose to share with a neighbourhood-watch team
    "shares",
    metadata,
    _id(),
    _to("incident_id", "incidents"),
    sa.Column("team", sa.String(80), nullable=False, index=True),
    sa.Column("note", sa.String(500), nullable=False, default=""),  # written by staff
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Column("ended_by", sa.String(80)),
)

team_reports = sa.Table(  # what a team found on the spot; free words redacted before they are kept
    "team_reports",
    metadata,
    _id(),
    _to("share_id", "shares"),
    _to("incident_id", "incidents"),
    sa.Column("outcome", sa.String(20), nullable=False),
    sa.Column("redacted", sa.String(500), nullable=False, default=""),
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("at", Instant, nullable=False),
)

resident_links = sa.Table(  # a personal link: of its token only the hash
    "resident_links",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("source", sa.String(40), nullable=False),
    sa.Column("resident", sa.String(40), nullable=False, index=True),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False, index=True),
)

corrections = sa.Table(  # what residents say is wrong about them, sealed; and what staff answered
    "corrections",
    metadata,
    _id(),
    sa.Column("source", sa.String(40), nullable=False),
    sa.Column("resident", sa.String(40), nullable=False, index=True),
    _to("group_id", "groups"),
    sa.Column("message_key", sa.String(64), nullable=False, index=True),
    sa.Column("sealed_words", sa.LargeBinary),
    sa.Column("state", sa.String(20), nullable=False, index=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("answer", sa.String(500), nullable=False, default=""),
    sa.Column("answered_by", sa.String(80)),
    sa.Column("answered_at", Instant),
)

questions = sa.Table(  # asked of a group, or of one resident in it; `text` is staff's or ours
    "questions",
    metadata,
    _id(),
    _to("incident_id", "incidents"),
    _to("group_id", "groups"),
    sa.Column("resident", sa.String(40)),  # empty: the whole group
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("deadline_at", Instant, nullable=False),
    sa.Column("enough_count", sa.Integer, nullable=False),
    sa.Column("thanks", sa.Boolean, nullable=False),
    sa.Column("state", sa.String(20), nullable=False, index=True),
    sa.Column("ended_at", Instant),
    sa.Column("ended_by", sa.String(80)),
    sa.Index(
        "uq_questions_open",
        "incident_id",
        "group_id",
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    ),
)

answers = sa.Table(  # what was understood of a message that answers; gone with the message
    "answers",
    metadata,
    _id(),
    _to("question_id", "questions"),
    _to("message_id", "messages"),
    sa.Column("resident", sa.String(40), nullable=False),
    sa.Column("value", sa.JSON, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.UniqueConstraint("question_id", "message_id"),
)

promises = sa.Table(  # "we let you know before 20:00"
    "promises",
    metadata,
    _id(),
    _to("incident_id", "incidents"),
    sa.Column("text", sa.String(300), nullable=False),
    sa.Column("due_at", Instant, nullable=False, index=True),
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("state", sa.String(20), nullable=False, index=True),
    sa.Column("settled_at", Instant),
    sa.Column("settled_by", sa.String(80)),
    sa.Column("reason", sa.String(500)),
)

reciprocity = sa.Table(  # what a pilot lets the product say and ask by itself
    "reciprocity",
    metadata,
    sa.Column("pilot_id", sa.ForeignKey("pilots.id"), primary_key=True),
    sa.Column("rules", sa.JSON, nullable=False),
)

destination_accounts = sa.Table(  # an outside system that takes incidents over; secret sealed
    "destination_accounts",
    metadata,
    _id(),
    _to("pilot_id", "pilots"),
    sa.Column("destination", sa.String(40), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("settings", sa.JSON, nullable=False, default=dict),
    sa.Column("sealed_secret", sa.LargeBinary),
    sa.Column("enabled", sa.Boolean, nullable=False, default=False),
    sa.Column("categories", sa.JSON, nullable=False, default=dict),  # its own, by topic
    sa.Column("work_lists", sa.JSON, nullable=False, default=list),  # what goes there goes here too
    sa.Column("topics", sa.JSON, nullable=False, default=list),  # only these; none: every topic
    sa.Column("closes", sa.Boolean, nullable=False, default=False),  # "done" there closes it here
    sa.Column("cursor", sa.Text),
    sa.Column("heard_at", Instant),
    sa.Column("error", sa.String(80)),
    sa.Column("failure_count", sa.Integer, nullable=False, default=0),
    sa.Column("retry_at", Instant),
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("at", Instant, nullable=False),
)

hand_overs = sa.Table(  # an incident handed over to an outside destination, and how it goes there
    "hand_overs",
    metadata,
    _id(),
    _to("incident_id", "incidents"),
    _to("account_id", "destination_accounts"),
    sa.Column("state", sa.String(20), nullable=False, index=True),
    sa.Column("reference", sa.String(200)),
    sa.Column("note", sa.Text, nullable=False, default=""),  # by staff; emptied by an erasure
    sa.Column("revision", sa.Integer, nullable=False, default=0),
    sa.Column("sent_mark", sa.String(64), nullable=False, default=""),  # stands for what they know
    sa.Column("was_urgent", sa.Boolean, nullable=False, default=False),
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("sent_at", Instant),
    sa.Column("acknowledged_at", Instant),  # a person saw it
    sa.Column("acknowledged_by", sa.String(80)),
    sa.Column("reason", sa.String(20), nullable=False, default=""),  # why it was asked back
    sa.Column("asked_back_at", Instant),
    sa.Column("withdrawn_at", Instant),
    sa.Column("withdrawn_by", sa.String(80)),
)

pictures = sa.Table(  # sent along with a report; kept sealed like its original, or still to come
    "pictures",
    metadata,
    _id(),
    _to("message_id", "messages"),
    sa.Column("state", sa.String(20), nullable=False, index=True),  # wanted, kept, missing
    sa.Column("sealed_where", sa.LargeBinary),  # where the network has it; emptied once it is here
    sa.Column("sealed", sa.LargeBinary),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("error", sa.String(80)),
)

reply_windows = sa.Table(  # until when a network lets us answer somebody; keyed, gone when over
    "reply_windows",
    metadata,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("until", Instant, nullable=False),
)

outside_news = sa.Table(  # what a destination said of a hand-over; emptied when it is withdrawn
    "outside_news",
    metadata,
    _id(),
    _to("hand_over_id", "hand_overs"),
    sa.Column("native_id", sa.String(200), nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("said_at", Instant, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("settled_by", sa.String(80)),  # who did what it asked, or said that it is not needed
    sa.UniqueConstraint("hand_over_id", "native_id"),
)

open_posts = sa.Table(  # what open posts are called in their network, to see that they still stand
    "open_posts",
    metadata,
    _id(),
    _to("connection_id", "connections"),
    sa.Column("message_key", sa.String(64), nullable=False, unique=True),
    sa.Column("sealed_id", sa.LargeBinary, nullable=False),
    sa.Column("looked_at", Instant, nullable=False),
)

routing_rules = sa.Table(  # who should get what, in the order in which they are asked
    "routing_rules",
    metadata,
    _id(),
    _to("pilot_id", "pilots"),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("enabled", sa.Boolean, nullable=False),
    sa.Column("target", sa.String(100), nullable=False),
    sa.Column("conditions", sa.JSON, nullable=False),
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("at", Instant, nullable=False),
)

surveys = sa.Table(
    "surveys",
    metadata,
    _id(),
    _to("pilot_id", "pilots"),
    sa.Column("name", sa.String(120), nullable=False),
    sa.Column("audience", sa.String(20), nullable=False),
    sa.Column("questions", sa.JSON, nullable=False),
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("at", Instant, nullable=False),
)

survey_waves = sa.Table(
    "survey_waves",
    metadata,
    _id(),
    _to("survey_id", "surveys"),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("opens_at", Instant, nullable=False),
    sa.Column("closes_at", Instant, nullable=False),
    sa.Column("closed_at", Instant),
    sa.Column("incident_id", sa.Integer),
)

survey_responses = sa.Table(  # a form that somebody filled in: no name, no account, no hour
    "survey_responses",
    metadata,
    _id(),
    _to("wave_id", "survey_waves"),
    sa.Column("on", sa.Date, nullable=False),
    sa.Column("answers", sa.JSON, nullable=False),
    sa.Column("once", sa.String(64), nullable=False),  # drawn with the form: sent twice counts once
    sa.Column("language", sa.String(5), nullable=False),
    sa.UniqueConstraint("wave_id", "once"),
)

survey_texts = sa.Table(  # sealed until names were taken out; then readable, and nobody's
    "survey_texts",
    metadata,
    _id(),
    _to("response_id", "survey_responses"),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("sealed", sa.LargeBinary),
    sa.Column("redacted", sa.Text),
)

feeds = sa.Table(  # what others publish (RSS, P2000) and an administrator has read here
    "feeds",
    metadata,
    _id(),
    _to("pilot_id", "pilots"),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("address", sa.String(500), nullable=False),
    sa.Column("towns", sa.JSON, nullable=False),  # one of these must be named; empty: any
    sa.Column("enabled", sa.Boolean, nullable=False, default=False),
    sa.Column("etag", sa.String(200)),
    sa.Column("modified", sa.String(200)),
    sa.Column("read_at", Instant),
    sa.Column("error", sa.String(80)),
    sa.Column("failure_count", sa.Integer, nullable=False, default=0),
    sa.Column("retry_at", Instant),
    sa.Column("counts", sa.JSON, nullable=False),  # passed over at the last reading, by reason
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("at", Instant, nullable=False),
)

bulletins = sa.Table(  # never a report; public words of others, gone after two days
    "bulletins",
    metadata,
    _id(),
    _to("feed_id", "feeds"),
    sa.Column("mark", sa.String(64), nullable=False),
    sa.Column("at", Instant, nullable=False, index=True),
    sa.Column("service", sa.String(20), nullable=False),
    sa.Column("priority", sa.String(10), nullable=False),
    sa.Column("title", sa.String(200), nullable=False),
    sa.Column("location", sa.JSON, nullable=False),
    sa.UniqueConstraint("feed_id", "mark"),
)

saved_views = sa.Table(  # filters of a page that somebody gave a name, as the address writes them
    "saved_views",
    metadata,
    _id(),
    _to("user_id", "users"),
    sa.Column("page", sa.String(40), nullable=False),
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("query", sa.JSON, nullable=False),
    sa.UniqueConstraint("user_id", "page", "name"),
)

installation = sa.Table(  # what holds for the whole installation, one row a setting
    "installation",
    metadata,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("value", sa.JSON, nullable=False),
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("at", Instant, nullable=False),
)

exercises = sa.Table(  # one person's exercise; its incidents stand in a store of their own
    "exercises",
    metadata,
    _id(),
    _to("user_id", "users"),
    sa.Column("evening", sa.String(80), nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("session", sa.String(64), index=True),  # hash of the session that is inside it
    sa.Column("shown_at", Instant, nullable=False),  # the exercise's clock at `anchored_at`
    sa.Column("anchored_at", Instant, nullable=False),
    sa.Column("speed", sa.Integer, nullable=False),
    sa.Column("paused", sa.Boolean, nullable=False),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Column("result", sa.JSON(none_as_null=True)),  # figures, ids and topics; no words
    sa.Column("shared_at", Instant),
)

exercise_looks = sa.Table(  # when the trainee first had an incident of the exercise on screen
    "exercise_looks",
    metadata,
    sa.Column("exercise_id", sa.ForeignKey("exercises.id"), primary_key=True),
    sa.Column("incident_id", sa.Integer, primary_key=True),  # in the exercise's own store
    sa.Column("at", Instant, nullable=False),
)

recorded_evenings = sa.Table(  # a period of a pilot to exercise on; no message is copied into it
    "recorded_evenings",
    metadata,
    _id(),
    _to("pilot_id", "pilots"),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("starts_at", Instant, nullable=False),
    sa.Column("ends_at", Instant, nullable=False),
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("at", Instant, nullable=False),
)

service_times = sa.Table(  # what a pilot set otherwise than its topics' files
    "service_times",
    metadata,
    sa.Column("pilot_id", sa.ForeignKey("pilots.id"), nullable=False),
    sa.Column("topic", sa.String(40), nullable=False),
    sa.Column("decision_minutes", sa.Integer, nullable=False),
    sa.Column("feedback_minutes", sa.Integer, nullable=False),
    sa.PrimaryKeyConstraint("pilot_id", "topic"),
)

shift_notes = sa.Table(  # from one shift to the next, by staff; a line about what is erased goes
    "shift_notes",
    metadata,
    _id(),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("since", Instant, nullable=False),  # when the shift began that it tells of
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("at", Instant, nullable=False, index=True),
)

shift_note_reads = sa.Table(  # who said to have read it, and when
    "shift_note_reads",
    metadata,
    _to("note_id", "shift_notes"),
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.PrimaryKeyConstraint("note_id", "by"),
)

work_baselines = sa.Table(  # how the work was before, as somebody measured it elsewhere
    "work_baselines",
    metadata,
    _id(),
    _to("pilot_id", "pilots"),
    sa.Column("measured", sa.String(20), nullable=False),
    sa.Column("role", sa.String(40), nullable=False),  # empty: all of them
    sa.Column("value", sa.Float, nullable=False),
    sa.Column("low", sa.Float),
    sa.Column("high", sa.Float),
    sa.Column("first", sa.Date, nullable=False),
    sa.Column("last", sa.Date, nullable=False),
    sa.Column("source", sa.String(300), nullable=False),
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("is_removed", sa.Boolean, nullable=False),
)

work_assumptions = sa.Table(  # what a pilot's figures about the work take for granted
    "work_assumptions",
    metadata,
    sa.Column("pilot_id", sa.Integer, sa.ForeignKey("pilots.id"), primary_key=True),
    sa.Column("given", sa.JSON, nullable=False),
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("at", Instant, nullable=False),
)

text_templates = sa.Table(  # words that staff wrote for residents; how they are worded is below
    "text_templates",
    metadata,
    _id(),
    _to("pilot_id", "pilots"),
    sa.Column("version", sa.Integer, nullable=False),  # the newest
    sa.Column("withdrawn_at", Instant),
    sa.Column("automatic", sa.String(40)),  # what leaves by itself, worded so
    sa.Column("automatic_version", sa.Integer),  # as it was when an administrator chose it
)

text_versions = sa.Table(  # every wording there was; never a resident's words
    "text_versions",
    metadata,
    _id(),
    _to("template_id", "text_templates"),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("topics", sa.JSON, nullable=False),
    sa.Column("sources", sa.JSON, nullable=False),
    sa.Column("language", sa.String(5), nullable=False),
    sa.Column("tone", sa.String(20), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.UniqueConstraint("template_id", "version"),
)

retention_terms = sa.Table(  # how long each kind of thing is kept, and when it was last cleaned
    "retention_terms",
    metadata,
    sa.Column("kind", sa.String(40), primary_key=True),
    sa.Column("amount", sa.Integer),  # in the kind's own measure; empty: what came with the product
    sa.Column("note", sa.String(500), nullable=False, default=""),  # what the law says, by staff
    sa.Column("by", sa.String(80), nullable=False, default=""),
    sa.Column("at", Instant),
    sa.Column("looked_at", Instant),
    sa.Column("cleaned_at", Instant),  # when there last was something to take away
    sa.Column("cleaned_count", sa.Integer, nullable=False, default=0),
    sa.Column("total_count", sa.BigInteger, nullable=False, default=0),
)
