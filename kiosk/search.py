"""Finding services by words: forgiving with typing errors, umlauts, endings and compound words.

A `SearchIndex` is built once for a place and a language and never changes. What is looked for is visitor
data: it is not kept, not logged, and no cache is keyed by it.

Each word of a query is looked up in the vocabulary of all services, in tiers: the same word or stem; its
beginning; a part of a compound word, in either direction ("steuer" finds "Hundesteuer", "Hundesteuermarke"
finds it too); similar words. A service's score is the sum over the query's words of tier × place of the word.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from heapq import nsmallest

from kiosk.place import LifeSituation, Place, Service, ServiceId
from kiosk.text import ENGLISH, GERMAN, Language, Local, Text
from kiosk.vocabulary import Vocabulary
from kiosk.words import STOP_WORDS, folded, stemmer, tokens

LIMIT = 20
"""Results, unless told otherwise."""

TITLE, KEYWORD, PHRASE, SITUATION, SUMMARY, BODY = 1.0, 0.8, 0.75, 0.5, 0.45, 0.3
"""How much a word counts by where it stands; `PHRASE` is a keyword of several words."""

OTHER_LANGUAGE = 0.7
"""A word in another language than the visitor's counts less, but counts."""

WHOLE_TITLE = 0.5
"""What a title gains that begins with the whole query."""

RELEVANT = 0.4
"""Results under this part of the best score are noise."""

MOST_WORDS = 8
"""A query's further words are ignored."""

_KEPT = 8
_indexes: OrderedDict[tuple[int, Language], tuple[Place, SearchIndex]] = OrderedDict()


def find(place: Place, language: Language, query: str, limit: int = LIMIT) -> tuple[ServiceId, ...]:
    """Return the services of a place that fit `query`, best first. The place's index is built at first need."""
    return search_index(place, language).find(query, limit)


def search_index(place: Place, language: Language) -> SearchIndex:
    """Return the index of a place in a language; the last few are kept.

    Building takes about 0.1 s for a small place, 1.5 s for 10,000 services: a thread may do it beforehand.
    """
    key = (id(place), language)
    kept = _indexes.get(key)
    if kept is not None and kept[0] is place:
        return kept[1]
    index = SearchIndex(place.services, language, place.situations)
    _indexes[key] = (place, index)
    while len(_indexes) > _KEPT:
        _indexes.popitem(last=False)
    return index


class SearchIndex:
    """The words of services, in the visitor's language first."""

    def __init__(
        self, services: Sequence[Service], language: Language, situations: Sequence[LifeSituation] = ()
    ) -> None:
        self._ids = tuple(service.id for service in services)
        self._titles = tuple(folded(_words_in(service.title, language)) for service in services)
        self._stem = stemmer(language)
        self._vocabulary = Vocabulary(_weighed(services, language, situations))

    def find(self, query: str, limit: int = LIMIT) -> tuple[ServiceId, ...]:
        """Return the ids of at most `limit` services, best first; () if nothing fits or the query is empty."""
        words = self._query_words(query)
        if not words:
            return ()
        matched, scores = self._scores(words)
        least = max(scores.values(), default=0.0) * RELEVANT
        whole = folded(" ".join(query.split()))
        for service in scores:
            if self._titles[service].startswith(whole):
                scores[service] += WHOLE_TITLE

        def rank(service: int) -> tuple[int, float, int]:
            return -matched[service], -round(scores[service], 6), service

        relevant = (service for service, score in scores.items() if score >= least)
        return tuple(self._ids[service] for service in nsmallest(limit, relevant, key=rank))

    def _query_words(self, query: str) -> list[tuple[str, str]]:
        """The query's words, folded and stemmed; without words that say nothing, unless there are no others."""
        words = list(dict.fromkeys(tokens(query)))[:MOST_WORDS]
        telling = [word for word in words if folded(word) not in STOP_WORDS]
        return [(folded(word), self._stem(word)) for word in telling or words]

    def _scores(self, words: list[tuple[str, str]]) -> tuple[Mapping[int, int], dict[int, float]]:
        matched: defaultdict[int, int] = defaultdict(int)
        scores: defaultdict[int, float] = defaultdict(float)
        for word, stem in words:
            for service, score in self._vocabulary.lookup(word, stem).items():
                matched[service] += 1
                scores[service] += score
        if len(words) > 1:
            joined = "".join(word for word, _ in words)
            for service, score in self._vocabulary.beginning(joined).items():
                matched[service] = len(words)
                scores[service] = max(scores[service], score * len(words))
        return matched, scores


def _words_in(text: Text, language: Language) -> str:
    if not isinstance(text, Local):
        return ""
    return text.words.get(language) or text.words.get(GERMAN) or next(iter(text.words.values()), "")


def _weighed(
    services: Sequence[Service], language: Language, situations: Sequence[LifeSituation]
) -> Iterator[tuple[str, str, int, float]]:
    """Yield each word: folded, its stem, the service's position, how much it counts there."""
    known: dict[Language, dict[str, tuple[str, str]]] = {}
    titles = {situation.id: (situation.title,) for situation in situations}
    for position, service in enumerate(services):
        for text, weight in _texts(service, titles.get(service.situation, ())):
            if not isinstance(text, Local):
                continue
            for spoken in dict.fromkeys((language, GERMAN, ENGLISH)):
                share = 1.0 if spoken == language else OTHER_LANGUAGE
                cache = known.setdefault(spoken, {})
                for word, counts in _words(text.words.get(spoken, ""), weight):
                    forms = cache.get(word)
                    if forms is None:
                        forms = cache[word] = (folded(word), stemmer(spoken)(word))
                    if forms[0] not in STOP_WORDS:
                        yield (*forms, position, counts * share)


def _words(words: str, weight: float) -> Iterator[tuple[str, float]]:
    if weight != KEYWORD:
        yield from ((word, weight) for word in tokens(words))
        return
    for keyword in words.split(","):
        counts = PHRASE if " " in keyword.strip() else KEYWORD
        yield from ((word, counts) for word in tokens(keyword))


def _texts(service: Service, situation: Iterable[Text]) -> Iterator[tuple[Text, float]]:
    yield service.title, TITLE
    for keyword in service.keywords:
        yield keyword, KEYWORD
    for text in situation:
        yield text, SITUATION
    yield service.summary, SUMMARY
    for need in service.needs:
        yield need.title, BODY
    for text in service.body:
        yield text, BODY
