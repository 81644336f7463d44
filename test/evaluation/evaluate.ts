import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMemory, type Embedder, type Memory, type MemoryOptions } from "@souvenir/core";
import {
  type Ranker,
  reciprocalRankFusion,
  stockOramaHybrid,
  textbookBm25,
  vectorOnly,
} from "./baselines.ts";
import type { Configuration } from "./configurations.ts";
import type { EvaluationSet, Group, Query } from "./data.ts";
import { type Scores, score } from "./metrics.ts";

/** What one subject (a configuration of Souvenir, or a baseline) scored on one set. */
export interface Outcome {
  subject: string;
  /** For a configuration of Souvenir: the subjects that rank by one of its signals, or fuse the same ones. */
  rivals?: string[];
  /** One for each query, in the order of the set. */
  scores: Scores[];
  /** Milliseconds of all its work on the set: reading in, embedding and asking. */
  tookMs: number;
}

export interface SetOutcome {
  set: string;
  documents: number;
  groups: number;
  /** The type of each query with relevance, `undefined` for none. */
  types: (string | undefined)[];
  outcomes: Outcome[];
  /** Subjects that could not run, and why. */
  skipped: string[];
}

export const bm25Name = "textbook BM25";
export const oramaName = "stock Orama hybrid";
export const souvenirName = (configuration: string): string => `Souvenir, ${configuration}`;
const vectorName = (configuration: string): string => `vector only, ${configuration}`;
const fusionName = (configuration: string): string => `reciprocal rank fusion, ${configuration}`;

const depth = 20;
const mostOpenings = 200_000;
const dayMs = 86_400_000;

type RankerOf = (group: Group) => Promise<Ranker> | Ranker;

/** Runs the baselines and the configurations over a set, group by group. */
export async function evaluateSet(
  set: EvaluationSet,
  configurations: readonly Configuration[],
  onOutcome: (outcome: Outcome) => void = () => {},
): Promise<SetOutcome> {
  const queries = set.groups.flatMap((group) => group.queries);
  const result: SetOutcome = {
    set: set.name,
    documents: set.groups.reduce((sum, group) => sum + group.documents.length, 0),
    groups: set.groups.length,
    types: queries.map(({ type }) => type),
    outcomes: [],
    skipped: [],
  };
  const keep = (outcome: Outcome) => {
    result.outcomes.push(outcome);
    onOutcome(outcome);
  };
  const rank = async (subject: string, rankerOf: RankerOf) => keep(await rankAll(subject, set, rankerOf));

  const bm25 = new Map<Group, Ranker>();
  await rank(bm25Name, (group) => {
    const ranker = textbookBm25(group.documents);
    bm25.set(group, ranker);
    return ranker;
  });
  const { dimensions } = set;
  if (dimensions === undefined) result.skipped.push(`${oramaName}: the folder has no vectors`);
  else await rank(oramaName, (group) => stockOramaHybrid(group, dimensions));

  for (const configuration of configurations) {
    const { name } = configuration;
    if (configuration.needsGivenVectors && dimensions === undefined) {
      result.skipped.push(`${name}: the folder has no vectors`);
      continue;
    }
    if (configuration.coldStart && openings(set) > mostOpenings) {
      result.skipped.push(`${name}: opening so many documents for every query takes too long`);
      continue;
    }
    const vectorsOf = configuration.vectorsOf ?? name;
    if (
      configuration.vectorsOf === undefined &&
      set.groups.some((group) => configuration.embedder(group, set) !== false)
    ) {
      const vectors = new Map<Group, Ranker>();
      await rank(vectorName(name), async (group) => {
        const ranker = await embeddedRanker(group, configuration.embedder(group, set) as Embedder);
        vectors.set(group, ranker);
        return ranker;
      });
      await rank(fusionName(name), (group) => reciprocalRankFusion([bm25.get(group)!, vectors.get(group)!]));
    }
    const outcome = await runSouvenir(configuration, set);
    // With signals switched off it is a rival itself.
    keep(
      configuration.ranking === undefined
        ? { ...outcome, rivals: [vectorName(vectorsOf), fusionName(vectorsOf)] }
        : outcome,
    );
  }
  return result;
}

