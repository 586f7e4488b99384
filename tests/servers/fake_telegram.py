"""A server that speaks as Telegram's Bot API is documented to, with what the emulator lacks.

Offsets, allowed updates, edits, memberships, privacy mode, moves to a supergroup, refusals. That
it speaks rightly is checked by python-telegram-bot (tests/connectors/test_telegram.py).
"""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

_USUALLY_SENT = {"message", "edited_message", "my_chat_member"}
_NAMES = {"left": 0, "kicked": 0, "member": 1, "administrator": 2, "creator": 3}


class Refusal(Exception):
    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code, self.parameters = code, parameters


@dataclass(slots=True)
class BotAccount:
    """One bot, and the updates that wait for it."""

    id: int
    token: str
    username: str
    reads_all: bool = True
    waiting: list[dict[str, Any]] = field(default_factory=list)
    allowed: set[str] = field(default_factory=lambda: set(_USUALLY_SENT))
    webhook: bool = False
    numbers: Any = field(default_factory=lambda: itertools.count(824_117_303))

    @property
    def user(self) -> dict[str, Any]:
        return {"id": self.id, "is_bot": True, "first_name": "Melden", "username": self.username}


@dataclass(slots=True)
class Chat:
    id: int
    kind: str
    title: str = ""
    members: dict[int, str] = field(default_factory=dict)
    messages: list[dict[str, Any]] = field(default_factory=list)
    moved_to: int | None = None
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    @property
    def told(self) -> dict[str, Any]:
        titled = {"title": self.title} if self.kind != "private" else {"first_name": self.title}
        return {"id": self.id, "type": self.kind, **titled}


