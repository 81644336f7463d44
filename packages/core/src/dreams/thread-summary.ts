import { ComparedText, type Steps } from "@souvenir/orama";
import type { FactDraft } from "../facts/dispose.ts";
import type { FactSource } from "../facts/fact-extractor.ts";
import { quoted } from "../facts/quoted-words.ts";
import { tellingTerms } from "../paraphrases/likeness.ts";
import { factOf } from "../store/fact-mark.ts";
import { byteLength } from "../validation.ts";
import type { DreamThread, DreamTurn } from "./dream-threads.ts";

/** Sentences of a summary, and that many times fewer than the people of the conversation have said. */
const mostSentences = 4;
const timesFewer = 3;
/** Telling words of a sentence that can stand for others; UTF-16 units of one, and of a turn that is looked at. */
const leastWords = 3;
const longestSentence = 300;
const longestTurn = 8_000;
/** UTF-16 units by which the language of a conversation is told. */
const sampled = 2_000;

interface Sentence {
  turn: DreamTurn;
  /** As the turn has it. */
  text: string;
  terms: ReadonlySet<string>;
}

/**
 * The few sentences that the rest of a conversation rests on most, in the words of the people who said them: those whose
 * words come back in most other turns. Each next one counts for what the ones before it do not have, a greedy cover (Lin and
 * Bilmes, A Class of Submodular Functions for Document Summarization, 2011). No model, and nothing in it that was not said.
 *
 * @param mostBytes - UTF-8 bytes of a memory.
 * @returns `undefined` for a short conversation, one in which nothing comes back, and one whose summary is there already.
 */
export function* summaryOf(
  { name, turns, summaries }: DreamThread,
  mostBytes: number,
): Steps<Omit<FactDraft, "key"> | undefined> {
  const chosen: Sentence[] = [];
  const { sentences, weights } = yield* read(turns);
  const most = Math.min(mostSentences, Math.floor(sentences.length / timesFewer));
  let room = mostBytes;
  while (chosen.length < most) {
    const covered = new Set(chosen.flatMap(({ terms }) => [...terms]));
    let best: { sentence: Sentence; worth: number } | undefined;
    for (const sentence of sentences) {
      const worth = worthOf(sentence, weights, covered);
      if (worth > (best?.worth ?? 0) && byteLength(sentence.text) < room) best = { sentence, worth };
    }
    yield;
    if (best === undefined) break;
    room -= byteLength(`${best.sentence.text}\n`);
    chosen.push(best.sentence);
  }
  if (chosen.length === 0) return undefined;
  const said = sentences.filter((sentence) => chosen.includes(sentence));
  const sources = said.map(({ turn: { key, version }, text }) => ({ key, version, quote: text }));
  const before = summaries.at(-1);
  if (before !== undefined && isOf(sources, factOf(before.metadata)?.sources ?? [])) return undefined;
  return {
    text: said.map(({ text }) => text).join("\n"),
    subject: name,
    ...{ type: "summary", origin: "stated" },
    sources,
    createdAt: turns.at(-1)?.createdAt ?? 0,
    supersedes: before === undefined ? [] : [before.key],
  };
}

/** The sentences that may be quoted, one of each turn at most is the same; and what words come back, by how often they do. */
function* read(
  turns: readonly DreamTurn[],
): Steps<{ sentences: Sentence[]; weights: ReadonlyMap<string, number> }> {
  const texts = turns.map(({ text }) => text.slice(0, longestTurn).toWellFormed());
  const language = new ComparedText(texts.join("\n").slice(0, sampled).toWellFormed());
  const termsOf = (text: string) => tellingTerms(new ComparedText(text).wordsBeside(language)[0]);
  const sentences: Sentence[] = [];
  const having = new Map<string, number>();
  for (const [place, turn] of turns.entries()) {
    const all = new Set<string>();
    for (const text of sentencesOf(texts[place] ?? "")) {
      const terms = termsOf(text);
      for (const term of terms) all.add(term);
      const words = turn.quotable && text.length <= longestSentence ? quoted(turn.text, text) : undefined;
      if (words !== undefined && terms.size >= leastWords) sentences.push({ turn, text: words, terms });
      yield;
    }
    for (const term of all) having.set(term, (having.get(term) ?? 0) + 1);
  }
  const weights = new Map(Array.from(having, ([term, count]) => [term, Math.log(count)]));
  return { sentences, weights };
}

function sentencesOf(text: string): string[] {
  return text
    .split(/\n+/u)
    .flatMap((line) => Array.from(new Intl.Segmenter("und", { granularity: "sentence" }).segment(line)))
    .map(({ segment }) => segment.trim())
    .filter((segment) => segment !== "");
}

function worthOf(
  { terms }: Sentence,
  weights: ReadonlyMap<string, number>,
  covered: ReadonlySet<string>,
): number {
  let sum = 0;
  for (const term of terms) if (!covered.has(term)) sum += weights.get(term) ?? 0;
  return sum / Math.sqrt(terms.size);
}

/** Whether two summaries have the same words of the same turns. */
function isOf(sources: readonly FactSource[], others: readonly FactSource[]): boolean {
  const words = (of: readonly FactSource[]) => JSON.stringify(of.map(({ key, quote }) => [key, quote]));
  return words(sources) === words(others);
}
