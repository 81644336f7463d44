import { fold } from "../text/fold.ts";
import { timeOf } from "../time/time.ts";
import type { FactOrigin, FactProposal, FactSource, FactType, KeptFactType } from "./fact-extractor.ts";
import { dropsNo } from "./negation.ts";
import { hasOtherNumber, hasOtherTime, isInOtherLanguage, quoted, sharesWords } from "./quoted-words.ts";

/** Why something of a proposal was not taken over, each with what that means for the rest of it. */
export type Refusal =
  /** It is not of the form that was asked for: no fact. */
  | "malformed"
  /** A turn that is not in the window: not a source. */
  | "unknownTurn"
  /** What an assistant said, or what was only read to understand the rest: not a source. */
  | "notQuotable"
  /** Words that do not stand in the turn: not a source. Without any source there is no fact. */
  | "quoteNotFound"
  /** The sentence has none of the words of its sources: no fact, unless it says that it was concluded. */
  | "unsupported"
  /** The sentence has a number, or a name, that its sources (for names: the window) do not have: no fact. */
  | "otherNumber"
  | "otherName"
  /** The sentence names a time that its sources do not: no fact. */
  | "otherTime"
  /** The sentence says what its sources say no to: no fact. */
  | "opposite"
  /** The sentence is in another language than its sources: no fact. */
  | "otherLanguage"
  /** The answer has it twice: one fact. */
  | "repeated"
  /** Words for a time that do not stand in a quote, or that name no time: a fact without this time. */
  | "unreadableTime"
  /** It is to take the place of a fact that is not known, or of one of another subject or attribute: both stay. */
  | "unknownFact"
  | "otherSubject";

/** How many proposals were refused, by reason. */
export type Refused = Partial<Record<Refusal, number>>;

/** A turn as it is stored. `createdAt` in milliseconds since 1970. */
export interface SourceTurn {
  /** Of its record. */
  id?: number;
  key: string;
  version: number;
  /** As the model was shown it. */
  text: string;
  createdAt: number;
  quotable: boolean;
}

/** A fact that is there already. `start`: since when it is true, in milliseconds since 1970. */
export interface ExistingFact {
  key: string;
  text: string;
  subject: string;
  attribute?: string;
  start: number;
  /** When it was said again since. */
  again?: readonly number[];
  /** Of its record. */
  id?: number;
}

/** What becomes a memory. Times in milliseconds since 1970. */
export interface FactDraft {
  key: string;
  text: string;
  subject: string;
  attribute?: string;
  type: KeptFactType;
  origin: FactOrigin;
  sources: FactSource[];
  /** When it was said. */
  createdAt: number;
  validFrom?: number;
  validTo?: number;
  supersedes: string[];
}

export const factTypes: readonly FactType[] = ["event", "state", "preference", "instruction", "relation"];
export const keptFactTypes: readonly KeptFactType[] = [...factTypes, "summary"];
const longest = { text: 1_000, subject: 100, attribute: 100, quote: 1_000, time: 100 };
const mostSources = 8;
const mostExcluded = 64;

/**
 * What of an answer becomes facts. A pure function: the model has only proposed.
 * @param newKey - A key for each fact.
 * @param namesIn - The names in a sentence that must stand in the window.
 */
