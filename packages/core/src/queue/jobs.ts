import { unsearched } from "../documents/record.ts";
import { embedTexts, harmless, pieces, raceAbort } from "../embedders/embed.ts";
import { documentTexts } from "../embedders/turn-context.ts";
import { mergeEntities } from "../entities/candidate.ts";
import type { QueueEntry, Store, Task } from "../store/store.ts";
import type { Embedder, Entity, EntityExtractor } from "../types.ts";
import { checkEntities } from "../validation.ts";
import type { Job } from "./worker.ts";

const defaultBatch = 64;

/** Embeds the texts of a task, long ones in pieces, and stores their vectors. */
export function embeddingJob(store: Store, embedder: Embedder, task: Task): Job<Float32Array[]> {
  const identity = { id: embedder.id, dimensions: embedder.dimensions };
  const batch = embedder.maxBatch ?? defaultBatch;
  const embed = async (texts: string[], signal: AbortSignal) => {
    const outcomes = [];
    for (let start = 0; start < texts.length; start += batch) {
      const slice = texts.slice(start, start + batch);
      outcomes.push(...(await embedTexts(embedder, slice, { kind: "document", signal })));
    }
    return outcomes;
  };
  return {
    task,
    batch,
    async perform(entries, signal) {
      const turns = embedder.context === "previous" ? await turnTexts(store, entries, embedder) : undefined;
      const parts = entries.map(({ id, value }) => turns?.get(id) ?? pieces(value, embedder));
      const outcomes = await embed(parts.flat(), signal);
      let next = 0;
      return parts.map((texts) => {
        const own = outcomes.slice(next, next + texts.length);
        next += texts.length;
        const fault = own.find((outcome) => "fault" in outcome);
        if (fault !== undefined) return fault;
        return {
          result: own.flatMap((outcome) => ("vector" in outcome && outcome.vector ? [outcome.vector] : [])),
        };
      });
    },
    save: (items) =>
      store.saveVectors(
        identity,
        items.map(({ entry, result }) => ({ entry, vectors: result })),
      ),
    async probe(signal) {
      const [outcome] = await embed([harmless], signal);
      if (outcome === undefined || "fault" in outcome) throw outcome?.fault;
    },
  };
}

/**
 * What is embedded of records that are turns, by their ids: as they are now. What has changed since the claim is queued
 * anew, and what is made here is not stored.
 */
async function turnTexts(
  store: Store,
  entries: readonly QueueEntry[],
  embedder: Embedder,
): Promise<Map<number, string[]>> {
  const texts = new Map<number, string[]>();
  for (const [namespace, members] of Map.groupBy(entries, (entry) => entry.namespace)) {
    const records = await store.read(
      namespace,
      members.map(({ id }) => id),
    );
    const turns = records.filter(({ thread }) => thread !== null);
    const previous = await store.previous(
      namespace,
      turns.map(({ id }) => id),
    );
    for (const [at, turn] of turns.entries()) texts.set(turn.id, documentTexts(turn, previous[at], embedder));
  }
  return texts;
}

/** Runs an extractor that needs time over the texts of the queue, and adds what it finds. */
export function extractionJob(store: Store, extractor: EntityExtractor): Job<Entity[]> {
  const task: Task = `extract:${extractor.id}`;
  const extract = async (text: string, signal: AbortSignal) =>
    checkEntities(await raceAbort(Promise.resolve(extractor.extract(text, { signal })), signal));
  return {
    task,
    // One call a text: the contract knows no batches. The worker runs several at once.
    batch: 1,
    async perform(entries, signal) {
      return Promise.all(
        entries.map(async (entry) => ({
          // Of what is not searched no model is asked.
          result:
            entry.value === unsearched
              ? entry.entities
              : mergeEntities(await extract(entry.value, signal), entry.entities),
        })),
      );
    },
    save: (items) =>
      store.saveEntities(
        task,
        items.map(({ entry, result }) => ({ entry, entities: result })),
      ),
    async probe(signal) {
      await extract(harmless, signal);
    },
  };
}
