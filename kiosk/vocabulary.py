"""All words of a collection of documents, and how a word that was typed is recognised among them."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from importlib import import_module

from kiosk.words import JOINTS

SAME, STEM, BEGINNING, PART, SIMILAR = 1.0, 0.97, 0.9, 0.6, 0.5
"""How much a match of each tier counts."""

LEAST_PART = 4
"""Letters that a part of a compound word has at least."""

LEAST_SIMILAR = 4
"""Shorter words are never corrected: nearly everything is similar to them."""

MOST_SIMILAR = 30
"""As many similar words are looked at."""

Scores = dict[int, float]
"""Document → how well it fits."""


class Vocabulary:
    """An immutable index: sorted words, and for each the documents that have it.

    `entries` are word, stem, document, weight; a word that a document has in several places counts
    once, by the greatest weight.
    """

    def __init__(self, entries: Iterable[tuple[str, str, int, float]]) -> None:
        postings: defaultdict[str, dict[int, float]] = defaultdict(dict)
        stems: defaultdict[str, set[str]] = defaultdict(set)
        for word, stem, document, weight in entries:
            found = postings[word]
            if weight > found.get(document, 0.0):
                found[document] = weight
            stems[stem].add(word)
        self._words = sorted(postings)
        self._postings: Mapping[str, Mapping[int, float]] = dict(postings)
        self._stems = {stem: tuple(sorted(words)) for stem, words in stems.items()}
        self._text = "\n".join(("", *self._words, ""))
        import_module("rapidfuzz.process")  # so that the first word that is typed need not wait for it

    def lookup(self, word: str, stem: str) -> Scores:
        """Return the documents that have `word` or something like it; the better tier wins in each."""
        scores: Scores = {}
        found = self._tell(scores, self._same(word, stem))
        found |= self._tell(scores, self._beginnings(word))
        self._tell(scores, self._compounds(word, stem))
        if not found:
            self._tell(scores, self._parts_of(word))
            self._tell(scores, self._similar(word))
        return scores

    def beginning(self, word: str) -> Scores:
        """Return the documents that have a word which begins with `word`."""
        scores: Scores = {}
        self._tell(scores, self._beginnings(word))
        return scores

    def _tell(self, scores: Scores, matches: Iterable[tuple[str, float]]) -> bool:
        """Count each matching word in its documents. Returns whether there was one."""
        found = False
        for word, quality in matches:
            found = True
            for document, weight in self._postings[word].items():
                score = quality * weight
                if score > scores.get(document, 0.0):
                    scores[document] = score
        return found

    def _same(self, word: str, stem: str) -> Iterator[tuple[str, float]]:
        if word in self._postings:
            yield word, SAME
        for other in self._stems.get(stem, ()):
            yield other, STEM

    def _beginnings(self, word: str) -> Iterator[tuple[str, float]]:
        """Words that begin like this one; the more of the word was typed, the better."""
        start = bisect_left(self._words, word)
        for index in range(start, len(self._words)):
            other = self._words[index]
            if not other.startswith(word):
                return
            yield other, BEGINNING * (0.9 + 0.1 * len(word) / len(other))

    def _compounds(self, word: str, stem: str) -> Iterator[tuple[str, float]]:
        """Words that have this one inside or at their end."""
        for part in {word, stem}:
            if len(part) < LEAST_PART:
                continue
            at = self._text.find(part)
            while at >= 0:
                begin, end = self._text.rindex("\n", 0, at + 1) + 1, self._text.index("\n", at)
                if at > begin:
                    at_end = end - at - len(part) <= 2
                    yield self._text[begin:end], PART if at_end else PART * 0.8
                at = self._text.find(part, end)

    def _parts_of(self, word: str) -> Iterator[tuple[str, float]]:
        """Words that this one is made of, by its beginning or its end."""
        for cut in range(LEAST_PART, len(word) - LEAST_PART + 1):
            for part in (*(word[:cut].removesuffix(joint) for joint in JOINTS), word[cut:]):
                if len(part) < LEAST_PART:
                    continue
                quality = PART * (0.5 + 0.5 * len(part) / len(word))
                if part in self._postings:
                    yield part, quality
                for other in self._stems.get(part, ()):
                    yield other, quality * STEM

    def _similar(self, word: str) -> Iterator[tuple[str, float]]:
        """Words that differ in one to three letters; also where only a beginning or end is similar."""
        size = len(word)
        if size < LEAST_SIMILAR:
            return
        errors = 1 if size < 6 else 2 if size < 10 else 3
        lengths = range(size - errors, size + errors + 1)
        near = [other for length in lengths for other in self._by_length.get(length, ())]
        for other, wrong in _nearest(word, near, errors):
            yield other, SIMILAR * (1 - wrong / size)
        for part, wrong in _nearest(word, self._cut(size, from_end=False), min(errors, 2)):
            for other in self._cut(size, from_end=False)[part]:
                yield other, SIMILAR * 0.85 * (1 - wrong / size)
        for part, wrong in _nearest(word, self._cut(size, from_end=True), 1):
            for other in self._cut(size, from_end=True)[part]:
                yield other, SIMILAR * 0.7 * (1 - wrong / size)

    @cached_property
    def _by_length(self) -> Mapping[int, list[str]]:
        grouped: defaultdict[int, list[str]] = defaultdict(list)
        for word in self._words:
            grouped[len(word)].append(word)
        return dict(grouped)

    @cached_property
    def _cuts(self) -> dict[tuple[int, bool], Mapping[str, list[str]]]:
        return {}

    def _cut(self, size: int, *, from_end: bool) -> Mapping[str, list[str]]:
        """The first (or last) `size` letters of all longer words, with the words that have them."""
        key = (size, from_end)
        if key not in self._cuts:
            grouped: defaultdict[str, list[str]] = defaultdict(list)
            for word in self._words:
                if len(word) > size:
                    grouped[word[-size:] if from_end else word[:size]].append(word)
            self._cuts[key] = dict(grouped)
        return self._cuts[key]


def _nearest(word: str, choices: Collection[str], errors: int) -> list[tuple[str, float]]:
    """The choices with at most `errors` letters wrong, missing, too many or swapped; the best first."""
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extract

    if not choices:
        return []
    found = extract(word, list(choices), scorer=OSA.distance, score_cutoff=errors, limit=MOST_SIMILAR)
    return [(choice, float(wrong)) for choice, wrong, _ in found]
