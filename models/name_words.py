"""The words around a person's name in neighbourhood talk, in Dutch and the languages beside it."""

from __future__ import annotations

from typing import Final

TITLES: Final = frozenset(
    {
        *("mevrouw", "mevr", "mw", "mvr", "mej", "meneer", "mijnheer", "dhr", "mnr", "heer"),
        *("fam", "familie", "family", "agent", "agente", "wijkagent", "wijkagente", "buurtagent"),
        *("brigadier", "inspecteur", "rechercheur", "boa", "handhaver", "meester", "juf"),
        *("juffrouw", "dokter", "dr", "drs", "prof", "pastoor", "dominee", "imam", "zuster"),
        *("tante", "ome", "oom", "oma", "opa", "neef", "nicht", "buurman", "buurvrouw", "buuf"),
        *("buurmeisje", "buurjongen", "conciërge", "uitvoerder", "advocaat", "makelaar"),
        *("mr", "mrs", "ms", "miss", "mister", "sir", "uncle", "aunt", "aunty", "officer"),
        *("herr", "frau", "pan", "pani", "pana", "panu", "senor", "senora", "don", "dona"),
        *("monsieur", "madame", "mme", "abi", "abla", "amca", "teyze", "hoca", "bapak", "sayin"),
    }
)
"""Words a name follows at once."""

NAMED: Final = frozenset(
    {
        *(
            "naam",
            "namen",
            "genoemd",
            "noemt",
            "noemen",
            "noemde",
            "called",
            "named",
            "name",
            "ben",
            "i'm",
            "im",
            "soy",
            "heisse",
            "bin",
        ),
        *("adim", "isim", "adi", "nazywam", "imie", "казвам", "се", "tnv"),
        *("groet", "groeten", "groetjes", "gr", "grt", "grtjs", "mvg", "liefs", "knuffel", "xx"),
        *("hijo", "hija", "vecino", "vecina", "marido", "esposa", "hermano", "hermana"),
        *("syn", "syna", "corka", "corke", "corki", "sasiad", "sasiada", "sasiadka", "sasiadki"),
        *("maz", "zona", "brat", "siostra", "oglum", "kizim", "komsum", "komsumuz", "esim"),
        *("kardesim", "fils", "fille", "mari", "voisin", "voisine", "sohn", "tochter", "nachbar"),
        *("nachbarin", "neighbour", "neighbor", "son", "daughter", "husband", "wife"),
        *("meisjesnaam", "achternaam", "voornaam", "roepnaam", "bijnaam"),
        *("regards", "greetings", "greets", "cheers", "gruss", "gruesse", "ondertekend"),
    }
)
"""Words after which somebody says who he or another is."""

INTRODUCED: Final = frozenset(
    {"heet", "heette", "heten", "genaamd", "luister naar", "luistert naar", "dogdun"}
)
"""Words after which almost nothing but a name stands."""

IN_PERSON: Final = frozenset(
    {"hallo met", "hoi met", "spreekt met", "spreek met", "hier met", "dag met", "met vriendelijke"}
)
"""How people say who calls."""

ADDRESSED: Final = frozenset(
    {
        *("dank", "dankje", "bedankt", "thanks", "thnx", "thx", "tnx", "thank", "merci", "danke"),
        *("hoi", "hey", "hee", "he", "hallo", "hai", "hi", "hello", "dag", "ha", "yo", "salam"),
        *("lieve", "beste", "dear", "sorry", "succes", "sterkte", "beterschap", "welkom"),
        *("gefeliciteerd", "gefeli", "proficiat", "top", "goed", "toch", "oke", "ok", "ja", "nee"),
        *("haha", "je", "jou", "u", "hoor", "topper", "held", "bravo", "respect", "goeiemorgen"),
        *("goedemorgen", "goedemiddag", "goedenavond", "morgen", "dziekuje", "tesekkurler"),
        *("sagol", "gracias", "danki", "maar", "en", "ook", "you", "eens", "even"),
    }
)
"""Words with which people turn to somebody."""

GREETS: Final = frozenset(
    {
        *("hoi", "hey", "hee", "hallo", "hai", "hi", "hello", "dag", "ha", "yo", "salam", "selam"),
        *("dank", "dankje", "bedankt", "thanks", "thnx", "thx", "tnx", "merci", "danke", "gracias"),
        *("lieve", "beste", "dear", "sorry", "gefeliciteerd", "gefeli", "proficiat", "welkom"),
        *("goeiemorgen", "goedemorgen", "goedemiddag", "goedenavond", "dziekuje", "czesc"),
    }
)
"""Words that with a name behind them are a whole sentence."""

ABOUT: Final = frozenset(
    {
        *("van", "met", "bij", "door", "aan", "voor", "naar", "zonder", "namens", "volgens"),
        *("bel", "belt", "belde", "bellen", "app", "appt", "vraag", "vroeg", "zag", "ken", "kent"),
        *("en", "of", "als", "dat", "zegt", "zei", "and", "with", "from", "by", "for", "to"),
        *("ask", "tell", "call", "und", "mit", "von", "bei", "i", "z", "od", "u", "ve", "et"),
        *("vrouw", "man", "moeder", "vader", "zoon", "dochter", "vriend", "vriendin", "zus"),
        *("broer", "hond", "kat", "poes", "ex", "collega", "kleine", "onze", "mijn", "mn"),
        *("jullie", "wacht", "op", "do", "su", "aldus", "dan", "ome", "weet", "heeft", "waar"),
    }
)
"""Words that often stand before the name of somebody spoken of."""

DOES: Final = frozenset(
    {
        *("is", "was", "heeft", "had", "zegt", "zei", "zag", "belt", "belde", "komt", "kwam"),
        *("gaat", "ging", "staat", "stond", "woont", "weet", "wil", "kan", "moet", "loopt"),
        *("appte", "vroeg", "vraagt", "denkt", "en", "z'n", "zn", "haar", "hij", "zij", "ze"),
        *("jij", "je", "kun", "kan", "kunt", "heb", "ben", "wat", "hoe", "waar", "doe", "toch"),
        *("van", "uit", "and", "says", "said", "has", "from", "op", "hoor", "haha", "bel"),
        *("app", "appt", "geappt", "gebeld", "ligt", "zit", "doet", "krijgt", "heet", "kijk"),
        *("mag", "zou", "gaf", "geeft", "nam", "neemt", "bracht", "brengt", "woonde", "vertelt"),
        *("vertelde", "vindt", "vond", "werkt", "slaapt", "helpt", "houdt", "riep", "roept"),
    }
)
"""Words that often stand behind somebody's name."""

FINITE: Final = frozenset(
    {
        *("is", "was", "heeft", "had", "wil", "wilde", "wou", "kan", "kon", "mag", "moet", "zal"),
        *("zegt", "zei", "komt", "kwam", "gaat", "ging", "woont", "weet", "wist", "vraagt"),
        *("vroeg", "belt", "belde", "appt", "appte", "zit", "staat", "ligt", "krijgt", "kreeg"),
        *("vindt", "vond", "doet", "deed", "zag", "ziet", "neemt", "nam", "geeft", "gaf"),
    }
)
"""Verbs of which somebody is the subject."""

ASKED: Final = frozenset(
    {
        *("hoe", "wat", "waar", "wie", "waarom", "wanneer", "jij", "je", "kun", "heb", "ben"),
        *("maar", "dat", "voor", "ik", "kom", "kijk", "zeg", "doe", "geef", "moet", "mag"),
    }
)
"""Words that follow somebody's name when he is spoken to."""

SPEAKS: Final = frozenset(
    {"zegt", "zei", "belt", "belde", "appt", "appte", "vraagt", "vroeg", "riep", "vindt", "weet"}
)
"""What only a person does."""

VISITED: Final = frozenset({"bij", "aan", "volgens", "namens", "vraag", "bel", "app", "groetjes"})
"""Words before somebody who is visited, asked or quoted."""

STILL: Final = frozenset({"al", "nog", "er", "weer", "thuis", "ook", "daar", "niet"})
"""Words of a question after somebody: "is mark al thuis?"."""

DE_NAMES: Final = frozenset(
    {
        *("wit", "boer", "groot", "jong", "bruin", "vries", "haan", "koning", "graaf", "lange"),
        *("korte", "ruiter", "rooij", "haas", "wolf", "vos", "jonge", "leeuw", "beer", "zwart"),
        *("bruijn", "jager", "waard", "kok", "backer", "bakker", "winter", "ridder", "keizer"),
    }
)
"""What follows "de" in the commonest last names."""

PETS: Final = frozenset(
    {
        *("poes", "poesje", "kat", "kater", "kitten", "hond", "hondje", "puppy", "pup", "teckel"),
        *("labrador", "konijn", "konijntje", "cavia", "hamster", "parkiet", "papegaai", "kanarie"),
        *("goudvis", "schildpad", "pony", "teef", "reu", "cat", "dog", "kedi", "kedimiz"),
    }
)
"""Animals that have a name."""

OWN: Final = frozenset({"ons", "onze", "mijn", "mn", "m'n", "jouw", "jullie", "our", "my"})
"""Words for what is somebody's own."""

ARTICLES: Final = frozenset(
    {
        *("de", "het", "een", "t", "n", "the", "a", "an", "der", "die", "das", "den", "le", "la"),
        *("el", "un", "une", "ein", "eine", "geen", "nieuwe", "oude", "witte", "zwarte", "rode"),
        *("blauwe", "grijze", "groene", "gele", "zilveren", "donkere", "lichte", "white", "black"),
        *("grey", "red", "blue", "merk", "type", "in", "deze", "die", "dit", "elke", "per"),
        *("auto", "bus", "busje", "bestelbus", "fiets", "scooter", "winkel", "cafe", "firma"),
    }
)
"""Words after which a capital is a thing, a make or a town rather than a person."""

PARTICLES: Final = frozenset(
    {
        *("van", "de", "der", "den", "het", "t", "ter", "ten", "te", "la", "le", "du"),
        *("el", "al", "ben", "bin", "ibn", "ould", "da", "dos", "das", "di", "von", "vd", "vande"),
        *("vander", "st", "abu", "ait", "d"),
    }
)
"""Words inside a last name."""

FOREIGN_PARTICLES: Final = frozenset({"el", "ould", "ait", "abu", "ibn", "da", "dos", "von"})
"""Those that are no Dutch words by themselves."""

NO_NAMES: Final = frozenset(
    {
        *("januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september"),
        *("oktober", "november", "december", "maandag", "dinsdag", "woensdag", "donderdag"),
        *("vrijdag", "zaterdag", "zondag", "kerst", "pasen", "ramadan", "koningsdag", "may"),
        *("june", "july", "august", "march", "monday", "tuesday", "wednesday", "thursday"),
        *("friday", "saturday", "sunday", "god", "allah", "jezus", "jesus", "sinterklaas"),
        *("opel", "ford", "fiat", "audi", "bmw", "mercedes", "volkswagen", "seat", "skoda"),
        *("toyota", "kia", "suzuki", "mazda", "honda", "volvo", "peugeot", "renault", "citroen"),
        *("golf", "polo", "corsa", "astra", "passat", "clio", "caddy", "transit", "vespa", "tesla"),
        *("gazelle", "batavus", "sparta", "giant", "cortina", "piaggio", "sprinter", "vito"),
        *("appie", "jumbo", "lidl", "aldi", "hema", "action", "kruidvat", "gamma", "karwei"),
        *("bol", "postnl", "dhl", "dpd", "ups", "gls", "ziggo", "kpn", "odido", "vodafone", "htm"),
        *("marktplaats", "whatsapp", "facebook", "instagram", "twitter", "tiktok", "netflix"),
        *("youtube", "google", "ring", "tikkie", "ajax", "feyenoord", "ado", "psv", "barca"),
        *("nederland", "holland", "haag", "haagse", "westland", "delft", "rijswijk", "wateringen"),
        *("europa", "polen", "turkije", "marokko", "spanje", "frankrijk", "duitsland", "belgie"),
        *("politie", "gemeente", "brandweer", "ambulance", "handhaving", "meldkamer", "vestia"),
        *("staedion", "haagwonen", "hoplr", "nextdoor", "corona", "covid", "allah", "insallah"),
        *("hoge", "lage", "zonne", "veld", "parkbuurt", "erasmusveld", "noordhof", "parijsplein"),
        *("kerstman", "alle", "made", "man", "do", "dan", "min", "mini", "tot", "sint", "buurt"),
        *("buren", "mens", "hallo", "gr", "groet", "iemand", "niemand", "haags", "ehbo", "wzh"),
        *("stedin", "eneco", "vattenfall", "zalando", "coolblue", "ikea", "blokker", "praxis"),
        *("leyenburg", "westeinde", "madurodam", "leidschenveen", "loosduinen", "ypenburg"),
        *("hmc", "haga", "stationsweg", "hollands", "spoor", "laak", "escamp", "nederlands"),
        *("mi", "tin", "nan", "han", "tam", "ay", "dios", "ta", "gado", "mine", "vandaag"),
        *("puch", "babboe", "amazon", "airpods", "nike", "adidas", "makita", "funda", "wehkamp"),
        *("dunea", "ai", "aant", "mattie", "woz", "aed", "cpr", "kwf", "polak", "selam"),
        *("ing", "rabo", "rabobank", "abn", "amro", "bunq", "knab", "triodos", "asn", "sns"),
        *("meis", "meiske", "lieverd", "schat", "schatje", "moppie", "gozer", "kerel", "bro"),
        *("doblo", "octavia", "octav", "master", "berlingo", "kangoo", "scudo", "fiesta", "focus"),
    }
)
"""No person's name: days, makes, shops, carriers, banks, towns of the region, words of address."""

SHORTENED: Final = frozenset(
    {"mevr", "mw", "mvr", "mej", "dhr", "mnr", "fam", "dr", "drs", "prof", "mr", "mrs", "ms", "gr"}
)
"""Titles that a full stop follows without ending the sentence."""

PLAIN: Final = frozenset(
    {
        *("frans", "berk", "merel", "hortensia", "bene", "watte", "mense", "binne", "hale"),
        *("shady", "roos", "linde", "iris", "jasmijn", "veel", "feest", "appel", "bloem"),
    }
)
"""First names that are something else without a capital."""

GERMAN: Final = frozenset(
    {
        *("und", "ist", "nicht", "ich", "sind", "eine", "einen", "bei", "uns", "mit", "jemand"),
        *("im", "am", "ins", "beim", "zum", "vom", "neben", "seit", "zwei", "ein", "liegt"),
        *("steht", "der", "keine", "kein", "wurde", "aber", "wieder", "heute", "gegenuber"),
        *("war", "fur", "auf", "das", "hat", "haben", "wir", "auch", "noch", "aus", "dem", "von"),
        *("hinter",),
    }
)
"""Where these stand every noun has a capital."""
