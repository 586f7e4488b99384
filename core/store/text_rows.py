"""Texts that staff wrote for residents, with every version of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import sqlalchemy as sa

from core.domain import TextKind, TextTemplate, Tone
from core.store.rows import Rows
from core.store.tables import text_templates, text_versions

_OF: Final = text_versions.c.template_id == text_templates.c.id
_KEPT: Final = ("withdrawn_at", "automatic", "automatic_version")
_SAID: Final = ("version", "name", "language", "text", "by", "at")


class TextRows(Rows):
    """tekstsjablonen."""

    def all(self, pilot_id: int) -> list[TextTemplate]:
        """A pilot's texts as they are now, withdrawn ones too, by name."""
        newest = text_versions.c.version == text_templates.c.version
        return self._read(newest, text_templates.c.pilot_id == pilot_id)

    def by_itself(self, pilot_id: int) -> list[TextTemplate]:
        """The texts that leave by themselves, as they were worded when they were chosen."""
        pinned = text_versions.c.version == text_templates.c.automatic_version
        return self._read(pinned, text_templates.c.pilot_id == pilot_id)

    def get(self, template_id: int) -> TextTemplate | None:
        newest = text_versions.c.version == text_templates.c.version
        return next(iter(self._read(newest, text_templates.c.id == template_id)), None)

    def version(self, template_id: int, version: int) -> TextTemplate | None:
        this = text_versions.c.version == version
        return next(iter(self._read(this, text_templates.c.id == template_id)), None)

    def versions(self, template_id: int) -> list[TextTemplate]:
        """All there were, the newest first."""
        found = self._read(sa.true(), text_templates.c.id == template_id)
        return sorted(found, key=lambda one: -one.version)

    def pilot_of(self, template_id: int) -> int:
        query = sa.select(text_templates.c.pilot_id).where(text_templates.c.id == template_id)
        return int(self.connection.execute(query).scalar_one())

    def add(self, pilot_id: int, draft: TextTemplate, by: str) -> int:
        template_id = self.insert(text_templates, pilot_id=pilot_id, version=1)
        self._add_version(replace(draft, id=template_id, version=1), by)
        return template_id

    def change(self, draft: TextTemplate, by: str) -> int:
        """Adds a version after the newest; gives its number."""
        version = draft.version + 1
        self._add_version(replace(draft, version=version), by)
        self.set(draft.id, version=version)
        return version

    def set(self, template_id: int, **values: Any) -> None:
        self.connection.execute(
            sa.update(text_templates).where(text_templates.c.id == template_id).values(**values)
        )

    def _add_version(self, draft: TextTemplate, by: str) -> None:
        self.insert(
            text_versions,
            template_id=draft.id,
            version=draft.version,
            name=draft.name,
            kind=draft.kind.value,
            topics=list(draft.topics),
            sources=list(draft.sources),
            language=draft.language,
            tone=draft.tone.value,
            text=draft.text,
            by=by,
            at=self.now,
        )

    def _read(self, *which: sa.ColumnElement[bool]) -> list[TextTemplate]:
        kept = (text_templates.c[name] for name in _KEPT)
        query = sa.select(text_versions, *kept).join(text_templates, _OF).where(*which)
        rows = self.connection.execute(query.order_by(text_versions.c.name, text_versions.c.id))
        return [_template_of(row) for row in rows]


def _template_of(row: Any) -> TextTemplate:
    values = {name: row._mapping[name] for name in (*_SAID, *_KEPT)}
    return TextTemplate(
        id=row.template_id,
        kind=TextKind(row.kind),
        tone=Tone(row.tone),
        topics=tuple(row.topics),
        sources=tuple(row.sources),
        **values,
    )
