"""Distils the static embedding model from two sentence encoders. See README.md for what to put where.

usage: distil.py --work WORK --topical-chat FOLDER --out OUT [--seed 1] [--share 1]

WORK holds `teachers/` and `wordnet/`, and keeps the result of each slow stage, so that a run can be continued.
OUT gets vocabulary.txt, codes.u8, codebooks.f32 and weights.f16, which pack.py packs.
--share 0.02 takes that part of words and sentences: a run of two minutes that shows whether everything is in place.

Stages: vectors of English terms and of sentences by MiniLM; training of the English terms on the sentences; vectors of
words of 25 languages by e5; one space for both; product quantisation.
"""

import argparse
import json
import random
import re
from pathlib import Path

import numpy as np
import scipy.sparse as sparse
import wordfreq

from reading import Reader
from teachers import E5, MiniLM, found, unit

DIMENSIONS, SUBSPACES, CENTROIDS = 256, 32, 256
WIDTH = DIMENSIONS // SUBSPACES

ENGLISH_WORDS = 60_000
GLOSSES = 80_000
LANGUAGES = "fr de es it pt nl pl ru zh ja ko ar tr cs sv uk fi da hu ro el he hi vi id".split()
WORDS_OF_LANGUAGE = dict(fr=14_000, de=12_000, es=11_000, it=9_000, pt=9_000, nl=8_000)
WORDS_OF_OTHER_LANGUAGES = 5_000
# English words which e5 sees too: the map between the spaces is fitted on them.
SHARED_WORDS = 16_000


def english_terms(teachers: Path, share: float) -> list[str]:
    """MiniLM's word pieces, then frequent words that are none."""
    vocabulary = json.loads(Path(found(teachers, "tokenizer.json")).read_text("utf8"))["model"]["vocab"]
    pieces = [term for term in sorted(vocabulary, key=vocabulary.get) if not term.startswith("[")]
    words = [
        word
        for word in wordfreq.top_n_list("en", 90_000)
        if word not in vocabulary and re.fullmatch(r"[a-z][a-z'’.-]*[a-z]", word)
    ]
    return pieces + words[: int(ENGLISH_WORDS * share)]


def sentences(wordnet: Path, topical_chat: Path, seed: int, share: float) -> list[str]:
    """Definitions and examples of WordNet, and turns of Topical-Chat."""
    turns = []
    for part in ("valid_freq", "valid_rare", "test_freq", "test_rare"):
        conversations = json.loads((topical_chat / f"{part}.json").read_text("utf8"))
        turns += [turn["message"] for conversation in conversations.values() for turn in conversation["content"]]

    glosses = []
    for part in ("noun", "verb", "adj", "adv"):
        for line in Path(found(wordnet, f"data.{part}")).read_text("latin1").splitlines():
            if line.startswith(" "):
                continue
            head, _, gloss = line.partition(" | ")
            fields = head.split(" ")
            lemmas = [fields[4 + 2 * index].replace("_", " ") for index in range(int(fields[3], 16))]
            glosses.append((lemmas, gloss.strip()))

    shuffled = random.Random(seed)
    shuffled.shuffle(glosses)
    shuffled.shuffle(turns)
    texts = []
    for lemmas, gloss in glosses[: int(GLOSSES * share)]:
        names = ", ".join(re.sub(r"[(].*[)]", "", lemma) for lemma in lemmas[:3])
        texts.append(f"{names}: {gloss.split(';')[0]}")
        texts += re.findall(r'"([^"]{12,})"', gloss)[:2]
    texts += turns[: int(len(turns) * share)]
    return [text for text in texts if 8 < len(text) < 400]


def foreign_words(share: float) -> dict[str, list[str]]:
    """Words of other languages with the languages they occur in, and English ones that both teachers see."""
    words: dict[str, list[str]] = {}
    for language in LANGUAGES:
        frequent = wordfreq.top_n_list(language, 30_000, wordlist="best")
        usable = [word for word in frequent if not any(character.isdigit() for character in word)]
        for word in usable[: int(WORDS_OF_LANGUAGE.get(language, WORDS_OF_OTHER_LANGUAGES) * share)]:
            words.setdefault(word, []).append(language)
    english = [word for word in wordfreq.top_n_list("en", 40_000) if word.isalpha()]
    for word in english[: max(2_000, int(SHARED_WORDS * share))]:
        words.setdefault(word, []).append("en")
    return words


def frequency(word: str, language: str) -> float:
    return wordfreq.get_frequency_dict(language, "best").get(word, 0)


def rarity(term: str, languages: list[str], half: float = 1e-3) -> float:
    """How much a term weighs before training: near 1 for rare words, a half at a frequency of `half`."""
    piece = term.startswith("##")
    frequent = max(frequency(term.removeprefix("##"), language) for language in languages)
    return half / (half + (max(frequent, 1e-5) if piece else frequent))


def trained(terms: list[str], start: np.ndarray, texts: list[str], targets: np.ndarray) -> np.ndarray:
    """Moves the terms so that the sum of a sentence's terms points where the teacher's vector does (Adam, 25 rounds)."""
    rounds, rate = 25, 0.02
    reader = Reader(terms)
    ends, ids = [0], []
    for text in texts:
        ids += reader(text)
        ends.append(len(ids))
    counts = sparse.csr_matrix((np.ones(len(ids), np.float32), ids, ends), shape=(len(texts), len(terms)))
    transposed = counts.T.tocsr()
    goal = unit(targets)

    vectors, mean, square = start.copy(), np.zeros_like(start), np.zeros_like(start)
    for step in range(1, rounds + 1):
        sums = counts @ vectors
        length = np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-6)
        now = sums / length
        gradient = -(goal - (now * goal).sum(1, keepdims=True) * now) / length / len(texts) * 1000
        gradient = transposed @ gradient.astype(np.float32)
        mean = 0.9 * mean + 0.1 * gradient
        square = 0.99 * square + 0.01 * gradient * gradient
        adapted = (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-6)
        vectors -= rate * adapted * (square > 0)
    return vectors


