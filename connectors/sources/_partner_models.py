"""What a partner may post, as pydantic models: they read each row, and describe it for who builds.

One model an event of our contract (core/domain.py EventKind); docs/partner-webhook.md explains.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter

from connectors.sources._posted_rows import MOST_ROWS, Id

BROUGHT: Final = "hnm.events.v1"
SAID: Final = "hnm.text.v1"
_GROUP: Final = "wijk-hoge-veld"
_WRITER: Final = "lid-4711"
_AT: Final = "2026-11-21T20:03:11+01:00"

Name = Annotated[str, Field(min_length=1, max_length=200)]
Words = Annotated[str, Field(max_length=20_000)]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    group: Id = Field(description="The group's id at the partner.", examples=[_GROUP])
    sent_at: AwareDatetime = Field(
        description="When it happened, with its time zone (ISO 8601).", examples=[_AT]
    )


class WrittenRow(_Row):
    """What a message and its edit have alike."""

    message: Id = Field(description="The message's id: the same for ever.", examples=["m-90210"])
    author: Id = Field(
        description="The writer's id at the partner; we keep a pseudonym of it only.",
        examples=[_WRITER],
    )
    text: Words = Field(
        default="", description="What was written.", examples=["Ingebroken op de Bostonsingel 36"]
    )
    lat: float | None = Field(
        default=None, ge=-90, le=90, description="A place that was sent along.", examples=[52.0391]
    )
    lon: float | None = Field(default=None, ge=-180, le=180, examples=[4.2796])
    media_count: int = Field(
        default=0, ge=0, le=100, description="How many pictures; never the pictures themselves."
    )
    reply_to: Id | None = Field(default=None, description="The message that this one answers.")
    direct: bool = Field(
        default=False, description="Written to the municipality alone, not in the group."
    )
    shared_with_municipality: bool | None = Field(
        default=None,
        description="The writer's own choice for this message. Obligatory for Hoplr: without "
        "`true` the message is refused unread.",
    )
    shared_at: AwareDatetime | None = Field(
        default=None, description="When that choice was made; `sent_at` when left out."
    )


class MessageRow(WrittenRow):
    """Somebody wrote a message."""

    type: Literal["message"]


class EditRow(WrittenRow):
    """A message says something else now; give all of it, not what differs."""

    type: Literal["edit"]
    revision: int = Field(
        ge=1,
        le=2**31 - 1,
        description="Grows with each edit of the message: 1, 2, 3.",
        examples=[1],
    )


class DeleteRow(_Row):
    """A message was taken away: every trace of it is erased here."""

    type: Literal["delete"]
    message: Id


class UnshareRow(_Row):
    """The writer no longer shares a message with the municipality: it is erased, as by `delete`."""

    type: Literal["unshare"]
    message: Id


class _Member(_Row):
    id: Id = Field(description="This event's own id.", examples=["e-771"])
    member: Id = Field(description="Whom it is about.", examples=[_WRITER])


class JoinRow(_Member):
    """Somebody came into the group: we tell them who reads along, and read them from then on."""

    type: Literal["join"]


class LeaveRow(_Member):
    """Somebody left the group."""

    type: Literal["leave"]


class ConsentAskedRow(_Member):
    """A group's administrator asks us to take part: nothing is read until both sides agreed."""

    type: Literal["consent_asked"]
    group_name: Name = Field(examples=["Hoge Veld"])


class ConsentWithdrawnRow(_Member):
    """A group takes its consent back: nothing of it is read from now on."""

    type: Literal["consent_withdrawn"]


class GroupRenamedRow(_Row):
    """The group has another name."""

    type: Literal["group_renamed"]
    id: Id
    name: Name


class GroupMovedRow(_Row):
    """The group has another id at the partner; it stays the same group here."""

    type: Literal["group_moved"]
    id: Id
    to: Id


class DeliveryRow(_Row):
    """What became of a text of ours."""

    type: Literal["delivery"]
    text: Id = Field(description="`data.id` of the text.", examples=["hnm-7-123"])
    state: Literal["sent", "delivered", "read", "failed"]
    code: str = Field(default="", pattern=r"^[A-Za-z0-9_.-]{0,40}$", description="Why it failed.")


Row = Annotated[
    MessageRow
    | EditRow
    | DeleteRow
    | UnshareRow
    | JoinRow
    | LeaveRow
    | ConsentAskedRow
    | ConsentWithdrawnRow
    | GroupRenamedRow
    | GroupMovedRow
    | DeliveryRow,
    Field(discriminator="type"),
]
ROW: Final[TypeAdapter[Any]] = TypeAdapter(Row)


class PartnerEvents(BaseModel):
    """Events of one or more groups, in the order in which they happened."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["hnm.events.v1"]
    timestamp: AwareDatetime = Field(description="When it was sent.", examples=[_AT])
    rows: list[Row] = Field(alias="data", max_length=MOST_ROWS)


class Said(BaseModel):
    """A text of ours for a group, or for one member of it."""

    id: Id = Field(description="The same when it is posted again: show it once.")
    group: Id
    text: str = Field(description="Plain text. Show all of it: it ends with the 112 rule.")
    kind: str = Field(
        description="feedback, question, reply, notice (to who joins), announcement (pin it if you "
        "can); others may come: show them as feedback.",
        examples=["question"],
    )
    reply_to: Id | None = Field(default=None, description="Your id of the message it answers.")
    to: Id | None = Field(default=None, description="Show it to this member alone.")


class PartnerText(BaseModel):
    """What we post to the partner's own endpoint, signed with the same secret."""

    type: Literal["hnm.text.v1"]
    timestamp: AwareDatetime
    said: Said = Field(alias="data")
