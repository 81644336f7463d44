import { isDeepStrictEqual } from "node:util";
import {
  type CreateObservationalMemoryInput,
  type CreateReflectionGenerationInput,
  InMemoryDB,
  InMemoryMemory,
  MemoryStorage,
  type ObservationalMemoryHistoryOptions,
  type ObservationalMemoryRecord,
  type SwapBufferedReflectionToActiveInput,
  type SwapBufferedToActiveInput,
  type SwapBufferedToActiveResult,
  type UpdateActiveObservationsInput,
  type UpdateBufferedObservationsInput,
  type UpdateBufferedReflectionInput,
  type UpdateObservationalMemoryConfigInput,
} from "@mastra/core/storage";
import { retryConflicts, SouvenirError } from "@souvenir/core";
import { condition, type SqliteConnection } from "@souvenir/core/sqlite";
import type { MastraFile } from "../mastra-file.ts";
import { observations, type StoredObservations } from "./records.ts";
import { erase } from "./retention.ts";

/**
 * Observational memory in the file. What a change does to a record, Mastra's own storage in memory says; here it is read,
 * and written if nobody else wrote meanwhile.
 */
export abstract class ObservationDomain extends MemoryStorage {
  override readonly supportsObservationalMemory = true;
  protected readonly file: MastraFile;
  protected readonly clock: () => number;

  constructor(file: MastraFile, clock: () => number) {
    super();
    this.file = file;
    this.clock = clock;
  }

  override async getObservationalMemory(
    threadId: string | null,
    resourceId: string,
  ): Promise<ObservationalMemoryRecord | null> {
    return (await this.getObservationalMemoryHistory(threadId, resourceId, 1))[0] ?? null;
  }

  /** Newest first. */
  override async getObservationalMemoryHistory(
    threadId: string | null,
    resourceId: string,
    limit = -1,
    { from, to, offset = 0 }: ObservationalMemoryHistoryOptions = {},
  ): Promise<ObservationalMemoryRecord[]> {
    const where = [condition("owner = ?", observationOwner(threadId, resourceId))];
    if (from !== undefined) where.push(condition("created_at >= ?", from.getTime()));
    if (to !== undefined) where.push(condition("created_at <= ?", to.getTime()));
    const order = "generation DESC, place DESC";
    const found = observations.list(await this.file.open(), { where, order, limit, offset });
    return found.map(({ record }) => revived(record));
  }

  override initializeObservationalMemory(
    input: CreateObservationalMemoryInput,
  ): Promise<ObservationalMemoryRecord> {
    return this.#change(undefined, (rules) => rules.initializeObservationalMemory(input));
  }

  override insertObservationalMemoryRecord(record: ObservationalMemoryRecord): Promise<void> {
    return this.#change(undefined, (rules) => rules.insertObservationalMemoryRecord(record));
  }

