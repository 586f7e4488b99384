"""How Dutch neighbours write places: endings, abbreviations, and the words around a name."""

from __future__ import annotations

from typing import Final

ENDINGS: Final = {
    "straat": ("str", "strt", "straatje", "strat", "strasse", "street"),
    "singel": ("sngl", "sngel", "sgl", "singl", "single", "cingel"),
    "laan": ("ln", "lan", "lane"),
    "weg": ("wg",),
    "plein": ("pln", "pl", "plijn"),
    "plantsoen": ("plantsn", "plnts", "plants", "pls", "pl"),
    "hof": ("hf", "hofje"),
    "kade": ("kd",),
    "dijk": ("dk",),
    "gracht": ("gr", "grcht"),
    "dreef": ("dr",),
    "vijver": ("vyver",),
    "park": (),
    "pad": (),
    "steeg": (),
    "markt": (),
    "plaats": (),
    "land": ("lnd", "lant"),
}
"""What a street's name may end in, and how people shorten that."""

STREET_ENDINGS: Final = tuple(ending for ending in ENDINGS if ending != "land")
"""Endings that make a word a street all by themselves; Groenland is also an island."""

PARTICLES: Final = {"van": ("v",), "de": ("d",), "der": ("dr",), "den": ("d",), "ter": ("t",)}

ARTICLES: Final = frozenset({"de", "het", "t", "the", "le", "la", "die", "dat", "deze", "dezelfde"})

SUFFIXES: Final = ("ta", "te", "tan", "ten", "da", "de", "dan", "den", "nin", "in", "un", "s", "nr")
"""What speakers of Turkish and others hang on a street's name: Limastraatta, Bostonsingelde."""

CORNERS: Final = frozenset({"hoek", "corner", "ecke", "coin", "esquina"})
"""What lies at a street: "hoek Montevideo"."""

JOINTS: Final = frozenset({"en", "and", "und", "i", "ve"})
"""Words between two streets that meet."""

MEET: Final = CORNERS | {"tussen", "between", "zwischen", "kruising", "kruispunt", "crossing"}
"""Words after which two places are named: "tussen Dotterbloem en Lisdodde"."""

MOVES: Final = frozenset(
    {
        *("rent", "rennen", "ren", "rende", "renden", "gerend", "loopt", "lopen", "liep", "liepen"),
        *("gelopen", "doorgelopen", "ingelopen", "fietst", "fietsen", "fietste", "fietsten"),
        *("rijdt", "rijd", "rijden", "reed", "reden", "gereden", "rijen", "scheurt", "scheuren"),
        *("scheurde", "scheurden", "vlucht", "vluchten", "vluchtte", "vluchtten", "gevlucht"),
        *("sprint", "sprinten", "sprintte", "gaat", "gaan", "ging", "gingen", "gegaan", "zo"),
        *("draait", "draaien", "draaide", "slaat", "slaan", "sloeg", "sloegen", "schiet", "schoot"),
        *("ran", "runs", "running", "walked", "walks", "drove", "drives", "went", "nu", "net"),
    }
)
"""Words that stand before a street that somebody goes into: "rent Montevideo in"."""

WHERE: Final = frozenset(
    {
        *("op", "aan", "bij", "langs", "achter", "voor", "naast", "tegenover", "rond", "rondom"),
        *("thv", "hoogte", "hoek", "tussen", "over", "onder", "vanaf", "vanuit", "via", "door"),
        *("at", "on", "near", "corner", "behind", "along", "opposite", "beside", "between"),
        *("an", "am", "auf", "przy", "na", "sur", "near"),
    }
)
"""Words that stand before a place where something is."""

AFTER: Final = frozenset(
    {
        *("in", "op", "uit", "af", "naast", "achter", "bij", "tegenover", "hoek", "thv", "ter"),
        *("kant", "richting", "tarafi", "zijde", "boven", "beneden", "side", "next", "opposite"),
    }
)
"""Words that stand behind a place: "rent nu Vigeland in", "Langeland naast de glasbak"."""

TOWARDS: Final = frozenset(
    {"richting", "naar", "towards", "toward", "to", "into", "ri", "direction", "nach", "vers"}
)
"""Words that stand before the place somebody goes to."""