export function disposed(
  proposals: readonly unknown[],
  { turns, known }: { turns: readonly SourceTurn[]; known: readonly ExistingFact[] },
  { newKey, namesIn }: { newKey: () => string; namesIn: (text: string) => readonly string[] },
): { facts: FactDraft[]; refused: Refused } {
  const refused: Refused = {};
  const refuse = (why: Refusal): undefined => {
    refused[why] = (refused[why] ?? 0) + 1;
  };
  const said = fold([...turns, ...known].map(({ text }) => text).join("\n"));
  /** By the number that the model gives them: those that are known, then those of its answer. */
  const numbered: (ExistingFact | undefined)[] = [...known];
  const drafts: { draft: FactDraft; excludes: readonly number[] }[] = [];
  for (const given of proposals) {
    const draft = draftOf(given);
    numbered.push(draft && { ...draft, start: startOf(draft) });
    if (draft !== undefined) drafts.push({ draft, excludes: (given as FactProposal).excludes ?? [] });
  }
  for (const { draft, excludes } of drafts) exclude(draft, excludes);
  return { facts: drafts.map(({ draft }) => draft), refused };

  function draftOf(given: unknown): FactDraft | undefined {
    if (!isProposal(given)) return refuse("malformed");
    const { subject, attribute, type, origin } = given;
    const text = given.text.trim();
    const cited = given.sources.flatMap(({ turn: number, quote }) => {
      const turn = turns[number - 1];
      if (turn === undefined) return refuse("unknownTurn") ?? [];
      if (!turn.quotable) return refuse("notQuotable") ?? [];
      const words = quoted(turn.text, quote);
      if (words === undefined) return refuse("quoteNotFound") ?? [];
      return [{ turn, words }];
    });
    if (cited.length === 0) return undefined;
    const whole = cited.map(({ turn }) => turn.text).join("\n");
    if (isInOtherLanguage(text, whole)) return refuse("otherLanguage");
    if (hasOtherNumber(text, whole)) return refuse("otherNumber");
    const sources = cited.map(({ turn, words }) => ({ words, text: turn.text, saidAt: turn.createdAt }));
    if (hasOtherTime(text, sources)) return refuse("otherTime");
    if (namesIn(text).some((name) => !said.includes(fold(name)) && fold(name) !== fold(subject)))
      return refuse("otherName");
    const words = cited.map(({ words }) => words).join("\n");
    if (origin === "stated" && !sharesWords(text, words, subject)) return refuse("unsupported");
    if (sources.every((source) => dropsNo(text, source, subject))) return refuse("opposite");
    const same = drafts.find(({ draft }) => isSame(draft, { text, subject, attribute }))?.draft;
    if (same !== undefined) {
      addSources(same, cited);
      return refuse("repeated");
    }
    const draft: FactDraft = {
      key: newKey(),
      text,
      subject: subject.trim(),
      ...(attribute === undefined || attribute.trim() === "" ? {} : { attribute: attribute.trim() }),
      type,
      origin,
      sources: [],
      createdAt: Math.max(...cited.map(({ turn }) => turn.createdAt)),
      supersedes: [],
    };
    addSources(draft, cited);
    return { ...draft, ...validity(given, cited) };
  }

  /** Since when and until when it is true, read by code from the words of the sources, relative to when they were said. */
  function validity(
    { type, from, to }: FactProposal,
    cited: readonly { turn: SourceTurn; words: string }[],
  ): Pick<FactDraft, "validFrom" | "validTo"> {
    const read = (words: string | undefined): { from: number; to: number } | undefined => {
      if (words === undefined || words.trim() === "") return undefined;
      for (const { turn, words: quote } of cited) {
        if (quoted(quote, words) === undefined) continue;
        const time = timeOf(words, turn.createdAt);
        // A day of every year is no moment.
        if (time?.period !== undefined && !time.yearly) return time.period;
      }
      return refuse("unreadableTime");
    };
    // When something happened is what is said of it anyway.
    const happened = () =>
      cited.map(({ words, turn }) => timeOf(words, turn.createdAt)).find(isDated)?.period;
    const start = (from?.trim() ? read(from) : type === "event" && !to?.trim() ? happened() : undefined)
      ?.from;
    const end = read(to)?.to;
    if (start !== undefined && end !== undefined && end <= start) {
      refuse("unreadableTime");
      return {};
    }
    return {
      ...(start === undefined ? {} : { validFrom: start }),
      ...(end === undefined ? {} : { validTo: end }),
    };
  }

  /**
   * The model only points at what cannot be true at the same time. Which of the two takes the place of the other follows
   * from the times, and only of the same subject and attribute.
   */
  function exclude(draft: FactDraft, numbers: readonly number[]): void {
    const start = startOf(draft);
    for (const number of new Set(numbers)) {
      const other = numbered[number - 1];
      if (other === undefined || other.key === draft.key) {
        refuse("unknownFact");
        continue;
      }
      const isOfSame =
        draft.attribute !== undefined &&
        other.attribute !== undefined &&
        fold(other.subject) === fold(draft.subject) &&
        fold(other.attribute) === fold(draft.attribute);
      if (!isOfSame) {
        refuse("otherSubject");
        continue;
      }
      const later = [other.start, ...(other.again ?? []).filter((at) => at > draft.createdAt)].filter(
        (at) => at > start,
      );
      if (later.length > 0) {
        // Told late: it was true until the other began, or was said again.
        draft.validTo = Math.min(draft.validTo ?? Number.POSITIVE_INFINITY, ...later);
      } else if (other.start < start) draft.supersedes.push(other.key);
    }
  }
}

function isDated(
  time: ReturnType<typeof timeOf>,
): time is NonNullable<typeof time> & { period: { from: number; to: number } } {
  return time?.period !== undefined && !time.yearly;
}

function startOf({ validFrom, createdAt }: FactDraft): number {
  return validFrom ?? createdAt;
}

function isSame(
  draft: FactDraft,
  { text, subject, attribute = "" }: { text: string; subject: string; attribute: string | undefined },
): boolean {
  const same = (one: string, other: string) => fold(one.trim()) === fold(other.trim());
  return same(draft.text, text) && same(draft.subject, subject) && same(draft.attribute ?? "", attribute);
}

function addSources(draft: FactDraft, cited: readonly { turn: SourceTurn; words: string }[]): void {
  for (const { turn, words } of cited)
    if (draft.sources.length < mostSources && !draft.sources.some(({ key }) => key === turn.key))
      draft.sources.push({ key: turn.key, version: turn.version, quote: words });
}

/** Whether something has the form of a proposal: it comes from a model. */
function isProposal(given: unknown): given is FactProposal {
  if (typeof given !== "object" || given === null) return false;
  const { text, subject, attribute, type, origin, sources, from, to, excludes } = given as Record<
    string,
    unknown
  >;
  const isText = (value: unknown, most: number): value is string =>
    typeof value === "string" && value.trim() !== "" && value.length <= most && value.isWellFormed();
  const isOptional = (value: unknown, most: number) =>
    value === undefined || value === "" || isText(value, most);
  return (
    isText(text, longest.text) &&
    isText(subject, longest.subject) &&
    isOptional(attribute, longest.attribute) &&
    factTypes.includes(type as FactType) &&
    (origin === "stated" || origin === "inferred") &&
    Array.isArray(sources) &&
    sources.length > 0 &&
    sources.every(
      (source: unknown) =>
        Number.isInteger(Object(source).turn) && isText(Object(source).quote, longest.quote),
    ) &&
    isOptional(from, longest.time) &&
    isOptional(to, longest.time) &&
    (excludes === undefined ||
      (Array.isArray(excludes) &&
        excludes.length <= mostExcluded &&
        excludes.every((number) => Number.isInteger(number))))
  );
}