  override updateActiveObservations(input: UpdateActiveObservationsInput): Promise<void> {
    return this.#change(input.id, async (rules, record) => {
      await rules.updateActiveObservations(input);
      if (input.observedTimezone) record.observedTimezone = input.observedTimezone;
    });
  }

  override updateBufferedObservations(input: UpdateBufferedObservationsInput): Promise<void> {
    return this.#change(input.id, (rules) => rules.updateBufferedObservations(input));
  }

  override swapBufferedToActive(input: SwapBufferedToActiveInput): Promise<SwapBufferedToActiveResult> {
    return this.#change(input.id, (rules, record) =>
      // Another process may have moved them already.
      rules.swapBufferedToActive(record.bufferedObservationChunks ? input : { ...input, bufferedChunks: [] }),
    );
  }

  override createReflectionGeneration(
    input: CreateReflectionGenerationInput,
  ): Promise<ObservationalMemoryRecord> {
    return this.#change(undefined, async (rules) =>
      withMetadata(await rules.createReflectionGeneration(input), input.currentRecord),
    );
  }

  override updateBufferedReflection(input: UpdateBufferedReflectionInput): Promise<void> {
    return this.#change(input.id, (rules) => rules.updateBufferedReflection(input));
  }

  override swapBufferedReflectionToActive(
    input: SwapBufferedReflectionToActiveInput,
  ): Promise<ObservationalMemoryRecord> {
    return this.#change(input.currentRecord.id, async (rules, record) =>
      withMetadata(await rules.swapBufferedReflectionToActive(input), record),
    );
  }

  override setReflectingFlag(id: string, isReflecting: boolean): Promise<void> {
    return this.#change(id, (rules) => rules.setReflectingFlag(id, isReflecting));
  }

  override setObservingFlag(id: string, isObserving: boolean): Promise<void> {
    return this.#change(id, (rules) => rules.setObservingFlag(id, isObserving));
  }

  override setBufferingObservationFlag(id: string, isBuffering: boolean, atTokens?: number): Promise<void> {
    return this.#change(id, (rules) => rules.setBufferingObservationFlag(id, isBuffering, atTokens));
  }

  override setBufferingReflectionFlag(id: string, isBuffering: boolean): Promise<void> {
    return this.#change(id, (rules) => rules.setBufferingReflectionFlag(id, isBuffering));
  }

  override setPendingMessageTokens(id: string, tokens: number): Promise<void> {
    return this.#change(id, (rules) => rules.setPendingMessageTokens(id, tokens));
  }

  override updateObservationalMemoryConfig(input: UpdateObservationalMemoryConfigInput): Promise<void> {
    return this.#change(input.id, (rules) => rules.updateObservationalMemoryConfig(input));
  }

  override async clearObservationalMemory(threadId: string | null, resourceId: string): Promise<void> {
    await erase(this.file, (db) => deleteObservations(db, observationOwner(threadId, resourceId)));
  }

  /**
   * Changes a record, makes one, or both.
   * @throws SouvenirError `NOT_FOUND`
   */
  async #change<Result>(
    id: string | undefined,
    work: (rules: InMemoryMemory, record: ObservationalMemoryRecord) => Promise<Result>,
  ): Promise<Result> {
    const db = await this.file.open();
    const read = () => (id === undefined ? undefined : observations.get(db, id)?.record);
    return retryConflicts(async () => {
      const before = read();
      if (id !== undefined && before === undefined)
        throw new SouvenirError("NOT_FOUND", `Observational memory record not found: ${id}`, {
          details: { id, status: 404 },
        });
      const data = new InMemoryDB();
      const rules = new InMemoryMemory({ db: data });
      const record = (
        before === undefined ? {} : revived(structuredClone(before))
      ) as ObservationalMemoryRecord;
      if (before !== undefined) await rules.insertObservationalMemoryRecord(record);
      const result = await work(rules, record);
      await db.transaction(() => {
        if (!isDeepStrictEqual(read(), before))
          throw new SouvenirError(
            "VERSION_CONFLICT",
            "the observations were changed meanwhile: read them again",
          );
        for (const changed of [...data.observationalMemory.values()].flat())
          observations.put(db, stored(changed));
      });
      return result;
    });
  }
}

/** Whose observations they are: the thread's, or those of all threads of a resource. */
export function observationOwner(threadId: string | null, resourceId: string): string {
  return threadId ? `thread:${threadId}` : `resource:${resourceId}`;
}

/** In a transaction. */
export function deleteObservations(db: SqliteConnection, owner: string): number {
  return observations.remove(db, [condition("owner = ?", owner)]);
}

export function stored(record: ObservationalMemoryRecord): StoredObservations {
  const { id, threadId, resourceId, generationCount: generation, createdAt } = record;
  return { id, owner: observationOwner(threadId, resourceId), generation, createdAt, record };
}

/** With dates where JSON has texts; changes it. */
export function revived(record: ObservationalMemoryRecord): ObservationalMemoryRecord {
  const revive = <Of extends object>(of: Of, ...names: (keyof Of)[]) => {
    for (const name of names)
      if (of[name] !== undefined && of[name] !== null) of[name] = new Date(of[name] as string) as never;
  };
  revive(record, "createdAt", "updatedAt", "lastObservedAt", "lastBufferedAtTime");
  for (const chunk of record.bufferedObservationChunks ?? []) revive(chunk, "createdAt", "lastObservedAt");
  return record;
}

/** The next generation keeps what a caller noted on the one before. */
function withMetadata(
  next: ObservationalMemoryRecord,
  { metadata }: ObservationalMemoryRecord,
): ObservationalMemoryRecord {
  if (metadata !== undefined) next.metadata = metadata;
  return next;
}