class FakeTelegram:
    """Telegram on a free port: bots, residents and their groups."""

    def __init__(self) -> None:
        self._ids = itertools.count(700_000_001 + time.monotonic_ns() % 10**8)
        self.bots: dict[str, BotAccount] = {}
        self.chats: dict[int, Chat] = {}
        self.users: dict[int, dict[str, Any]] = {}
        self._lock = threading.RLock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    # What residents do.

    def bot(self, *, reads_all: bool = True) -> BotAccount:
        number = next(self._ids)
        token = f"{number}:AAF_{'voorbeeld' * 3}{number}"
        made = BotAccount(number, token, f"Melden{number}Bot", reads_all)
        self.bots[token] = made
        return made

    def person(self, name: str) -> int:
        number = next(self._ids)
        self.users[number] = {"id": number, "is_bot": False, "first_name": name}
        return number

    def group(self, founder: int, title: str, kind: str = "supergroup") -> Chat:
        number = -next(self._ids) if kind == "group" else -1_000_000_000_000 - next(self._ids)
        made = Chat(number, kind, title, {founder: "creator"})
        self.chats[number] = made
        return made

    def invites(self, chat: Chat, by: int, bot: BotAccount, status: str = "member") -> None:
        self._our_status(chat, by, bot, status)

    def removes(self, chat: Chat, by: int, bot: BotAccount, status: str = "kicked") -> None:
        self._our_status(chat, by, bot, status)

    def joins(self, chat: Chat, who: int) -> None:
        self._status(chat, who, "member")
        self._post(chat, who, new_chat_members=[self.users[who]])

    def leaves(self, chat: Chat, who: int) -> None:
        self._status(chat, who, "left")
        self._post(chat, who, left_chat_member=self.users[who])

    def opens_chat(self, who: int, bot: BotAccount) -> Chat:
        """Somebody presses Start: from then on the bot may write to them alone."""
        alone = self.chats.setdefault(who, Chat(who, "private", str(who), {who: "creator"}))
        alone.members[bot.id] = "member"
        return alone

    def writes(self, chat: Chat, who: int, text: str = "", **more: Any) -> int:
        """A message; gives its number. `answers`: the number of one that it answers."""
        answers = more.pop("answers", None)
        if answers is not None:
            more["reply_to_message"] = self._bare(chat, answers)
        return self._post(chat, who, **({"text": text} if text else {}), **more)

    def edits(self, chat: Chat, number: int, **changes: Any) -> None:
        message = self._message(chat, number)
        message |= changes | {"edit_date": int(time.time())}
        self._tell(chat, "edited_message", message)

    def renames(self, chat: Chat, by: int, title: str) -> None:
        chat.title = title
        self._post(chat, by, new_chat_title=title)

    def upgrades(self, chat: Chat, by: int) -> Chat:
        """A small group becomes a supergroup: another id, numbers from one again."""
        new = self.group(by, chat.title)
        new.members = dict(chat.members)
        self._post(chat, by, migrate_to_chat_id=new.id)
        chat.moved_to = new.id
        for bot in self._bots_in(chat):
            self._move(chat, new, by, bot)
        self._post(new, by, migrate_from_chat_id=chat.id)
        return new

    # What a bot is answered.

    def answer(self, token: str, method: str, body: dict[str, Any]) -> Any:
        with self._lock:
            bot = self.bots.get(token)
            if bot is None:
                raise Refusal(401, "Unauthorized")
            asked = getattr(self, f"_{method.lower()}", None)
            if asked is None or method not in _METHODS:
                raise Refusal(404, "Not Found")
            return asked(bot, body)

    def _getme(self, bot: BotAccount, _: dict[str, Any]) -> Any:
        return bot.user | {
            "can_join_groups": True,
            "can_read_all_group_messages": bot.reads_all,
            "supports_inline_queries": False,
        }

    def _getupdates(self, bot: BotAccount, body: dict[str, Any]) -> Any:
        if bot.webhook:
            raise Refusal(409, "Conflict: can't use getUpdates method while webhook is active")
        if "allowed_updates" in body:
            bot.allowed = set(_read(body["allowed_updates"]) or _USUALLY_SENT)
        offset = int(body.get("offset") or 0)
        if offset:
            bot.waiting = [one for one in bot.waiting if one["update_id"] >= offset]
        return bot.waiting[: int(body.get("limit") or 100)]

    def _getchatmember(self, bot: BotAccount, body: dict[str, Any]) -> Any:
        chat, user = self._chat_for(bot, int(body["chat_id"])), int(body["user_id"])
        if user not in self.users:
            raise Refusal(400, "Bad Request: invalid user_id specified")
        return self._member(self.users[user], chat.members.get(user, "left"))

    def _sendmessage(self, bot: BotAccount, body: dict[str, Any]) -> Any:
        chat, text = self._chat_for(bot, int(body["chat_id"])), str(body.get("text") or "")
        if not text.strip():
            raise Refusal(400, "Bad Request: message text is empty")
        if len(text.encode("utf-16-le")) // 2 > 4096:
            raise Refusal(400, "Bad Request: message is too long")
        message = self._new(chat, bot.user, text=text)
        answered = _read(body.get("reply_parameters") or {})
        if answered:
            message |= self._answering(chat, answered)
        chat.messages.append(message)
        return message

    def _answering(self, chat: Chat, answered: dict[str, Any]) -> dict[str, Any]:
        if any(one["message_id"] == answered["message_id"] for one in chat.messages):
            return {"reply_to_message": self._bare(chat, answered["message_id"])}
        if answered.get("allow_sending_without_reply"):
            return {}
        raise Refusal(400, "Bad Request: message to be replied not found")

    def _chat_for(self, bot: BotAccount, number: int) -> Chat:
        """The chat, if this bot may see it."""
        chat = self.chats.get(number)
        if chat is None and number in self.users:
            raise Refusal(403, "Forbidden: bot can't initiate conversation with a user")
        if chat is None:
            raise Refusal(400, "Bad Request: chat not found")
        if chat.moved_to is not None:
            moved = "Bad Request: group chat was upgraded to a supergroup chat"
            raise Refusal(400, moved, migrate_to_chat_id=chat.moved_to)
        if _NAMES[chat.members.get(bot.id, "left")] == 0:
            raise Refusal(403, f"Forbidden: bot was kicked from the {chat.kind} chat")
        return chat

    # How it happens.

    def _our_status(self, chat: Chat, by: int, bot: BotAccount, status: str) -> None:
        before = chat.members.get(bot.id, "left")
        chat.members[bot.id] = status
        told = self._change(chat, by, bot.user, before, status)
        self._give(bot, "my_chat_member", told)
        if _NAMES[before] == 0 and _NAMES[status] > 0:
            self._post(chat, by, new_chat_members=[bot.user])

    def _status(self, chat: Chat, who: int, status: str) -> None:
        before = chat.members.get(who, "left")
        chat.members[who] = status
        for bot in self._bots_in(chat):
            if chat.members[bot.id] == "administrator":
                told = self._change(chat, who, self.users[who], before, status)
                self._give(bot, "chat_member", told)

    def _move(self, old: Chat, new: Chat, by: int, bot: BotAccount) -> None:
        told = self._change(new, by, bot.user, "left", new.members[bot.id])
        self._give(bot, "my_chat_member", told)
        gone = self._change(old, by, bot.user, old.members[bot.id], "left")
        self._give(bot, "my_chat_member", gone)

    def _change(
        self, chat: Chat, by: int, user: dict[str, Any], before: str, after: str
    ) -> dict[str, Any]:
        return {
            "chat": chat.told,
            "from": self.users[by],
            "date": int(time.time()),
            "old_chat_member": self._member(user, before),
            "new_chat_member": self._member(user, after),
        }

    def _member(self, user: dict[str, Any], status: str) -> dict[str, Any]:
        more: dict[str, Any] = {"until_date": 0} if status == "kicked" else {}
        if status == "creator":
            more = {"is_anonymous": False}
        if status == "administrator":
            more = dict.fromkeys(_RIGHTS, False)
        return {"status": status, "user": user, **more}

    def _post(self, chat: Chat, who: int, **content: Any) -> int:
        with self._lock:
            message = self._new(chat, self.users[who], **content)
            chat.messages.append(message)
            self._tell(chat, "message", message)
            return int(message["message_id"])

    def _new(self, chat: Chat, user: dict[str, Any], **content: Any) -> dict[str, Any]:
        number, now = next(chat.numbers), int(time.time())
        return {"message_id": number, "from": user, "chat": chat.told, "date": now, **content}

    def _message(self, chat: Chat, number: int) -> dict[str, Any]:
        return next(one for one in chat.messages if one["message_id"] == number)

    def _bare(self, chat: Chat, number: int) -> dict[str, Any]:
        message = self._message(chat, number)
        return {name: value for name, value in message.items() if name != "reply_to_message"}

    def _tell(self, chat: Chat, kind: str, message: dict[str, Any]) -> None:
        for bot in self._bots_in(chat):
            if self._may_see(bot, chat, message):
                self._give(bot, kind, message)

    def _may_see(self, bot: BotAccount, chat: Chat, message: dict[str, Any]) -> bool:
        """Privacy mode: commands, answers to the bot and service messages only."""
        if bot.reads_all or chat.kind == "private" or chat.members[bot.id] == "administrator":
            return True
        answered = message.get("reply_to_message", {}).get("from", {}).get("id") == bot.id
        said = str(message.get("text", ""))
        spoken = any(name in message for name in ("text", "caption", "location", "photo"))
        return said.startswith("/") or answered or not spoken

    def _bots_in(self, chat: Chat) -> Iterable[BotAccount]:
        return [bot for bot in self.bots.values() if _NAMES[chat.members.get(bot.id, "left")]]

    def _give(self, bot: BotAccount, kind: str, told: dict[str, Any]) -> None:
        if kind in bot.allowed:
            copied = json.loads(json.dumps(told))
            bot.waiting.append({"update_id": next(bot.numbers), kind: copied})


_METHODS = ("getMe", "getUpdates", "getChatMember", "sendMessage")
_RIGHTS = (
    "can_be_edited",
    "is_anonymous",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)


def _read(value: Any) -> Any:
    """Lists and objects come as JSON in a form, or as they are in a JSON body."""
    return json.loads(value) if isinstance(value, str) else value


def _handler(fake: FakeTelegram) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            token, _, method = self.path.removeprefix("/bot").partition("/")
            try:
                result = fake.answer(token, method, self._body(raw))
                self._say(200, {"ok": True, "result": result})
            except Refusal as error:
                told = {"ok": False, "error_code": error.code, "description": str(error)}
                more = {"parameters": error.parameters} if error.parameters else {}
                self._say(error.code, told | more)

        def _body(self, raw: bytes) -> dict[str, Any]:
            if "json" in (self.headers.get("Content-Type") or ""):
                return dict(json.loads(raw))
            return dict(httpx.QueryParams(raw.decode()))

        def _say(self, status: int, told: dict[str, Any]) -> None:
            body = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = _serve

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler
