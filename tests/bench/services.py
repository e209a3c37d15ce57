"""10,000 services, and what people type who look for one."""

from __future__ import annotations

import itertools
import random

from kiosk.place import Service, ServiceId, ServiceKind, SituationId
from kiosk.text import local

SERVICES = 10_000

_NOUNS = """
Hunde Wohnungs Gewerbe Fahrzeug Bau Eltern Kinder Schul Jugend Sozial Grundstücks Straßen Wasser Abfall Sport
Fischerei Jagd Waffen Markt Gaststätten Handwerks Ausländer Melde Personen Führerschein Umwelt Denkmal Kultur
Musik Büchereien Friedhofs Bestattungs Ehe Geburts Sterbe Namens Staats Pflege Behinderten Renten Wohn Heiz
Energie Brand Katastrophen Lärm Tier Lebensmittel Apotheken Ärzte Hebammen Park Verkehrs Taxi Güter Boots
"""
_HEADS = """
steuer schein erlaubnis genehmigung bescheinigung urkunde anmeldung abmeldung zuschuss geld hilfe beratung
prüfung karte ausweis plakette gebühr befreiung register auskunft vertrag platz betreuung förderung aufsicht
zulassung kennzeichen nachweis gutachten bewilligung antrag anzeige meldung wechsel ersatz
"""
_ACTS = "beantragen anmelden abmelden ändern verlängern anzeigen ersetzen abholen umtauschen widerrufen"
_FIRST, _SECOND, _VERBS = _NOUNS.split(), _HEADS.split(), _ACTS.split()
_ENDINGS = ("", " für Vereine", " für Betriebe", " für Familien", " nach Umzug", " bei Verlust", " im Ausland")


def ten_thousand_services() -> tuple[Service, ...]:
    """10,000 services with some 12,000 different words, like a large city's list with synonyms."""
    chance = random.Random(7)
    parts = list(itertools.product(_FIRST, _SECOND, _VERBS, _ENDINGS))
    chance.shuffle(parts)
    return tuple(_service(number, chance, *part) for number, part in enumerate(parts[:SERVICES]))


def _service(number: int, chance: random.Random, first: str, second: str, verb: str, ending: str) -> Service:
    made_up = "".join(chance.choice("bdfgklmnprst") + chance.choice("aeiouäöü") for _ in range(chance.randint(2, 5)))
    words = local(f"{first}{second} {verb}{ending}")
    keywords = (local(f"{first}{chance.choice(_SECOND)}"), local(f"{made_up}{chance.choice(_SECOND)}"), local(made_up))
    summary = local(f"Hier können Sie die {first}{second} {verb}, wenn Sie eine {made_up} haben.")
    none = local("kostenlos")
    return Service(
        ServiceId(f"service-{number}"), ServiceKind.INFORMATION, SituationId("all"), words, summary, "info",
        none, none, none, keywords=keywords,
    )  # fmt: skip


_TYPED = ("hundesteuer", "wohnsitz ummelden", "führerschien", "Fuhrerscheinprufung", "gewerbeschein beantragen")
QUERIES = (
    *_TYPED,
    *("Hundesteuer"[:length] for length in range(1, 12)),
    *("parkausweiss", "erlaubniss", "hundesteuermarkenersatz", "ich möchte eine Bauerlaubnis verlängern"),
    *("qqqqqqq", "elterngelt", "anmelden", "steuer", "be", "ausweis verlohren", "Musikfoerderung für Vereine"),
)
