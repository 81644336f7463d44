import { createMemory, type Embedder } from "@souvenir/core";
import type { StaticEmbedder, StaticModel } from "@souvenir/static";
import { documentTexts } from "../../packages/core/src/embedders/turn-context.ts";
import { canonicalName } from "../../packages/core/src/entities/canonical.ts";
import { offlineExtractor } from "../../packages/core/src/entities/offline-extractor.ts";
import { atOnce } from "../../packages/core/src/event-loop.ts";
import { Extraction } from "../../packages/core/src/queue/extraction.ts";
import type { KnownBackground } from "../../packages/core/src/ranking/background.ts";
import { shortlist, spare } from "../../packages/core/src/ranking/evidence.ts";
import { resolveRanking } from "../../packages/core/src/ranking/ranking.ts";
import { termsOf } from "../../packages/core/src/search/memory-terms.ts";
import { NamespaceIndex } from "../../packages/core/src/search/namespace-index.ts";
import { InMemoryStore } from "../../packages/core/src/store/in-memory-store.ts";
import type { EvaluationSet, Group } from "../evaluation/data.ts";
import { isFromElsewhere } from "./foreign.ts";

/** What a question finds: a row of features for each memory, and how relevant each is. */
export interface Asked {
  /** `[rows][features]`. */
  values: Float32Array;
  /** 0: not relevant. `[rows]`. */
  grades: Float32Array;
  /** Relevant memories, also those that were not found. */
  relevant: number[];
  /** See `isFromElsewhere`. */
  fromElsewhere: boolean;
}

const dayMs = 86_400_000;

/**
 * Asks every question of a set in its group, also those that nothing there answers, and tells what each memory has of it.
 * @param background - That of the embedder.
 */
export async function* collect(
  set: EvaluationSet,
  names: readonly string[],
  embedder: Embedder | false,
  background?: KnownBackground,
): AsyncGenerator<Asked> {
  for (const group of set.groups) {
    if (group.documents.length === 0) continue;
    const { index, keyOf, now } = await indexOf(group, embedder);
    for (const query of [...group.queries, ...group.unanswerable]) {
      const { text, grades } = query;
      const [read] = embedder === false ? [] : await embedder.embed([text], { kind: "query" });
      const ranked = atOnce(
        index.ranking(
          {
            text,
            vector: read?.some((number) => number !== 0) ? read : undefined,
            ...(background === undefined ? {} : { background }),
            model: embedder === false ? undefined : termModel(embedder),
            entities: extraction.ofQuery(text).map(({ name }) => canonicalName(name)),
            prefix: false,
            // All that are looked at closely, and no more, whatever the weights of today are.
            limit: shortlist - spare,
            minScore: 0,
            now,
          },
          resolveRanking(),
        ),
      );
      // Of a question without a vector the weights without vectors decide.
      if (embedder !== false && ranked.some(({ values }) => values.near === undefined)) continue;
      ranked.sort((left, right) => left.document - right.document);
      const values = new Float32Array(ranked.length * names.length);
      const found = new Float32Array(ranked.length);
      for (const [row, { document, values: of }] of ranked.entries()) {
        for (const [column, name] of names.entries()) values[row * names.length + column] = of[name] ?? 0;
        found[row] = grades.get(keyOf(document)) ?? 0;
      }
      yield { values, grades: found, relevant: [...grades.values()], fromElsewhere: isFromElsewhere(query) };
    }
  }
}

const extraction = new Extraction({
  extractor: offlineExtractor(),
  builtIn: offlineExtractor(),
  onError: () => {},
});

/** The index of a group, as a memory would make it. */
async function indexOf(
  group: Group,
  embedder: Embedder | false,
): Promise<{ index: NamespaceIndex; keyOf: (document: number) => string; now: number }> {
  let latest: number | undefined;
  for (const { createdAt } of group.documents)
    if (createdAt !== undefined) latest = Math.max(latest ?? createdAt, createdAt);
  const now = (latest ?? Date.UTC(2026, 0, 1)) + dayMs;
  const store = new InMemoryStore();
  await using memory = await createMemory({
    store,
    embedder: false,
    limits: { valueBytes: 2 ** 24 },
    clock: () => now,
  });
  await memory.setMany(
    group.documents.map(({ id, text, thread, role, createdAt }) => ({
      namespace: "all",
      key: id,
      value: text,
      ...(thread === undefined ? {} : { thread }),
      ...(role === undefined ? {} : { role }),
      ...(createdAt === undefined ? {} : { createdAt }),
    })),
  );
  const index = new NamespaceIndex(1);
  const keys = new Map<number, string>();
  if (embedder !== false) {
    await embedder.load?.();
    index.useEmbedder({ id: embedder.id, dimensions: embedder.dimensions });
  }
  const model = embedder === false ? undefined : termModel(embedder);
  for (let after = 0, complete = false; !complete; ) {
    const changes = await store.changes("all", after, 500);
    for (const record of changes.records) {
      index.put(record);
      keys.set(record.id, record.key);
      if (embedder === false) continue;
      const texts = documentTexts(record, undefined, embedder);
      const vectors = await embedder.embed(texts, { kind: "document" });
      index.putVectors(
        record.id,
        vectors.filter((vector) => vector.some((number) => number !== 0)),
      );
      index.putTerms(record.id, model === undefined ? [] : termsOf(record, model));
    }
    after = changes.sequence;
    complete = changes.complete;
  }
  atOnce(index.settling());
  return { index, keyOf: (document) => keys.get(index.idOf(document)) ?? "", now };
}

function termModel(embedder: Embedder): StaticModel | undefined {
  return (embedder as Partial<StaticEmbedder>).model;
}