SPOTS: Final = frozenset(
    {
        *("flat", "flats", "portiek", "galerij", "plein", "pleintje", "hofje", "kruising"),
        *("rotonde", "brug", "bruggetje", "speeltuin", "speelplek", "speelplaats", "vijver"),
        *("sloot", "singel", "park", "parkje", "parkeerplaats", "parkeerterrein", "garage"),
        *("garages", "garageboxen", "parkeergarage", "brandgang", "steeg", "poort", "poortje"),
        *("container", "containers", "glasbak", "halte", "tramhalte", "bushalte", "viaduct"),
        *("viaductje", "tunnel", "tunneltje", "fietspad", "voetpad", "stoep", "berm", "hek"),
        *("rek", "fietsrek", "fietsenrek", "school", "bocht", "einde", "begin", "hoogte", "zijde"),
        *("loods", "bouwplaats", "bouw", "grasveld", "veldje", "plantsoen", "tuin", "tuintje"),
        *("bruggen", "galerijen", "portieken", "garagebox", "stoeprand"),
        *("pluktuintje", "elektriciteitskast", "ingang", "uitrit", "inrit", "corner"),
        *("playground", "bridge", "pond"),
    }
)
"""Things that a street's name is hung on: "portiek Luchtenburg"."""

ELSEWHERE: Final = frozenset(
    {
        *("vakantie", "vakanties", "reis", "reizen", "vliegen", "vlucht", "vliegveld", "ticket"),
        *("tickets", "weekendje", "stedentrip", "citytrip", "backpacken", "hotel", "camping"),
        *("strand", "paleis", "president", "regering", "minister", "nieuws", "journaal", "krant"),
        *("documentaire", "serie", "film", "netflix", "boek", "roman", "dichter", "schrijver"),
        *("wedstrijd", "competitie", "toernooi", "marathon", "olympische", "ajax", "league"),
        *("holiday", "trip", "flight", "flying", "movie", "news", "concert", "tulpen"),
        *("gletsjer", "ijs", "ijsberen", "klimaat", "beurs", "oorlog"),
    }
)
"""Words that say a name is of a place far away, or of a person."""

WORLD: Final = frozenset(
    {
        *("amsterdam", "athene", "atlanta", "berlijn", "boston"),
        *("brazilie", "brussel", "buenosaires", "cairo", "chicago", "curacao", "dublin", "genua"),
        *("groenland", "havana", "havanna", "helsinki", "hudson", "istanbul", "jakarta"),
        *("kopenhagen", "lima", "lissabon", "londen", "london"),
        *("losangeles", "madrid", "mexico", "miami", "milaan", "moskou", "new"),
        *("newyork", "orlando", "oslo", "parijs", "peking", "praag", "reykjavik", "rome"),
        *("sanfrancisco", "santiago", "seoul", "sofia", "sydney", "tokio"),
        *("warschau", "washington", "wenen", "zurich"),
        *("friesland", "keukenhof", "frisco", "casablanca"),
        *("delft", "leiden", "rotterdam", "utrecht", "haarlem", "gouda", "rijswijk", "wateringen"),
        *("westland", "voorburg", "zoetermeer", "scheveningen", "loosduinen", "ypenburg"),
        *("toronto", "napels", "venetie", "barcelona", "boekarest", "belgrado", "tallinn", "riga"),
    }
)
"""Names that everybody knows from elsewhere: alone they are no street."""

ATTRACTIONS: Final = frozenset({"keukenhof", "efteling", "madurodam", "zuiderpark", "ahoy"})
"""Places to go to that have "de" or "het" themselves: never short for a street."""

ORDINARY: Final = frozenset(
    {
        *("middenweg", "omweg", "zijweg", "hoofdweg", "snelweg", "zijstraat", "hoofdstraat"),
        *("laan", "weg", "straat", "plein", "park", "hof", "kade", "dijk", "singel", "gracht"),
        *("midden", "noord", "oost", "zuid", "west", "boven", "beneden", "dorps", "hoofd"),
        *("nieuwe", "oude", "groot", "grote", "klein", "kleine", "lange", "korte", "kerk"),
        *("molen", "school", "station", "water", "bruggen", "dijken", "haven", "veld", "velden"),
        *("bloemen", "rozen", "linden", "eiken", "zonne", "markt", "centrum", "stads", "tuin"),
    }
)
"""Names and halves of names that are also plain words."""

INSIDE: Final = frozenset({"der", "den", "ter", "ten", "du", "von"})
"""Words that stand inside a longer name: Van der Hoopstraat is no Hoopstraat."""

TWIN: Final = frozenset({"oude", "nieuwe", "nieuw", "oud", "eerste", "tweede", "derde"})
"""Words that make another street of a name: the Oude Middenweg is not the Middenweg."""

COUNTED: Final = (
    "uur|u|min|minuten|minuut|sec|seconden|dagen|dag|weken|week|maanden|maand|jaar|keer|maal|x|"
    "meter|mtr|m|km|euro|eu|stuks|man|mannen|jongens|gasten|gastjes|meiden|meisjes|vrouwen|dames|"
    "kinderen|kids|jongeren|mensen|personen|auto|autos|auto's|scooters|fietsen|brommers|busjes|"
    "zakken|banden|honden|ruiten|boys|guys|men|people|cars|bikes|times|days|weeks|am|pm|of|procent"
)
"""What a number counts when it is no house number."""
