"""antwoordwoorden: how residents say yes, no, gone, still there, and what somebody looked like.

Dutch and English as they are written in a chat; `core/understand.py` puts them together.
"""

from __future__ import annotations

import re
from typing import Final


def _any(*forms: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(forms)})(?!\w)")


FILLERS: Final = _any(
    r"e+h?m*", r"u+h+m*", r"h?m+", r"o+h*", r"a+ch", r"ow", r"nou", r"tja", r"hoi", r"hallo",
    r"hey", r"goede\w+", r"well", r"so", r"dus", r"sorry", r"@\w+", r"hi",
)  # fmt: skip

UNKNOWN: Final = _any(
    r"(?:dat )?weet (?:ik|je|ik het|het)? ?(?:dat |het )?(?:ook |echt |eigenlijk |zo "
    r"|nog )?niet\b.{0,20}",
    r"geen (?:idee|flauw idee)", r"zou (?:ik )?(?:het )?niet weten",
    r"niet (?:zeker|goed te zien)",
    r"k[ao]n (?:ik )?(?:het )?(?:nu |vanaf hier |hier )?niet (?:goed )?zien",
    r"durf (?:ik )?niet te zeggen", r"no idea", r"(?:i )?do(?:n'?t| not) know", r"dunno",
    r"not sure", r"can'?t (?:tell|see)", r"ben (?:er|daar) niet meer",
    r"ben (?:al )?(?:weer )?weg daar", r"idk",
)  # fmt: skip

NOT_YES: Final = _any(
    r"klopt niet", r"niet waar", r"zeker niet", r"absoluut niet", r"echt niet", r"helaas niet",
    r"gelukkig niet", r"volgens mij niet", r"dacht het niet", r"denk (?:het|van) niet",
    r"niet (?:dat ik weet|gezien|gehoord)", r"(?:ik )?(?:heb )?niks? (?:gezien|gehoord)",
    r"niets (?:gezien|gehoord|te zien)", r"niemand (?:gezien|te zien)", r"not really",
    r"not that i", r"niks te (?:zien|horen)", r"don'?t think so", r"haven'?t seen", r"nothing",
)  # fmt: skip

YES: Final = _any(
    r"ja+", r"jaa?h", r"jazeker", r"jawel", r"jup", r"jep", r"yep", r"yes+", r"yeah", r"yup",
    r"ye", r"klopt", r"inderdaad", r"idd", r"zeker", r"zeker weten", r"absoluut", r"precies",
    r"correct", r"exact", r"tuurlijk", r"natuurlijk", r"sowieso", r"indeed", r"right", r"sure",
    r"definitely", r"jahoor", r"volgens mij wel", r"(?:ik )?denk (?:het|van) wel", r"wel",
    r"helaas wel", r"joh",
)  # fmt: skip

NO: Final = _any(
    r"ne+", r"nee+n?", r"neen", r"nope", r"no", r"nah", r"nee+h", r"neejoh", r"neehoor",
    r"welnee", r"nee joh", r"niet", r"niks", r"niets", r"nooit", r"valt mee", r"never", r"nein",
)  # fmt: skip

STILL_THERE: Final = _any(
    r"nog (?:steeds|altijd)",
    r"(?:nu |is |zijn |het is |hij is |ze zijn )?nog (?:volop |lekker |flink )?(?:bezig"
    r"|gaande|aan de gang|aan 't|aan het|door)",
    r"(?:nog )?(?:steeds|alleen maar) (?:erger|meer|harder)",
    r"(?:is|zijn|staat|staan|zit|zitten|ligt|liggen|loopt|lopen|rijdt|rijden|hangt"
    r"|hangen) (?:er |hier |daar |hij |ze )?(?:nu )?nog(?! nooit)",
    r"gaat (?:gewoon |maar |lekker |nog )*door", r"gaan (?:gewoon |maar |lekker |nog )*door",
    r"houdt niet op", r"stopt niet",
    r"(?:nog )?niet (?:weg|gestopt|klaar|over|voorbij|opgeruimd|opgelost|uit|afgelopen)",
    r"(?:is|zijn) weer (?:terug|begonnen|bezig)", r"weer (?:terug|begonnen|bezig)",
    r"begint (?:nu )?weer", r"nog wel", r"still (?!don)\w+", r"still", r"keeps? (?:going|on)",
    r"hasn'?t stopped", r"going on", r"they'?re back", r"onverminderd", r"volop", r"nu ook",
    r"wordt (?:steeds )?erger", r"brandt nog", r"hier nog", r"daar nog",
    r"blijft (?:maar |gewoon )?\w+", r"blijven (?:maar |gewoon )?\w+", r"getting worse",
    r"not (?:gone|over|done)",
)  # fmt: skip