/** Documents that are opened when every query opens its group. */
function openings({ groups }: EvaluationSet): number {
  return groups.reduce((sum, { documents, queries }) => sum + documents.length * queries.length, 0);
}

async function rankAll(subject: string, set: EvaluationSet, rankerOf: RankerOf): Promise<Outcome> {
  const start = performance.now();
  const scores: Scores[] = [];
  for (const group of set.groups) {
    if (group.documents.length === 0 || group.queries.length === 0) continue;
    const ranker = await rankerOf(group);
    for (const query of group.queries) scores.push(score(await ranker(query, depth), query.relevant));
  }
  return { subject, scores, tookMs: performance.now() - start };
}

/** Cosine over the vectors of an embedder, each text whole. */
async function embeddedRanker(group: Group, embedder: Embedder): Promise<Ranker> {
  const embed = async (texts: readonly string[], kind: "document" | "query"): Promise<Float32Array[]> => {
    const vectors: Float32Array[] = [];
    const batch = embedder.maxBatch ?? 64;
    for (let start = 0; start < texts.length; start += batch) {
      const some = texts.slice(start, start + batch).map((text) => text.slice(0, embedder.maxCharacters));
      for (const vector of await embedder.embed(some, { kind })) vectors.push(vector);
    }
    return vectors;
  };
  const documents = await embed(
    group.documents.map(({ text }) => text),
    "document",
  );
  const queries = await embed(
    group.queries.map(({ text }) => text),
    "query",
  );
  const byQuery = new Map<Query, Float32Array>(group.queries.map((query, row) => [query, queries[row]!]));
  return vectorOnly(group.documents, documents, (query) => byQuery.get(query)!);
}

/** Every group in a memory of its own, so that the clock can stand one day after its last turn. */
async function runSouvenir(configuration: Configuration, set: EvaluationSet): Promise<Outcome> {
  const subject = souvenirName(configuration.name);
  const folder = configuration.coldStart ? await mkdtemp(join(tmpdir(), "souvenir-evaluation-")) : undefined;
  await using resources = new AsyncDisposableStack();
  if (folder !== undefined) resources.defer(() => rm(folder, { recursive: true }));
  return await rankAll(subject, set, async (group) => {
    let latest: number | undefined;
    for (const { createdAt } of group.documents)
      if (createdAt !== undefined) latest = Math.max(latest ?? createdAt, createdAt);
    const started = Date.now();
    const asked = latest === undefined ? started : latest + dayMs;
    const options: MemoryOptions = {
      path: folder === undefined ? ":memory:" : join(folder, `${set.groups.indexOf(group)}.db`),
      embedder: configuration.embedder(group, set),
      ...(configuration.ranking === undefined ? {} : { ranking: configuration.ranking }),
      limits: { valueBytes: 2 ** 24, queryBytes: 2 ** 20 },
      clock: () => asked + Date.now() - started,
    };
    const memory = await createMemory(options);
    await memory.setMany(
      group.documents.map(({ id, text, thread, role, createdAt }) => ({
        namespace: group.name,
        key: id,
        value: text,
        ...(thread === undefined ? {} : { thread }),
        ...(role === undefined ? {} : { role }),
        ...(createdAt === undefined ? {} : { createdAt }),
      })),
    );
    const { pending, failed } = await memory.flush();
    if (pending + failed > 0)
      throw new Error(`${subject}: ${pending + failed} documents of ${set.name} were not embedded`);
    const ask = async (of: Memory, query: string, limit: number): Promise<string[]> => {
      const { results, degraded } = await of.search({
        namespace: group.name,
        query,
        limit,
        deadlineMs: 60_000,
      });
      if (degraded.length > 0) throw new Error(`${subject}: a query was answered without ${degraded.join()}`);
      return results.map(({ key }) => key);
    };
    if (!configuration.coldStart) {
      resources.use(memory);
      return ({ text }, limit) => ask(memory, text, limit);
    }
    await memory.close();
    return async ({ text }, limit) => {
      await using opened = await createMemory(options);
      return await ask(opened, text, limit);
    };
  });
}
