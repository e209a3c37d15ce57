"""Example screens for judging and testing how screens are drawn. Nobody of them exists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from kiosk.compose import NORMAL_REACH
from kiosk.events import Event, Touched, WentBack, WentOn
from kiosk.look import Look, Reach
from kiosk.parts import (
    Action,
    ActionStyle,
    Answer,
    Answers,
    Busy,
    Card,
    Cards,
    CardStyle,
    Choice,
    Consent,
    Countdown,
    Drawing,
    Fact,
    Facts,
    FactStyle,
    Field,
    Heading,
    Input,
    Level,
    Notice,
    Number,
    Offer,
    Option,
    Paragraph,
    Person,
    Picture,
    PinPad,
    Problem,
    Secret,
)
from kiosk.place import Counter, Place
from kiosk.privacy import Private
from kiosk.screen import Bar, Dialog, HelpState, Progress, Screen
from kiosk.text import Verbatim

V = Verbatim
TOUCH: Event = Touched()

PLACE = Place(
    id="musterstadt",
    name=V("Stadt Musterstadt"),
    site=V("Bürgerservice im Rathaus"),
    situations=(),
    services=(),
    counter=Counter(V("Schalter"), V("Mo bis Fr, 8 bis 18 Uhr")),
)

BACK = Action("back", V("Zurück"), WentBack(), icon="arrow-left")


def clock() -> datetime:
    """Return the time of the pictures."""
    return datetime(2026, 11, 20, 10, 24, 30, tzinfo=UTC)


def _forward(words: str, icon: str = "arrow-right", **others: object) -> Action:
    return Action("next", V(words), WentOn(), ActionStyle.PRIMARY, icon, icon_after=True, **others)  # type: ignore[arg-type]


def _card(id_: str, title: str, icon: str = "", text: str = "", **others: object) -> Card:
    return Card(id_, V(title), TOUCH, icon, V(text) if text else None, **others)  # type: ignore[arg-type]


def welcome(look: Look) -> Screen:
    """The first screen."""
    names = ("Leichte Sprache", "English", "Türkçe", "Українська", "Русский", "Polski", "Français")
    languages = [_card(name, name) for name in names]
    return Screen(
        "welcome",
        V("Guten Tag"),
        look,
        (
            Picture("skyline", Drawing.SKYLINE, V("Die Stadt")),
            Heading("language", V("Sprache · Language"), "globe"),
            Cards("languages", (_card("de", "Deutsch", chosen=True), *languages), CardStyle.BUTTON),
            Heading("easier", V("So geht es leichter")),
            Cards(
                "ways",
                (
                    _card("read", "Vorlesen", "speaker"),
                    _card("large", "Große Schrift", "text-size"),
                    _card("low", "Im Sitzen bedienen", "wheelchair"),
                ),
                CardStyle.BUTTON,
            ),
            Paragraph(
                "privacy", V("Am Ende Ihres Besuchs löscht das Terminal alle Ihre Eingaben."), muted=True, icon="lock"
            ),
        ),
        forward=_forward("Jetzt beginnen"),
        lead=V("Hier erledigen Sie Anliegen bei der Stadt – allein oder mit Hilfe vom Schalter."),
        bar=Bar(can_end=False),
    )


SITUATIONS = (
    ("home", "Umzug und Wohnen", "Anmelden, ummelden, abmelden"),
    ("id-card", "Ausweis und Pass", "Beantragen, abholen, verloren melden"),
    ("family", "Familie und Kinder", "Geburt, Kita, Elterngeld"),
    ("briefcase", "Arbeit und Geld", "Wohngeld, Gewerbe, Hilfen"),
    ("car", "Auto und Verkehr", "Zulassung, Führerschein, Parken"),
    ("signpost", "Neu in Deutschland", "Aufenthalt, Sprachkurse"),
    ("heart", "Alter und Pflege", "Schwerbehinderung, Vorsorge"),
    ("tree", "Leben in der Stadt", "Schäden melden, mitreden, Bücherei"),
)


def home(look: Look) -> Screen:
    """The services."""
    often = (
        _card("a", "Meldebescheinigung", "document"),
        _card("b", "Führungszeugnis", "document"),
        _card("c", "Ausweis abholen", "id-card"),
        _card("d", "Termin absagen", "clock"),
    )
    return Screen(
        "home",
        V("Was möchten Sie erledigen?"),
        look,
        (
            Cards(
                "find", (_card("search", "Suchen, zum Beispiel: Umzug, Kita, Parkausweis", "search"),), CardStyle.ROW
            ),
            Cards("situations", tuple(_card(icon, title, icon, text) for icon, title, text in SITUATIONS)),
            Heading("often", V("Oft genutzt")),
            Cards("often-used", often, CardStyle.ROW),
            Offer(
                "person",
                "counter",
                V("Lieber persönlich?"),
                V("Wartezeit am Schalter: etwa 25 Minuten"),
                Action("ticket", V("Nummer ziehen"), TOUCH, icon="ticket"),
            ),
        ),
        BACK,
        Action("all", V("Alle Anliegen von A bis Z"), TOUCH, icon="arrow-right", icon_after=True),
    )


NEEDED = (
    Fact("id-card", V("Ihren Ausweis und die 6-stellige PIN"), V("Personalausweis, eID-Karte oder Aufenthaltstitel")),
    Fact(
        "document",
        V("Die Wohnungsgeberbestätigung"),
        V("Ihr Vermieter hat sie Ihnen gegeben. Sie können sie hier scannen."),
    ),
    Fact("home", V("Die neue Adresse und den Tag des Einzugs"), V("Auch für Kinder, die mit Ihnen umziehen")),
)
KEY_FACTS = (
    Fact("euro", V("Kosten"), V("kostenlos")),
    Fact("clock", V("Dauer hier am Terminal"), V("etwa 10 Minuten")),
    Fact("people", V("Für wen"), V("Alle ab 16 Jahren, die hier neu einziehen")),
)


def service(look: Look) -> Screen:
    """A service's page."""
    persons = (
        _card("ticket", "Wartenummer ziehen", "ticket", "Zurzeit etwa 25 Minuten, 7 Personen vor Ihnen"),
        _card("counter", "Zum Schalter gehen", "counter", "Schalter 1 bis 4, offen bis 18 Uhr"),
    )
    return Screen(
        "service",
        V("Wohnung anmelden"),
        look,
        (
            Facts("key", KEY_FACTS),
            Heading("needs", V("Das brauchen Sie")),
            Facts("needed", NEEDED, FactStyle.ITEM),
            Notice(
                "pin", Level.INFO, V("Keine PIN oder PIN vergessen?"), V("Am Schalter setzen Sie kostenlos eine neue.")
            ),
            Heading("person", V("Lieber persönlich?")),
            Cards("persons", persons),
        ),
        BACK,
        _forward("Anmeldung beginnen"),
        lead=V("Nach einem Umzug melden Sie Ihre neue Wohnung innerhalb von zwei Wochen an."),
        context=("home", V("Umzug und Wohnen")),
    )