def one_space(english: list[str], trained_terms: np.ndarray, foreign: dict[str, list[str]], e5: np.ndarray):
    """
    All terms in the space of the English ones. Each language is centred, then one ridge map, fitted on the words that both
    teachers saw, brings e5's vectors over. (A map for each language by mutual nearest neighbours: tried, no gain.)
    """
    language = np.array(["en" if "en" in languages else languages[0] for languages in foreign.values()])
    vectors = e5.astype(np.float32)
    for each in set(language):
        vectors[language == each] -= vectors[language == each].mean(0)
    vectors = unit(vectors)

    place = {term: number for number, term in enumerate(english)}
    words = list(foreign)
    pairs = [(row, place[word]) for row, word in enumerate(words) if word in place and "en" in foreign[word]]
    theirs, ours = np.array(pairs).T
    goal = unit(trained_terms)
    seen = vectors[theirs]
    mapped = unit(vectors @ np.linalg.solve(seen.T @ seen + np.eye(seen.shape[1]), seen.T @ goal[ours]))

    weight = np.array([rarity(word, languages) for word, languages in foreign.items()], np.float32)
    length = np.linalg.norm(trained_terms, axis=1, keepdims=True)
    direction = goal.copy()
    direction[ours] = unit(goal[ours] + 0.5 * mapped[theirs])
    scale = np.median(length[ours, 0] / np.maximum(weight[theirs], 1e-3))
    together = direction * length

    # "est", "mein", "que" are rare English words too: what is more than three times as frequent elsewhere keeps the other
    # language's vector and weight.
    for row, word in enumerate(words):
        elsewhere = max([frequency(word, each) for each in foreign[word] if each != "en"], default=0)
        if word in place and elsewhere > 3 * frequency(word, "en"):
            together[place[word]] = mapped[row] * weight[row] * scale

    new = [row for row, word in enumerate(words) if word not in place]
    return english + [words[row] for row in new], np.concatenate([together, mapped[new] * weight[new, None] * scale])


def quantised(directions: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """
    Product quantisation after a random rotation: `[terms][32]` centroids, and `[32][256][8]` of them. (A learned rotation
    reconstructs better, cosine .86 against .83, and retrieves worse.)
    """
    from sklearn.cluster import MiniBatchKMeans

    rotation, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(DIMENSIONS, DIMENSIONS)))
    rotated = directions @ rotation.astype(np.float32)
    sample = np.random.default_rng(seed).choice(len(rotated), min(50_000, len(rotated)), replace=False)
    codes = np.empty((len(rotated), SUBSPACES), np.uint8)
    codebooks = np.empty((SUBSPACES, CENTROIDS, WIDTH), np.float32)
    for subspace in range(SUBSPACES):
        part = rotated[:, WIDTH * subspace : WIDTH * (subspace + 1)]
        means = MiniBatchKMeans(CENTROIDS, random_state=seed, batch_size=8192, n_init=1, max_iter=40).fit(part[sample])
        codebooks[subspace] = means.cluster_centers_
        codes[:, subspace] = means.predict(part)
    return codes, codebooks


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--work", type=Path, required=True)
    arguments.add_argument("--topical-chat", type=Path, required=True)
    arguments.add_argument("--out", type=Path, required=True)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--share", type=float, default=1)
    given = arguments.parse_args()
    teachers = given.work / "teachers"

    def kept(name: str, make) -> np.ndarray:
        path = given.work / f"{name}-{given.seed}-{given.share}.npy"
        if not path.exists():
            np.save(path, make())
        return np.load(path)

    english = english_terms(teachers, given.share)
    texts = sentences(given.work / "wordnet", given.topical_chat, given.seed, given.share)
    foreign = foreign_words(given.share)
    print(f"{len(english)} English terms, {len(texts)} sentences, {len(foreign)} words for e5", flush=True)

    plain = [term[2:] if term.startswith("##") and len(term) > 2 else term for term in english]
    of_terms = kept("terms", lambda: MiniLM(teachers).encode(plain, 256))
    of_sentences = kept("sentences", lambda: MiniLM(teachers).encode(texts))
    of_terms = of_terms - of_terms.mean(0)
    of_sentences = of_sentences - of_sentences.mean(0)
    # The 256 axes along which sentences and terms vary most.
    axes = np.linalg.svd(np.concatenate([of_sentences[::5], of_terms[::5]]), full_matrices=False)[2][:DIMENSIONS].T
    start = of_terms @ axes * np.array([rarity(term, ["en"]) for term in english], np.float32)[:, None]
    own = kept("english", lambda: trained(english, start, texts, of_sentences @ axes))
    of_words = kept("foreign", lambda: E5(teachers).encode(list(foreign)))

    terms, vectors = one_space(english, own, foreign, of_words)
    weights = np.linalg.norm(vectors, axis=1, keepdims=True)
    codes, codebooks = quantised(vectors / np.maximum(weights, 1e-9), given.seed - 1)
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / "vocabulary.txt").write_text("\n".join(terms) + "\n", "utf8")
    codes.tofile(given.out / "codes.u8")
    codebooks.astype("<f4").tofile(given.out / "codebooks.f32")
    weights.astype("<f2").tofile(given.out / "weights.f16")
    print(f"{len(terms)} terms in {given.out}")


if __name__ == "__main__":
    main()
