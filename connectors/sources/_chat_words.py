"""What WhatsApp itself writes between the messages of a chat export, in Dutch and English."""

from __future__ import annotations

import re
from typing import Final

MARK: Final = "\u200e"
"""Stands before what WhatsApp wrote itself (iOS)."""

DELETED: Final = re.compile(
    r"(dit bericht (is|werd) verwijderd( door .{1,80})?"
    r"|(u|je|jij) (hebt|heeft) dit bericht verwijderd"
    r"|this message was deleted( by .{1,80})?"
    r"|you deleted this message( as admin)?"
    r"|deleted by admin.{0,80})\.?",
    re.IGNORECASE,
)

EDITED: Final = re.compile(
    r"\s*<\s*(dit bericht is bewerkt|this message was edited)\.?\s*>\s*$", re.IGNORECASE
)

MEDIA: Final = re.compile(
    r"<\s*media (weggelaten|omitted)\s*>"
    r"|<\s*(bijgevoegd|attached): [^<>]+>"
    r"|\S.{0,200} \((bestand bijgevoegd|file attached)\)"
    r"|(afbeelding|foto|video|videonotitie|audio|gif|sticker|contactkaart|document) weggelaten"
    r"|(image|video|video note|audio|gif|sticker|contact card|document) omitted"
    r"|\S.{0,200}\.\w{2,5}\b.{0,40} document (weggelaten|omitted)",
    re.IGNORECASE,
)
"""One line that stands for a picture, sound or file; the name of the file is not kept."""

ATTACHED: Final = re.compile(r"<\s*(bijgevoegd|attached): [^<>]+>", re.IGNORECASE)
"""The same at the end of a line that begins with words."""

LOCATION: Final = re.compile(
    r"((live )?locatie( gedeeld)?|(live )?location( shared)?)?:?\s*"
    r"https?://(?:maps\.google\.com/(?:maps)?\?q=|www\.google\.com/maps\?q=)"
    r"(?P<lat>-?\d{1,2}(?:\.\d+)?),(?P<lon>-?\d{1,3}(?:\.\d+)?)\S*",
    re.IGNORECASE,
)

ENCRYPTED: Final = re.compile(
    r"(berichten en (oproepen|gesprekken)|berichten|messages and calls|messages).{0,80}"
    r"end-to-end",
    re.IGNORECASE,
)
"""The first line of an export; on iOS its author is the group itself."""

_SENTENCES: Final = (
    r"(worden|zijn|are) (nu |now )?(met )?end-to-end|beveiligd met end-to-end",
    r"heeft .{1,200} (toegevoegd|verwijderd)|(is|zijn|werd) (toegevoegd|verwijderd)",
    r"heeft de groep verlaten|(is|zijn) (deelnemer|lid) geworden|neemt nu deel",
    r"heeft (het onderwerp|de groeps?naam|de groepsafbeelding|de groepsbeschrijving) ",
    r"heeft (de|deze) groep(s?instellingen)? .{0,200}(gemaakt|aangemaakt|gewijzigd)",
    r"heeft groep .{1,200}(gemaakt|aangemaakt)",
    r"beveiligingscode .{0,200}(is )?gewijzigd|nieuw telefoonnummer|telefoonnummer gewijzigd",
    r"(is nu|bent nu) (een )?(groeps)?beheerder|(tijdelijke|verdwijnende|zelfverwijderende) ber",
    r"heeft een bericht vastgezet|gemiste (spraak|video|groeps)?-?oproep|wachten op dit bericht",
    r"^(u|je) (hebt|heeft|bent|werd|was) ",
    r"(added|removed) .{1,200}|(was|were) (added|removed)|^.{1,80} left$|joined using",
    r"joined (from|via)|changed (the subject|the group|this group|their phone|to \+)",
    r"created (this )?group|security code .{0,200}changed|now an admin|disappearing messages",
    r"pinned a message|missed (voice|video|group) call|waiting for this message",
    r"^you('re| are| were| joined| left| created| added| removed| changed| pinned)\b",
)
SYSTEM: Final = re.compile("|".join(f"(?:{sentence})" for sentence in _SENTENCES), re.IGNORECASE)
"""Somewhere in a line that tells of the group and is nobody's message."""

NAMES_A_SUBJECT: Final = re.compile(
    r"heeft (het onderwerp|de groeps?naam|de groepsbeschrijving|(de |deze )?groep [\"“'‘])"
    r"|(u|je) (hebt|heeft) (het onderwerp|de groep|groep)"
    r"|changed the (subject|group)|created (this )?group [\"“'‘]",
    re.IGNORECASE,
)
"""A system line that quotes a name of the group, in which a colon may stand."""