STEP = Progress(3, 7, V("Wohnung anmelden"))


def form(look: Look) -> Screen:
    """The address, with an error."""
    return Screen(
        "form",
        V("Wie ist Ihre neue Adresse?"),
        look,
        (
            Field(
                "postcode",
                V("Postleitzahl"),
                Private("12345"),
                V("Fünf Ziffern, zum Beispiel: 12345"),
                Input.NUMBER,
                verified=V(Private("Musterstadt")),
                width=5,
                max_length=5,
            ),
            Field(
                "street",
                V("Straße und Hausnummer"),
                Private("Lindenweg "),
                V("Zum Beispiel: Hauptstraße 5a"),
                problem=Problem(
                    V("Die Hausnummer fehlt."), V("Schreiben Sie sie hinter die Straße, zum Beispiel: Lindenweg 12.")
                ),
            ),
        ),
        BACK,
        _forward("Weiter"),
        progress=STEP,
        focus="street",
    )


def choices(look: Look) -> Screen:
    """One of some, several of some, a short choice and an optional field."""
    return Screen(
        "choices",
        V("Wer zieht mit Ihnen um?"),
        look,
        (
            Choice(
                "children",
                V("Ziehen Kinder mit Ihnen um?"),
                (Option("yes", V("Ja")), Option("no", V("Nein"))),
                Private(frozenset({"yes"})),
            ),
            Choice(
                "others",
                V("Wer zieht sonst noch um?"),
                (
                    Option("spouse", V("Ehefrau oder Ehemann"), V("auch Lebenspartnerin oder Lebenspartner")),
                    Option("parents", V("Eltern")),
                    Option("dog", V("Ein Hund"), icon="dog"),
                ),
                Private(frozenset({"spouse", "dog"})),
                several=True,
                hint=V("Sie können mehreres wählen."),
            ),
            Field("mail", V("E-Mail-Adresse"), input=Input.EMAIL, optional=True),
        ),
        BACK,
        _forward("Weiter", why_disabled=V("noch 1 Frage")),
        progress=Progress(5, 7, V("Wohnung anmelden")),
    )


