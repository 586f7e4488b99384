"""The WhatsApp number: what is brought is believed when signed, and read whatever its type."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.sources import whatsapp_cloud
from core.domain import Event, EventKind
from core.errors import BadInput, BadSetting, NotSigned, SourceError
from core.ports import Heard, Knock
from tests.connectors.meta import (
    ACCOUNT,
    ANNA,
    AT,
    GROUP,
    PIET,
    brought,
    change,
    connection,
    knock,
    message,
    text,
    written,
)

IMAGE = {"id": "2754859441498128", "mime_type": "image/jpeg", "sha256": "81d3bd8a"}


def heard(*changes: dict[str, Any]) -> list[Heard | SourceError]:
    return list(whatsapp_cloud.hear(connection(), knock(brought(*changes)), AT).heard)


def asks(query: dict[str, str]) -> Knock:
    return Knock(method="GET", query=query, headers={}, body=b"")


def one(*changes: dict[str, Any]) -> Heard:
    (found,) = heard(*changes)
    assert isinstance(found, Heard)
    return found


def event(content: dict[str, Any], **more: Any) -> Event:
    return one(written(content, **more)).event


def why(*changes: dict[str, Any]) -> list[str]:
    return [row.params["why"] for row in heard(*changes) if isinstance(row, SourceError)]


def test_who_subscribes_us_must_know_our_word() -> None:
    asked = {"hub.mode": "subscribe", "hub.verify_token": "zeg het maar", "hub.challenge": "1158"}
    posted = whatsapp_cloud.hear(connection(), asks(asked), AT)
    assert (posted.answer.status, posted.answer.body, posted.heard) == (200, b"1158", ())
    for wrong in ({"hub.verify_token": "iets anders"}, {"hub.verify_token": ""}):
        with pytest.raises(NotSigned):
            whatsapp_cloud.hear(connection(), asks({**asked, **wrong}), AT)
    for wrong in ({"hub.mode": "unsubscribe"}, {"hub.challenge": ""}, {"hub.challenge": "é\n"}):
        with pytest.raises(BadInput):
            whatsapp_cloud.hear(connection(), asks({**asked, **wrong}), AT)


def test_without_a_word_of_our_own_nobody_subscribes_us() -> None:
    asked = {"hub.mode": "subscribe", "hub.verify_token": "", "hub.challenge": "1158"}
    with pytest.raises(NotSigned):
        whatsapp_cloud.hear(connection(verify_token=""), asks(asked), AT)


@pytest.mark.parametrize(
    "signature",
    ["", "sha256=", "sha256=" + "0" * 64, "sha1=abc", "é" * 40, "\udce9", "SHA256=" + "a" * 64],
)
def test_what_is_not_signed_by_meta_is_not_read(signature: str) -> None:
    forged = knock(brought(written(text("brand"))), **{"x-hub-signature-256": signature})
    with pytest.raises(NotSigned):
        whatsapp_cloud.hear(connection(), forged, AT)


def test_the_signature_is_that_of_the_bytes_as_they_came() -> None:
    body = b'{"object": "whatsapp_business_account",\n "entry": [ ]}'
    assert whatsapp_cloud.hear(connection(), knock(body), AT).heard == ()
    respaced = Knock(
        method="POST", query={}, headers=knock(body).headers, body=body.replace(b" ", b"")
    )
    with pytest.raises(NotSigned):
        whatsapp_cloud.hear(connection(), respaced, AT)
    with pytest.raises(NotSigned):
        whatsapp_cloud.hear(connection(), knock(body, secret="another secret of 32 chars long"), AT)


@pytest.mark.parametrize("secret", ["", "kort", "0123456789abcdef0123456789abcdef", "a b", "a b c"])
def test_half_a_secret_believes_nobody(secret: str) -> None:
    half = connection()
    object.__setattr__(half, "secret", secret)
    with pytest.raises(BadSetting):
        whatsapp_cloud.hear(half, knock(brought()), AT)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"whatsapp_business_account"',
        b'{"object": "page", "entry": []}',
        b'{"object": "whatsapp_business_account"}',
        b'{"object": "whatsapp_business_account", "entry": {}}',
        b'{"object": "whatsapp_business_account", "entry": [NaN]}',
        b'{"object": "whatsapp_business_account", "entry": ' + b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"object": "whatsapp_business_account", "entry": [' + b"9" * 5000 + b"]}",
        b"\xff\xfe\x00",
    ],
)
def test_a_body_that_is_no_webhook_is_refused_as_a_whole(body: bytes) -> None:
    with pytest.raises(BadInput):
        whatsapp_cloud.hear(connection(), knock(body), AT)


def test_a_text_to_our_number_is_a_message_to_us_alone() -> None:
    found = one(written(text("ingebroken op de Bostonsingel 36")))
    assert found.group == "line"
    assert found.event == Event(
        kind=EventKind.MESSAGE,
        native_id="wamid.HBg1",
        author=ANNA["user_id"],
        sent_at=AT,
        text="ingebroken op de Bostonsingel 36",
        direct=True,
    )
    assert found.answer_until is not None
    assert (found.answer_until - AT).total_seconds() == 24 * 3600


def test_a_text_in_a_group_is_said_in_that_group() -> None:
    found = one(written(text("brand", group_id=GROUP)))
    assert (found.group, found.event.direct) == (GROUP, False)


def test_everything_in_every_entry_is_read_in_order() -> None:
    body = {
        "object": "whatsapp_business_account",
        "entry": [
            {
                "id": ACCOUNT,
                "changes": [
                    written(text("een", id="wamid.1"), text("twee", id="wamid.2")),
                    written(text("drie", id="wamid.3", by=PIET), by=PIET),
                ],
            },
            {"id": ACCOUNT, "changes": [written(text("vier", id="wamid.4"))]},
        ],
    }
    found = whatsapp_cloud.hear(connection(), knock(body), AT).heard
    assert [row.event.text for row in found if isinstance(row, Heard)] == [
        "een",
        "twee",
        "drie",
        "vier",
    ]


def test_people_are_known_by_their_id_with_us_and_by_number_when_there_is_none() -> None:
    assert event(text("a")).author == ANNA["user_id"]
    number = {"wa_id": "31612340001"}
    assert event(text("a", by=number), by=number).author == "31612340001"
    nameless = {"user_id": "NL.1349"}
    assert event(text("a", by=nameless), by=nameless).author == "NL.1349"
    assert event(text("a", by=nameless, from_user_id="NL.77"), by=nameless).author == "NL.77"


def test_of_several_contacts_a_message_belongs_to_the_one_that_wrote_it() -> None:
    contacts = [{"profile": {}, **PIET}, {"profile": {}, **ANNA}]
    found = one(change(contacts=contacts, messages=[text("a")]))
    assert found.event.author == ANNA["user_id"]
    stranger = message("text", text={"body": "a"}, by={})
    assert why(change(contacts=contacts, messages=[stranger])) == ["from"]


def test_a_reply_names_what_it_answers() -> None:
    assert event(text("ja", context={"id": "wamid.0", "from": "31701234567"})).reply_to == "wamid.0"
    assert event(text("ja", context={"forwarded": True})).reply_to is None


@pytest.mark.parametrize("kind", ["image", "video", "audio", "document", "sticker"])
def test_of_a_medium_the_caption_is_the_text_and_the_medium_is_counted(kind: str) -> None:
    shown = event(message(kind, **{kind: {**IMAGE, "caption": "kapotte ruit"}}))
    assert (shown.text, shown.media_count) == ("kapotte ruit", 1)
    bare = event(message(kind, **{kind: {**IMAGE, "filename": "Anna Vuurdoorn.pdf"}}))
    assert (bare.text, bare.media_count) == ("", 1)


def test_a_place_that_somebody_shares_is_a_place() -> None:
    place = {"latitude": 52.04, "longitude": 4.27, "name": "Speeltuin", "address": "Osloweg 2"}
    found = event(message("location", location=place))
    assert (found.text, found.lat, found.lon) == ("Speeltuin, Osloweg 2", 52.04, 4.27)
    bare = event(message("location", location={"latitude": "52.04", "longitude": 4}))
    assert (bare.text, bare.lat, bare.lon) == ("", 52.04, 4.0)


@pytest.mark.parametrize(
    "place",
    [
        {"latitude": 91, "longitude": 4},
        {"latitude": "NaN", "longitude": 4},
        {"latitude": "1e999", "longitude": 4},
        {"latitude": None, "longitude": 4},
        {"latitude": True, "longitude": 4},
        {"latitude": "hier", "longitude": 4},
        {},
        "Osloweg",
    ],
)
def test_a_place_that_is_none_is_a_bad_row(place: Any) -> None:
    assert len(why(written(message("location", location=place), text("brand")))) == 1


def test_a_button_or_a_choice_says_its_words() -> None:
    assert event(message("button", button={"text": "stop", "payload": "x"})).text == "stop"
    chosen = {"type": "button_reply", "button_reply": {"id": "1", "title": "Ja, nog bezig"}}
    assert event(message("interactive", interactive=chosen)).text == "Ja, nog bezig"
    listed = {"type": "list_reply", "list_reply": {"id": "1", "title": "Noord"}}
    assert event(message("interactive", interactive=listed)).text == "Noord"


def test_of_a_shared_contact_only_that_there_was_one_is_kept() -> None:
    shared = [{"name": {"formatted_name": "Kwikstaart"}, "phones": [{"phone": "0612345678"}]}]
    found = event(message("contacts", contacts=shared))
    assert (found.text, found.media_count) == ("", 1)
    assert "Kwikstaart" not in repr(found)


@pytest.mark.parametrize(
    "content",
    [
        message("reaction", reaction={"message_id": "wamid.0", "emoji": "👍"}),
        message("system", system={"type": "user_changed_number", "body": "Anna 0612345678"}),
        message("request_welcome"),
        message("order", order={"catalog_id": "1"}),
    ],
)
def test_what_cannot_be_a_report_is_nothing(content: dict[str, Any]) -> None:
    assert heard(written(content)) == []


def test_what_cannot_be_read_is_counted_by_its_kind_and_the_rest_is_kept() -> None:
    unsupported = {"errors": [{"code": 131051}], "unsupported": {"type": "edit"}}
    rows = heard(
        written(
            message("unsupported", **unsupported),
            message("unsupported", unsupported={"type": "Anna zegt: brand"}),
            message("hologram", hologram={"body": "geheim"}),
            text("brand"),
        )
    )
    assert [row.params["why"] for row in rows[:3] if isinstance(row, SourceError)] == [
        "unsupported_edit",
        "unsupported",
        "hologram",
    ]
    assert isinstance(rows[3], Heard)


def test_an_edit_is_the_same_message_with_newer_words() -> None:
    content = message("text", text={"body": "Bostonsingel 38"}, context={"id": "wamid.0"})
    del content["id"], content["timestamp"]
    edit = {"original_message_id": "wamid.HBg1", "message": content}
    found = event(message("edit", id="wamid.9", edit=edit))
    assert (found.kind, found.native_id) == (EventKind.EDIT, "wamid.HBg1")
    assert (found.text, found.reply_to) == ("Bostonsingel 38", "wamid.0")
    assert found.revision == int(AT.timestamp())


def test_what_is_revoked_is_erased() -> None:
    revoke = {"original_message_id": "wamid.HBg1"}
    found = one(written(message("revoke", id="wamid.9", revoke=revoke, group_id=GROUP)))
    assert (found.group, found.event.kind) == (GROUP, EventKind.DELETE)
    assert (found.event.native_id, found.event.text) == ("wamid.HBg1", "")
    assert found.answer_until is None


@pytest.mark.parametrize(("value", "word"), [("stop", "stop"), ("resume", "start")])
def test_who_wants_to_hear_no_more_says_so_in_the_plain_word(value: str, word: str) -> None:
    preference = {
        "wa_id": ANNA["wa_id"],
        "detail": "User requested to stop marketing messages",
        "category": "marketing_messages",
        "value": value,
        "timestamp": int(AT.timestamp()),
    }
    contact = {"profile": {"name": "Anna"}, **ANNA}
    found = one(change("user_preferences", contacts=[contact], user_preferences=[preference]))
    assert (found.group, found.event.text, found.event.direct) == ("line", word, True)
    assert found.event.author == ANNA["user_id"]
    assert heard(change("user_preferences", user_preferences=[{**preference, "value": "?"}])) == []


@pytest.mark.parametrize(
    ("status", "errors", "said"),
    [
        ("sent", [], "sent"),
        ("delivered", [], "delivered"),
        ("read", [], "read"),
        ("played", [], "read"),
        ("failed", [{"code": 131047, "title": "Re-engagement message"}], "failed:131047"),
        ("failed", [{"code": 131026}], "failed:131026"),
        ("failed", [{"code": 130429}], "failed:130429"),
        ("failed", [{"code": 131048}], "failed:131048"),
        ("failed", [{"code": 131050}], "failed:131050"),
        ("failed", [{"code": 190}], "failed:190"),
        ("failed", [], "failed:0"),
        ("failed", [None, {"code": "x"}], "failed:0"),
    ],
)
def test_what_became_of_our_text_is_told_by_its_id(
    status: str, errors: list[Any], said: str
) -> None:
    found = one(change(statuses=[a_status(status, errors=errors)]))
    assert (found.event.kind, found.event.native_id) == (EventKind.DELIVERY, "wamid.ours")
    assert (found.event.text, found.event.author) == (said, "")


def test_a_status_says_which_of_our_own_texts_it_is_about() -> None:
    ours = a_status("sent", biz_opaque_callback_data="hnm-7-41")
    assert one(change(statuses=[ours])).outgoing_id == 41
    for mark in ("hnm-8-41", "hnm-7-", "hnm-7-41x", "HNM-7-41", "", "x" * 600):
        other = a_status("sent", biz_opaque_callback_data=mark)
        assert one(change(statuses=[other])).outgoing_id is None


def test_that_one_of_eight_did_not_get_it_is_not_that_the_group_did_not() -> None:
    group = {"recipient_type": "group", "recipient_id": GROUP}
    whole = one(change(statuses=[a_status("failed", **group)]))
    assert (whole.group, whole.event.text) == (GROUP, "failed:0")
    single = a_status("failed", **group, recipient_participant_user_id=ANNA["user_id"])
    assert heard(change(statuses=[single, a_status("warning", **group)])) == []


def a_status(status: str, **more: Any) -> dict[str, Any]:
    given = {"id": "wamid.ours", "status": status, "timestamp": str(int(AT.timestamp()))}
    return {**given, "recipient_id": ANNA["wa_id"], **more}


def in_group(kind: str, field: str = "group_participants_update", **more: Any) -> dict[str, Any]:
    row = {"timestamp": str(int(AT.timestamp())), "group_id": GROUP, "type": kind, **more}
    return change(field, groups=[row])


def test_who_joins_and_who_leaves_a_group() -> None:
    joined = heard(in_group("group_participants_add", added_participants=[ANNA, PIET]))
    assert [
        (row.group, row.event.kind, row.event.author) for row in joined if isinstance(row, Heard)
    ] == [(GROUP, EventKind.JOIN, person["user_id"]) for person in (ANNA, PIET)]
    left = one(
        in_group(
            "group_participants_remove",
            initiated_by="participant",
            removed_participants=[{"wa_id": ANNA["wa_id"]}],
        )
    )
    assert (left.event.kind, left.event.author) == (EventKind.LEAVE, ANNA["wa_id"])


def test_a_group_that_is_made_renamed_or_gone() -> None:
    made = one(
        in_group("group_create", "group_lifecycle_update", subject="Buren", invite_link="https://x")
    )
    assert (made.group, made.event.kind, made.event.text) == (
        "wanted:Buren",
        EventKind.GROUP_MOVED,
        GROUP,
    )
    subject = {"text": "Nieuwe naam", "update_successful": True}
    renamed = one(in_group("group_settings_update", "group_settings_update", group_subject=subject))
    assert (renamed.event.kind, renamed.event.text) == (EventKind.GROUP_RENAMED, "Nieuwe naam")
    gone = one(in_group("group_delete", "group_lifecycle_update"))
    assert (gone.event.kind, gone.event.text) == (EventKind.CONSENT, "withdrawn")


def test_a_group_that_could_not_be_made_or_is_suspended_is_a_bad_row() -> None:
    failed = in_group("group_create", "group_lifecycle_update", errors=[{"code": 131215}])
    assert why(failed) == ["group_create_failed"]
    assert why(in_group("group_suspend", "group_status_update")) == ["group_suspend"]
    assert heard(in_group("group_join_request_created", join_request_id="1")) == []


def test_what_is_for_another_number_of_the_account_is_not_read() -> None:
    other = written(text("geheim"))
    other["value"]["metadata"]["phone_number_id"] = "999"
    assert why(other) == ["other_number"]
    del other["value"]["metadata"]
    assert len(why(other)) == 1


def test_what_we_did_not_subscribe_to_is_nothing() -> None:
    assert heard(change("message_template_status_update", event="APPROVED")) == []


@pytest.mark.parametrize("stamp", ["", "gisteren", -1, None, True, 1e300, "9" * 400, [], "1.5"])
def test_a_message_without_a_moment_is_a_bad_row(stamp: Any) -> None:
    assert why(written({**text("brand"), "timestamp": stamp})) == ["timestamp"]


@pytest.mark.parametrize("id_", ["", None, 5, "a" * 201, "wamid.\ud800", "wamid.é", "a\nb", {}])
def test_an_id_that_no_database_should_meet_is_a_bad_row(id_: Any) -> None:
    assert why(written({**text("brand"), "id": id_})) == ["id"]


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)
_MESSAGE = st.dictionaries(
    st.sampled_from(["id", "from", "timestamp", "type", "text", "edit", "context", "group_id"]),
    st.sampled_from(["text", "edit", "revoke", "location", "1700000000", "wamid.1"]) | _JSON,
)


@settings(max_examples=200, deadline=None)
@given(st.lists(_MESSAGE | _JSON, max_size=4), _JSON, _JSON)
def test_whatever_stands_in_it_a_signed_webhook_is_events_and_bad_rows(
    messages: list[Any], statuses: Any, contacts: Any
) -> None:
    body = brought(
        change(messages=messages, statuses=statuses, contacts=contacts), written(text("brand"))
    )
    rows = whatsapp_cloud.hear(connection(), knock(json.dumps(body).encode()), AT).heard
    assert isinstance(rows[-1], Heard)
    assert rows[-1].event.text == "brand"