GONE: Final = _any(
    r"(?:al |alweer |net |inmiddels |nu |intussen )?weg(?:gegaan|gereden|gelopen|gerend"
    r"|gefietst|gevlucht|gehaald)?",
    r"vertrokken", r"gestopt", r"opgehouden", r"voorbij", r"opgelost", r"opgeruimd", r"afgelopen",
    r"over", r"niet meer", r"geen .{1,20} meer", r"niks meer", r"niets meer", r"niemand meer",
    r"(?:weer |nu |lekker )?rustig", r"(?:weer |nu |lekker |doodse )?stil", r"klaar",
    r"uit(?:gegaan|gezet)?", r"geblust", r"gone", r"left", r"stopped", r"finished", r"it'?s over",
    r"not any ?more", r"no longer", r"quiet(?: now)?", r"cleared", r"ended", r"ervandoor",
    r"er vandoor", r"verdwenen", r"doorgelopen", r"doorgereden", r"opgepakt", r"meegenomen",
    r"leeg", r"dicht", r"gedaan", r"hersteld", r"gemaakt",
)  # fmt: skip

TOWARDS: Final = _any(
    r"richting", r"naar", r"kant op", r"die kant", r"de (?:andere |zelfde )?kant (?:van|op)?",
    r"links(?:af)?", r"rechts(?:af)?", r"rechtdoor", r"noord\w*", r"zuid\w*", r"oost(?!eind)\w*",
    r"west\w*", r"weggerend", r"towards?", r"heading", r"direction", r"left", r"right",
    r"north\w*", r"south\w*", r"east\w*", r"west\w*",
    r"het (?:park|water|veld|fietspad|centrum|station|winkelcentrum) in",
    r"door de (?:tuinen|brandgang|steeg|poort)", r"de (?:steeg|brandgang|poort|wijk) in",
    r"to the", r"(?:de )?snelweg op", r"langs (?:het|de) \w+", r"via",
)  # fmt: skip

LOOKS: Final = _any(
    r"(?:donkere?|lichte?|zwarte?|witte?|rode?|blauwe?|grijze?|groene?|gele?|bruine?|oranje"
    r"|roze|paarse?|beige) \w+",
    r"jas(?:je)?", r"trui", r"hoodie", r"capuchon", r"pet(?:je)?", r"muts", r"broek",
    r"spijkerbroek", r"joggingbroek", r"schoenen", r"sneakers", r"rugzak(?:je)?", r"tas", r"bril",
    r"baard\w*", r"snor", r"helm", r"bivakmuts", r"handschoenen",
    r"lang(?:e)? (?:haar|man|jongen)", r"kort(?:e)? (?:haar|man)", r"kaal", r"krullen",
    r"blond\w*", r"donker haar",
    r"(?:een|twee|2|drie|3|vier|4|paar|groepje|groep) (?:jongens?|mannen|man|vrouwen?"
    r"|meiden|meisjes?|jongeren|kinderen|gasten|kerels?)",
    r"(?:jongen|man|vrouw|meisje|jongens|mannen) (?:van|met|op|in) .{2,40}",
    r"(?:rond|ongeveer|jaar of) ?(?:de )?\d{2}", r"\d{2} jaar", r"scooter\w*", r"fatbike\w*",
    r"(?:elektrische )?fiets\w*", r"brommer", r"bestel(?:bus|wagen)\w*", r"busje", r"bakfiets",
    r"vw|volkswagen|golf|polo|bmw|audi|opel|ford|fiat|peugeot|renault|toyota|mercedes|seat"
    r"|skoda|kia|volvo",
    r"(?:black|white|red|blue|gr[ea]y|green|dark|yellow|brown) \w+", r"jacket", r"hood(?:ed)?",
    r"cap", r"backpack", r"tall", r"short hair", r"young (?:man|men|guys?|boys?)",
    r"(?:two|three|2|3) (?:guys?|men|boys?|kids?|people)", r"getint",
)  # fmt: skip

THUMBS: Final = {"👍": "yes", "✅": "yes", "👎": "no", "❌": "no", "💯": "yes"}

BESIDE: Final = frozenset(
    """
    ik je jij u hij zij ze het we wij jullie hun hen ons onze mij me mijn mn hem haar deze dit
    die dat de een der den er hier daar ergens is zijn ben bent was waren wordt worden heb heeft
    hebben had hadden ga gaat gaan ging gingen kan kon mag moet zou zal wil doe doet deed doen
    komt kom kwam kwamen en of maar want dus ook al alweer weer nu net nog wel niet toch even
    gewoon echt heel erg hoor joh he hè hé dan toen toen als om op in aan bij van voor met naar
    uit tot te ten ter over onder achter naast tegen langs via denk dacht volgens zie zag hoor
    hoorde sinds allemaal allen beetje zo steeds alleen meer straat weg huis deur flat ingang
    hoek hoogte thv ongeveer rond circa ca precies kenteken nummer nr huisnummer plaat buurt
    politie agenten auto mensen lui jongens gasten groep jongeren man mannen vrouw the an it is
    are was they he she we you my at on in of to and but here there still just not no yes think
    guess saw see now then so very
    """.split()
)
"""Words that an answer may have beside what it answers."""