def eid_insert(look: Look) -> Screen:
    """Where the card goes."""
    return Screen(
        "eid-insert",
        V("Stecken Sie Ihren Ausweis ein"),
        look,
        (
            Picture("where", Drawing.INSERT_CARD, V("Der Leser ist unten rechts am Terminal.")),
            Facts(
                "steps",
                (
                    Fact(
                        "",
                        V("Ausweis mit dem Foto nach oben in den Leser stecken"),
                        V("Der Leser ist unten rechts am Terminal. Er leuchtet blau."),
                    ),
                    Fact(
                        "", V("6-stellige PIN eingeben"), V("Die PIN bleibt geheim. Das Terminal speichert sie nicht.")
                    ),
                    Fact("", V("Ausweis wieder mitnehmen"), V("Wir sagen Ihnen, wann Sie ihn herausziehen können.")),
                ),
                FactStyle.STEP,
            ),
            Notice(
                "read",
                Level.INFO,
                V("Diese Angaben liest die Stadt aus Ihrem Ausweis"),
                V("Name, Geburtstag, Geburtsort, bisherige Adresse. Andere Angaben bleiben auf dem Ausweis."),
            ),
            Busy(
                "waiting",
                V("Wir warten auf Ihren Ausweis."),
                V("Lassen Sie sich Zeit."),
                action=Action("forgotten", V("PIN vergessen"), TOUCH, icon="key"),
            ),
        ),
        BACK,
        Action("without", V("Ohne Ausweis weitermachen"), TOUCH, icon="arrow-right", icon_after=True),
        progress=Progress(4, 7, V("Wohnung anmelden")),
    )


def eid_pin(look: Look) -> Screen:
    """The PIN, after a wrong one."""
    return Screen(
        "eid-pin",
        V("Geben Sie Ihre PIN ein"),
        look,
        (
            Notice(
                "tries",
                Level.WARNING,
                V("Sie haben noch 2 Versuche"),
                V("Die letzte PIN war falsch. Ist auch die nächste falsch, brauchen Sie eine zweite Nummer."),
                tries=2,
            ),
            PinPad(
                "pin",
                V("Es sind die 6 Ziffern, die Sie selbst gewählt haben."),
                Secret.PIN,
                6,
                Private("123"),
                (
                    V("Decken Sie die Tasten mit der Hand ab."),
                    V("Auch wer Ihnen hilft, sieht die PIN nicht."),
                    V("Laut vorgelesen wird sie nie."),
                ),
                Action("forgotten", V("PIN vergessen"), TOUCH, icon="key"),
            ),
        ),
        BACK,
        _forward("Weiter", why_disabled=V("noch 3 Ziffern")),
        progress=Progress(4, 7, V("Wohnung anmelden")),
    )


def _answer(id_: str, label: str, value: str, source: str = "") -> Answer:
    change = None if source else TOUCH
    return Answer(id_, V(label), V(Private(value)), change, V(source) if source else None)


def review(look: Look) -> Screen:
    """The answers, and the consent."""
    return Screen(
        "review",
        V("Stimmt alles?"),
        look,
        (
            Answers(
                "you",
                V("Sie"),
                (_answer("name", "Name und Geburtstag", "Jana Beispiel, 12. April 1988", "aus Ihrem Ausweis"),),
                "person",
            ),
            Answers(
                "move",
                V("Ihr Umzug"),
                (
                    _answer("new", "Neue Wohnung", "Lindenweg 12, 12345 Musterstadt"),
                    _answer("day", "Einzug am", "1. November 2026"),
                    _answer("old", "Bisherige Wohnung wird abgemeldet", "Marktstraße 3, 54321 Beispielstadt"),
                    _answer("children", "Es ziehen mit um", "1 Kind: Emil Beispiel"),
                ),
                "home",
            ),
            Answers("post", V("Antwort der Stadt"), (_answer("where", "Post geht an", "die neue Wohnung"),), "mail"),
            Consent(
                "consent",
                V("Meine Angaben stimmen."),
                V("Sie dürfen verschlüsselt an das Bürgeramt gehen."),
                True,
                Action("privacy", V("Datenschutz"), TOUCH, icon="lock"),
            ),
        ),
        BACK,
        _forward("Jetzt absenden"),
        lead=V("Lesen Sie in Ruhe. Sie können jede Antwort ändern."),
        progress=Progress(6, 7, V("Wohnung anmelden")),
    )


def done(look: Look) -> Screen:
    """Handed in."""
    return Screen(
        "done",
        V("Ihre Anmeldung ist abgeschickt"),
        look,
        (
            Number(
                "number",
                V("Ihre Vorgangsnummer"),
                Private("MU 4F7K 29"),
                Private("MU-4F7K-29"),
                V("Nummer aufs Handy holen: Kamera auf den QR-Code halten."),
            ),
            Picture(
                "receipt",
                Drawing.PRINTER,
                V("Ein Drucker"),
                V("Ihr Beleg wird gedruckt"),
                V("Er kommt unten links heraus. Bitte nehmen Sie ihn mit."),
            ),
            Heading("next", V("So geht es weiter")),
            Facts(
                "steps",
                (
                    Fact("clock", V("Meist in 3 Werktagen"), V("prüft das Bürgeramt Ihre Angaben.")),
                    Fact(
                        "mail", V("Dann kommt Post"), V("mit der Bestätigung und dem Adressaufkleber für den Ausweis.")
                    ),
                    Fact(
                        "question",
                        V("Sie haben eine Frage?"),
                        V("Nennen Sie am Schalter oder am Telefon die Vorgangsnummer."),
                    ),
                ),
                FactStyle.ITEM,
            ),
        ),
        Action("another", V("Noch ein Anliegen"), TOUCH),
        _forward("Besuch beenden", "exit"),
        lead=V("Das Bürgeramt prüft sie und antwortet Ihnen."),
        success=True,
    )


def help_called(look: Look) -> Screen:
    """On hold: somebody comes."""
    return Screen(
        "help",
        V("Hilfe kommt zu Ihnen"),
        look,
        (
            Person("who", V("Frau Yılmaz"), V("kommt von Schalter 2"), V("in etwa"), V("2 Minuten")),
            Picture(
                "covered",
                Drawing.COVERED,
                V("Ihre Angaben sind verdeckt."),
                V("Ihr Besuch ist angehalten"),
                V("Nichts geht verloren. Die Hilfe sieht den Schritt, aber nicht Ihre Eingaben."),
            ),
            Heading("why", V("Wobei brauchen Sie Hilfe?")),
            Cards(
                "reasons",
                (
                    _card("understand", "Ich verstehe etwas nicht", "question"),
                    _card("card", "Ausweis oder PIN", "id-card", chosen=True),
                    _card("device", "Das Gerät macht Probleme", "printer"),
                    _card("operate", "Ich kann es nicht gut bedienen", "touch"),
                ),
            ),
        ),
        Action("cancel", V("Hilfe absagen"), TOUCH, icon="cross"),
        Action("resume", V("Selbst weitermachen"), TOUCH, icon="arrow-right", icon_after=True),
        bar=Bar(HelpState.COMING),
        lead=V("Bleiben Sie bitte am Terminal. Sie können auch selbst weitermachen."),
    )


def timeout(look: Look) -> Screen:
    """The question whether anybody is there."""
    below = form(look)
    return Screen(
        below.id,
        below.title,
        look,
        below.parts,
        below.back,
        below.forward,
        progress=below.progress,
        dialog=Dialog(
            "still-there",
            V("Sind Sie noch da?"),
            (
                Paragraph(
                    "text", V("Ohne Antwort endet Ihr Besuch in 38 Sekunden. Dann löscht das Terminal Ihre Eingaben.")
                ),
                Countdown("left", 38, 45, V("Sekunden")),
                Paragraph("covered", V("Ihre Angaben sind verdeckt, bis Sie antworten."), muted=True, icon="eye-off"),
            ),
            (
                Action("go-on", V("Ja, weitermachen"), TOUCH, ActionStyle.PRIMARY, "check"),
                Action("more-time", V("Mehr Zeit nehmen"), TOUCH, icon="clock"),
                Action("end", V("Besuch beenden"), TOUCH, icon="exit", icon_after=True),
            ),
            covers=True,
        ),
    )


def paper_out(look: Look) -> Screen:
    """Handed in, and no paper."""
    return Screen(
        "paper-out",
        V("Ihre Anmeldung ist abgeschickt"),
        look,
        (
            Notice(
                "paper",
                Level.WARNING,
                V("Das Papier ist leer"),
                V("Wir können den Beleg gerade nicht drucken. Ihre Anmeldung ist trotzdem abgeschickt."),
            ),
            Number(
                "number",
                V("Ihre Vorgangsnummer"),
                Private("MU 4F7K 29"),
                Private("https://musterstadt.example/beleg#" + "MU4F7K29" * 12),
                V("Nehmen Sie den Beleg auf dem Handy mit: Kamera auf den QR-Code halten."),
            ),
            Picture("printer", Drawing.PRINTER_EMPTY, V("Ein Drucker ohne Papier"), V("Der Schalter weiß Bescheid")),
            Paragraph("gone", V("Der QR-Code verschwindet, wenn Sie den Besuch beenden."), muted=True, icon="lock"),
        ),
        Action("another", V("Noch ein Anliegen"), TOUCH),
        _forward("Besuch beenden", "exit"),
        success=True,
    )


def _reached(make: Callable[[Look], Screen]) -> Callable[[Look], Screen]:
    """As `kiosk.step.compose` does: while all lies low there is a way back to the normal height."""

    def reached(look: Look) -> Screen:
        return replace(make(look), extra=NORMAL_REACH if look.reach is Reach.LOW else None)

    return reached


_SCREENS: dict[str, Callable[[Look], Screen]] = {
    "01-welcome": welcome,
    "02-home": home,
    "03-service": service,
    "04-form": form,
    "05-eid-insert": eid_insert,
    "06-eid-pin": eid_pin,
    "07-review": review,
    "08-done": done,
    "09-help": help_called,
    "10-choices": choices,
    "14-timeout": timeout,
    "15-paper-out": paper_out,
}

GALLERY = {name: _reached(make) for name, make in _SCREENS.items()}
