import type { Origin } from "./inputs-and-answers.ts";
import { partOf } from "./long-text.ts";
import { optionNames } from "./option-names.ts";
import { oncePerFact } from "./paraphrases/once-per-fact.ts";
import { profileOf, profileTokens } from "./profile.ts";
import { recallBlock } from "./recall-block.ts";
import type { ExceptTurns } from "./search/filter.ts";
import { newerFirst } from "./search/newer-first.ts";
import type { StoredRecord } from "./store/store.ts";
import { checkOrigins, heardFrom } from "./trust/origin.ts";
import type {
  Limits,
  MemoryRecord,
  RecallInput,
  RecallResult,
  SearchHit,
  SearchInput,
  SearchResult,
} from "./types.ts";
import {
  byteLength,
  checkFlag,
  checkInteger,
  checkNamespace,
  checkOptions,
  checkThread,
  invalid,
} from "./validation.ts";

/** At equal relevance the running conversation comes first: its memories count this much more for the order. */
const sameThread = 1.05;

/**
 * Finds what matters for the next turn and writes it as a block for the prompt.
 * @throws SouvenirError `INVALID_INPUT`
 */
export async function recallMemories(
  search: (input: SearchInput, except: readonly ExceptTurns[]) => Promise<SearchResult>,
  given: RecallInput,
  {
    limits,
    countTokens,
    tail,
    pinned,
  }: {
    limits: Limits;
    countTokens: (text: string) => number;
    /** The last turns of a thread, in order. */
    tail: (namespace: string, thread: string) => Promise<StoredRecord[]>;
    /** What is pinned, in order. */
    pinned: (namespace: string) => Promise<MemoryRecord[]>;
  },
): Promise<RecallResult> {
  const input = checkOptions(given, "recall", optionNames.recall) as unknown as RecallInput;
  const { query, limit = 8, tokenBudget = 1000, thread, profile = false } = input;
  const { asOf, knownAt, origin, signal, deadlineMs } = input;
  const namespace = checkNamespace(input.namespace);
  checkInteger(limit, "limit", 1, 100);
  checkInteger(tokenBudget, "tokenBudget", 1, 1_000_000);
  if (thread !== undefined) checkThread(thread);
  checkFlag(profile, "profile");
  const excluded = checkExclude(input.exclude, limits.valueBytes);
  const except: ExceptTurns[] = excluded.thread === undefined ? [] : [{ thread: excluded.thread }];
  if (excluded.after !== undefined && thread !== undefined) {
    const said = same(excluded.after);
    const turns = await tail(namespace, thread);
    // Of a message that was too long for one memory, the last part.
    const last = turns.findLast((turn) => {
      const value = same(turn.value);
      return value === said || (partOf(turn) !== undefined && said.endsWith(value));
    });
    if (last !== undefined) except.push({ thread, after: last });
  }
  const { results, degraded } = await search(
    {
      namespace,
      query,
      // Room for what is excluded or said twice.
      limit: Math.min(1000, limit * 2 + excluded.size + 10),
      heldBack: false,
      ...(origin === undefined ? {} : { origin }),
      ...(asOf === undefined ? {} : { asOf }),
      ...(knownAt === undefined ? {} : { knownAt }),
      ...(signal === undefined ? {} : { signal }),
      ...(deadlineMs === undefined ? {} : { deadlineMs }),
    },
    except,
  );
  const from = origin === undefined ? undefined : checkOrigins(origin);
  const always = profile
    ? await profileIn(pinned, namespace, { excluded, from, tokenBudget, countTokens })
    : new Map<string, MemoryRecord>();
  const rank = (hit: SearchHit) =>
    hit.score * (thread !== undefined && hit.thread === thread ? sameThread : 1);
  const hits = results
    .filter((hit) => !excluded.has(hit) && !always.has(hit.key))
    .map((hit, place) => ({ hit, place }))
    .sort((left, right) => rank(right.hit) - rank(left.hit) || left.place - right.place)
    .map(({ hit }) => hit);
  const hitsShown = oncePerFact(newerFirst(hits)).slice(0, limit);
  const first = [...always.values()];
  const block = recallBlock<MemoryRecord>([...first, ...hitsShown], tokenBudget, undefined, countTokens);
  const shown = new Set(block.memories);
  return {
    text: block.text,
    memories: hitsShown.filter((hit) => shown.has(hit)),
    ...(profile
      ? {
          profile: first
            .filter((record) => shown.has(record))
            .map(({ value: text, key, version }) => ({ text, key, version })),
        }
      : {}),
    degraded,
  };
}

/** What is pinned and has room beside what is asked for, by key. */
async function profileIn(
  pinned: (namespace: string) => Promise<MemoryRecord[]>,
  namespace: string,
  {
    excluded,
    from,
    tokenBudget,
    countTokens,
  }: {
    excluded: { has: (record: MemoryRecord) => boolean };
    from: readonly Origin[] | undefined;
    tokenBudget: number;
    countTokens: (text: string) => number;
  },
): Promise<Map<string, MemoryRecord>> {
  const records = (await pinned(namespace)).filter(
    (record) =>
      !excluded.has(record) && (from === undefined || from.some((each) => each === heardFrom(record))),
  );
  const { lines } = profileOf(records, countTokens, Math.min(profileTokens, Math.floor(tokenBudget / 2)));
  const keys = new Set(lines.map(({ key }) => key));
  return new Map(records.flatMap((record) => (keys.has(record.key) ? [[record.key, record]] : [])));
}

/** A text without differences of white space. */
function same(text: string): string {
  return text
    .toWellFormed()
    .trim()
    .replace(/\s{2,}|[^\S ]/gu, " ");
}

function checkExclude(
  given: RecallInput["exclude"],
  valueBytes: number,
): {
  /** Memories that may have to be left out of the results. */
  size: number;
  has: (record: MemoryRecord) => boolean;
  thread?: string;
  after?: string;
} {
  if (given === undefined) return { size: 0, has: () => false };
  const {
    keys = [],
    texts = [],
    thread,
    after,
  } = Array.isArray(given)
    ? { keys: given }
    : (checkOptions(given, "exclude", optionNames.exclude) as Exclude<
        RecallInput["exclude"],
        readonly string[] | undefined
      >);
  for (const [name, list] of Object.entries({ keys, texts }))
    if (!Array.isArray(list) || list.some((item) => typeof item !== "string"))
      throw invalid(`exclude.${name}`, "an array of strings", list);
  if (after !== undefined && typeof after !== "string") throw invalid("exclude.after", "a string", after);
  const [keySet, textSet] = [new Set(keys), new Set(texts.map(same))];
  // Of a message that was too long for one memory, each part.
  const long = texts.filter((text) => byteLength(text) > valueBytes).map(same);
  const parts = long.reduce((sum, text) => sum + Math.ceil(byteLength(text) / (valueBytes / 2)), 0);
  const within = (record: MemoryRecord) =>
    partOf(record) !== undefined && long.some((text) => text.includes(same(record.value)));
  return {
    size: keySet.size + textSet.size + parts,
    has: (record) =>
      keySet.has(record.key) || textSet.has(same(record.value)) || (long.length > 0 && within(record)),
    ...(thread === undefined ? {} : { thread: checkThread(thread) }),
    ...(after === undefined ? {} : { after }),
  };
}
