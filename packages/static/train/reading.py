"""How a text is read. The same rules, in TypeScript, are src/reader.ts: what is trained here must be read alike there."""

import re
import unicodedata

EASTERN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
EASTERN_WINDOW = 12
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


class Reader:
    """Numbers of the terms of a text. A term's number is its place in `terms`; `##x` continues a word."""

    def __init__(self, terms: list[str]):
        self.ids = {term: number for number, term in enumerate(terms)}
        self.known: dict[str, list[int]] = {}

    def __call__(self, text: str) -> list[int]:
        folded = unicodedata.normalize("NFKC", text.lower()).replace("’", "'")
        return [number for word in WORD.findall(folded) for number in self.word(word)]

    def word(self, word: str) -> list[int]:
        if word not in self.known:
            self.known[word] = self._read(word)
        return self.known[word]

    def _read(self, word: str) -> list[int]:
        if word in self.ids:
            return [self.ids[word]]
        if EASTERN.search(word):
            return self._longest(word, lambda at, end: word[at:end], EASTERN_WINDOW)
        decomposed = unicodedata.normalize("NFD", word)
        bare = "".join(character for character in decomposed if unicodedata.category(character) != "Mn")
        if bare in self.ids:
            return [self.ids[bare]]
        if "'" in word or "’" in word:
            parts = [part for part in re.split("['’]", word) if len(part) > 1]
            return [number for part in parts for number in self.word(part)]
        return self._longest(bare, lambda at, end: bare[at:end] if at == 0 else "##" + bare[at:end], len(bare))

    def _longest(self, word: str, term, window: int) -> list[int]:
        numbers, at = [], 0
        while at < len(word):
            ends = range(min(len(word), at + window), at, -1)
            end = next((end for end in ends if term(at, end) in self.ids), None)
            if end is None:
                at += 1
            else:
                numbers.append(self.ids[term(at, end)])
                at = end
        return numbers
