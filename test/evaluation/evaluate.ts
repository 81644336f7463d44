import { createMemory, defaultEmbedder, type Embedder, estimateTokens } from "@souvenir/core";
import { type Ranker, stockOramaHybrid, textbookBm25 } from "./baselines.ts";
import type { Configuration } from "./configurations.ts";
import type { EvaluationSet, Group, Query } from "./data.ts";
import { foreignQueries } from "./foreign.ts";
import { gradedGain, newestFirst, score } from "./metrics.ts";
import type { Answer, BaselineOutcome, Hit, Outcome, SetOutcome } from "./outcome.ts";

const deepLimit = 50;
const dayMs = 86_400_000;

/** Runs baselines and configurations over a set, group by group. */
export async function evaluateSet(
  folder: string,
  set: EvaluationSet,
  configurations: readonly Configuration[],
  {
    baselines,
    note,
  }: {
    /** Those that are known already; `undefined` to run them. */
    baselines: readonly BaselineOutcome[] | undefined;
    note: (outcome: Outcome | BaselineOutcome) => void;
  },
): Promise<SetOutcome> {
  const result: SetOutcome = {
    set: set.name,
    documents: set.groups.reduce((sum, group) => sum + group.documents.length, 0),
    groups: set.groups.length,
    questions: set.groups.reduce((sum, { queries }) => sum + queries.length, 0),
    ...(set.written === undefined ? {} : { written: set.written }),
    baselines: [...(baselines ?? [])],
    outcomes: [],
  };
  const rank = async (subject: string, rankerOf: (group: Group) => Promise<Ranker> | Ranker) => {
    const start = performance.now();
    const own: BaselineOutcome["own"] = [];
    for (const group of set.groups) {
      if (group.queries.length === 0) continue;
      const ranker = await rankerOf(group);
      for (const query of group.queries)
        own.push({ type: query.type, scores: score(await ranker(query, 10), query.relevant) });
    }
    const outcome = { subject, own, tookMs: performance.now() - start };
    result.baselines.push(outcome);
    note(outcome);
  };
  if (baselines === undefined) {
    await rank("textbook BM25", ({ documents }) => textbookBm25(documents));
    const embedder = defaultEmbedder();
    await embedder.load?.();
    await rank("stock Orama", ({ documents }) => stockOramaHybrid(documents, embedder));
  }
  for (const configuration of configurations) {
    const embedder = await configuration.embedder(folder, set);
    if (embedder === undefined) continue;
    const outcome = await runSouvenir(configuration.name, embedder, set);
    result.outcomes.push(outcome);
    note(outcome);
  }
  return result;
}

/** Every group in a memory of its own, so that the clock can stand one day after its last turn. */
async function runSouvenir(
  subject: string,
  embedder: Embedder | false,
  set: EvaluationSet,
): Promise<Outcome> {
  const start = performance.now();
  const outcome: Outcome = { subject, own: [], unanswerable: [], foreign: [], tookMs: 0 };
  const foreign = foreignQueries(set);
  for (const group of set.groups) {
    const strangers = foreign.get(group) ?? [];
    if (group.queries.length + group.unanswerable.length + strangers.length === 0) continue;
    // It stands still: what has no date of its own was all said at once, and no run of this is another one.
    const asked = askedAt(set, group) ?? Date.now();
    await using memory = await createMemory({
      path: ":memory:",
      embedder,
      limits: { valueBytes: 2 ** 24, queryBytes: 2 ** 20 },
      clock: () => asked,
    });
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
    const search = async ({ text }: Query, unfloored?: { limit: number; minScore: 0 }) => {
      const { results, degraded } = await memory.search({
        namespace: group.name,
        query: text,
        deadlineMs: 60_000,
        ...unfloored,
      });
      if (degraded.length > 0) throw new Error(`${subject}: a query was answered without ${degraded.join()}`);
      return results;
    };
    const ask = async (query: Query, limit: number): Promise<{ answer: Answer; keys: string[][] }> => {
      const asking = performance.now();
      const found = await search(query);
      const tookMs = performance.now() - asking;
      const all = await search(query, { limit, minScore: 0 });
      const [hits, unfloored] = [found, all].map((results) =>
        results.map(({ key, score, value }) => ({
          score,
          grade: query.grades.get(key) ?? 0,
          tokens: estimateTokens(value),
        })),
      ) as [Hit[], Hit[]];
      return {
        answer: { group: group.name, type: query.type, hits, unfloored, tookMs },
        keys: [found, all].map((results) => results.map(({ key }) => key)),
      };
    };
    for (const query of group.queries) {
      const { answer, keys } = await ask(query, deepLimit);
      const [found, all] = keys as [string[], string[]];
      const newest = newestFirst(found, query.grades);
      outcome.own.push({
        ...answer,
        scores: score(found, query.relevant),
        unflooredRecall: score(all, query.relevant)["R@10"],
        relevant: query.relevant.size,
        ...(newest === undefined ? {} : { graded: gradedGain(found, query.grades), newestFirst: newest }),
      });
    }
    for (const query of group.unanswerable) outcome.unanswerable.push((await ask(query, 10)).answer);
    // What is relevant at home may have the same id here.
    for (const query of strangers)
      outcome.foreign.push((await ask({ ...query, grades: new Map() }, 10)).answer);
  }
  return { ...outcome, tookMs: performance.now() - start };
}

/** When the questions of a group are asked: where the set does not say, a day after the group's last document. */
function askedAt({ written }: EvaluationSet, { documents }: Group): number | undefined {
  if (written !== undefined) return Date.parse(written.askedAt);
  let latest: number | undefined;
  for (const { createdAt } of documents)
    if (createdAt !== undefined) latest = Math.max(latest ?? createdAt, createdAt);
  return latest === undefined ? undefined : latest + dayMs;
}
