import { isDeepStrictEqual } from "node:util";
import {
  InMemoryDB,
  InMemoryMemory,
  MemoryStorage,
  type ObservationalMemoryHistoryOptions,
  type ObservationalMemoryRecord,
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

  override async clearObservationalMemory(threadId: string | null, resourceId: string): Promise<void> {
    await erase(this.file, (db) => deleteObservations(db, observationOwner(threadId, resourceId)));
  }

  /**
   * Changes a record, makes one, or both.
   * @throws SouvenirError `NOT_FOUND`
   */
  protected async change<Result>(
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

/** Changes of Mastra's contract that make a record, and those of one that is there. */
const making = [
  "initializeObservationalMemory",
  "insertObservationalMemoryRecord",
  "createReflectionGeneration",
] as const;
const changing = [
  "updateActiveObservations",
  "updateBufferedObservations",
  "swapBufferedToActive",
  "updateBufferedReflection",
  "swapBufferedReflectionToActive",
  "setReflectingFlag",
  "setObservingFlag",
  "setBufferingObservationFlag",
  "setBufferingReflectionFlag",
  "setPendingMessageTokens",
  "updateObservationalMemoryConfig",
] as const;

/** The id of a record, a record, or what is to become of it. */
type Input = string | { id?: string; observedTimezone?: string; currentRecord?: ObservationalMemoryRecord };
type Rule = (input: Input, ...rest: unknown[]) => Promise<ObservationalMemoryRecord | undefined>;

for (const name of [...making, ...changing])
  Object.defineProperty(ObservationDomain.prototype, name, {
    value(this: ObservationDomain, given: Input, ...rest: unknown[]) {
      const { id, observedTimezone, currentRecord } = typeof given === "string" ? { id: given } : given;
      const makes = (making as readonly string[]).includes(name);
      return this.change(makes ? undefined : (currentRecord?.id ?? id), async (rules, record) => {
        // Another process may have moved them already.
        const moved = name === "swapBufferedToActive" && record.bufferedObservationChunks === undefined;
        const input = moved ? { ...Object(given), bufferedChunks: [] } : given;
        const result = await (rules[name] as Rule).call(rules, input, ...rest);
        if (observedTimezone && !makes) record.observedTimezone = observedTimezone;
        // The next generation keeps what a caller noted on the one before.
        const { metadata } = makes ? Object(currentRecord) : record;
        if (currentRecord !== undefined && metadata !== undefined && result) result.metadata = metadata;
        return result;
      });
    },
  });

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
