"""GeoReport's answers as XML (which the standard obliges) and as JSON, from the same rows."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET  # writes only: nothing from outside is read with it
from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import Response

FORMS: Final = ("xml", "json")
_NOT_XML: Final = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TYPES: Final = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}

Row = Mapping[str, Any]


def answer(form: str, root: str, row: str, rows: Sequence[Row], status: int = 200) -> Response:
    """Rows as a list: <root><row>…</row></root>, or [{…}]."""
    if form == "json":
        return _response(form, _json(list(rows)), status)
    top = ET.Element(root)
    for one in rows:
        _fill(ET.SubElement(top, row), one)
    return _response(form, _xml(top), status)


def single(form: str, root: str, one: Row) -> Response:
    """One thing by itself: <root>…</root>, or {…}."""
    if form == "json":
        return _response(form, _json(one), 200)
    top = ET.Element(root)
    _fill(top, one)
    return _response(form, _xml(top), 200)


def errors(form: str, status: int, why: str) -> Response:
    return answer(form, "errors", "error", [{"code": status, "description": why}], status)


def _fill(element: ET.Element, row: Row) -> None:
    """A list of rows stands in an element of its own, each under the name without its s."""
    for name, value in row.items():
        child = ET.SubElement(element, name)
        if isinstance(value, list):
            for one in value:
                inner = ET.SubElement(child, name.removesuffix("s"))
                if isinstance(one, dict):
                    _fill(inner, one)
                else:
                    inner.text = _words(one)
        else:
            child.text = _words(value)


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else _NOT_XML.sub("", str(value))


def _xml(top: ET.Element) -> bytes:
    written: bytes = ET.tostring(top, encoding="utf-8", xml_declaration=True)
    return written


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


def _response(form: str, body: bytes, status: int) -> Response:
    return Response(body, status_code=status, headers={"Content-Type": _TYPES[form]})
