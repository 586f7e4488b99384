"""What a call system may post, as pydantic models; docs/calls-and-context.md explains."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter

from connectors.sources._posted_rows import MOST_ROWS, Id

BROUGHT: Final = "hnm.calls.v1"
_AT: Final = "2026-11-21T20:03:11+01:00"


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    call: Id = Field(description="The call's id in your system.", examples=["gms-2026-118822"])


class _NotedRow(_Row):
    at: AwareDatetime = Field(description="When it was answered (ISO 8601).", examples=[_AT])
    called: Literal["112", "0900-8844"] = Field(description="The number that was called.")
    what: str = Field(
        min_length=1,
        max_length=1000,
        pattern=r"\S",
        description="What was told, in your words; names and numbers are taken out here.",
        examples=["Man klimt over de schutting bij de buren"],
    )
    where: str = Field(
        default="", max_length=200, description="Street and number.", examples=["Bostonsingel 36"]
    )
    lat: float | None = Field(default=None, ge=-90, le=90)
    lon: float | None = Field(default=None, ge=-180, le=180)
    topic: str | None = Field(
        default=None,
        pattern="^[a-z_]{1,40}$",
        description="Our topic, when you know it; one that the pilot does not follow is ignored.",
        examples=["inbraak"],
    )
    urgent: bool | None = Field(default=None, description="Left out: the words decide.")
    caller: str = Field(
        default="",
        max_length=100,
        description="The caller's number or your id of them; only a pseudonym of it is kept.",
        examples=["+31612345678"],
    )


class CallRow(_NotedRow):
    """Somebody called."""

    type: Literal["call"]


class CallChangedRow(_NotedRow):
    """What was noted of a call is otherwise; give all of it."""

    type: Literal["call_changed"]
    revision: int = Field(ge=1, le=2**31 - 1, description="Grows with each change.", examples=[1])


class CallWithdrawnRow(_Row):
    """A call was noted by mistake: every trace of it is erased here."""

    type: Literal["call_withdrawn"]
    at: AwareDatetime


Row = Annotated[CallRow | CallChangedRow | CallWithdrawnRow, Field(discriminator="type")]
ROW: Final[TypeAdapter[Any]] = TypeAdapter(Row)


class CallEvents(BaseModel):
    """Calls, in the order in which they were noted."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["hnm.calls.v1"]
    timestamp: AwareDatetime = Field(description="When it was sent.", examples=[_AT])
    rows: list[Row] = Field(alias="data", max_length=MOST_ROWS)
