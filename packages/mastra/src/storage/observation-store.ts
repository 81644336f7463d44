import type {
  CreateObservationalMemoryInput,
  CreateReflectionGenerationInput,
  ObservationalMemoryHistoryOptions,
  ObservationalMemoryRecord,
  SwapBufferedReflectionToActiveInput,
  SwapBufferedToActiveInput,
  SwapBufferedToActiveResult,
  UpdateActiveObservationsInput,
  UpdateBufferedObservationsInput,
  UpdateBufferedReflectionInput,
} from "@mastra/core/storage";
import { SouvenirError } from "@souvenir/core";
import type { SqliteConnection } from "@souvenir/core/sqlite";
import type { MastraFile } from "../mastra-file.ts";
import {
  activate,
  newRecord,
  observationOwner,
  recordFromJson,
  recordToJson,
  reflectedObservations,
} from "./observations.ts";

interface ObservationRow {
  record: string;
}

/** Observational memory in the file: every change reads and writes its record in one transaction. */
export class ObservationStore {
  readonly #file: MastraFile;
  readonly #clock: () => number;

  constructor(file: MastraFile, clock: () => number) {
    this.#file = file;
    this.#clock = clock;
  }

  async current(threadId: string | null, resourceId: string): Promise<ObservationalMemoryRecord | null> {
    return (await this.history(threadId, resourceId, 1))[0] ?? null;
  }

  /** Newest first. */
  async history(
    threadId: string | null,
    resourceId: string,
    limit = -1,
    { from, to, offset = 0 }: ObservationalMemoryHistoryOptions = {},
  ): Promise<ObservationalMemoryRecord[]> {
    const db = await this.#file.open();
    return db
      .all<ObservationRow>(
        `SELECT record FROM mastra_observations WHERE owner = ? AND created_at >= ? AND created_at <= ?
         ORDER BY generation DESC, place DESC LIMIT ? OFFSET ?`,
        observationOwner(threadId, resourceId),
        from?.getTime() ?? Number.MIN_SAFE_INTEGER,
        to?.getTime() ?? Number.MAX_SAFE_INTEGER,
        limit,
        offset,
      )
      .map(({ record }) => recordFromJson(record));
  }

  async initialize(input: CreateObservationalMemoryInput): Promise<ObservationalMemoryRecord> {
    const { threadId, resourceId, scope, config, observedTimezone } = input;
    const record = newRecord(
      {
        threadId,
        resourceId,
        scope,
        config,
        originType: "initial",
        generationCount: 0,
        ...(observedTimezone === undefined ? {} : { observedTimezone }),
      },
      this.#clock(),
    );
    await this.insert(record);
    return record;
  }

  async insert(record: ObservationalMemoryRecord): Promise<void> {
    const db = await this.#file.open();
    await db.transaction(() => insertRecord(db, record));
  }

  updateActive(input: UpdateActiveObservationsInput): Promise<void> {
    return this.update(input.id, (record) => {
      record.activeObservations = input.observations;
      record.observationTokenCount = input.tokenCount;
      record.totalTokensObserved += input.tokenCount;
      record.pendingMessageTokens = 0;
      record.lastObservedAt = input.lastObservedAt;
      if (input.observedMessageIds) record.observedMessageIds = input.observedMessageIds;
      if (input.observedTimezone) record.observedTimezone = input.observedTimezone;
    });
  }

  updateBuffered({ id, chunk, lastBufferedAtTime }: UpdateBufferedObservationsInput): Promise<void> {
    return this.update(id, (record, now) => {
      const chunks = record.bufferedObservationChunks ?? [];
      // The same cycle again, after a retry.
      if (chunks.some(({ cycleId }) => cycleId === chunk.cycleId)) return;
      record.bufferedObservationChunks = [
        ...chunks,
        { ...chunk, id: `ombuf-${crypto.randomUUID()}`, createdAt: new Date(now) },
      ];
      if (lastBufferedAtTime) record.lastBufferedAtTime = lastBufferedAtTime;
    });
  }

  activate(input: SwapBufferedToActiveInput): Promise<SwapBufferedToActiveResult> {
    return this.update(input.id, (record, now) => activate(record, input, now));
  }

  async reflect({
    currentRecord,
    reflection,
    tokenCount,
  }: CreateReflectionGenerationInput): Promise<ObservationalMemoryRecord> {
    const record = nextGeneration(currentRecord, reflection, tokenCount, this.#clock());
    await this.insert(record);
    return record;
  }

  updateBufferedReflection(input: UpdateBufferedReflectionInput): Promise<void> {
    return this.update(input.id, (record) => {
      const { bufferedReflection: before, bufferedReflectionTokens, bufferedReflectionInputTokens } = record;
      record.bufferedReflection = before ? `${before}\n\n${input.reflection}` : input.reflection;
      record.bufferedReflectionTokens = (bufferedReflectionTokens ?? 0) + input.tokenCount;
      record.bufferedReflectionInputTokens = (bufferedReflectionInputTokens ?? 0) + input.inputTokenCount;
      record.reflectedObservationLineCount = input.reflectedObservationLineCount;
    });
  }

  async activateReflection({
    currentRecord,
    tokenCount,
  }: SwapBufferedReflectionToActiveInput): Promise<ObservationalMemoryRecord> {
    const db = await this.#file.open();
    return this.update(currentRecord.id, (record, now) => {
      if (!record.bufferedReflection)
        throw new SouvenirError("INVALID_INPUT", "No buffered reflection to swap", {
          details: { id: record.id },
        });
      const next = nextGeneration(record, reflectedObservations(record), tokenCount, now);
      delete record.bufferedReflection;
      delete record.bufferedReflectionTokens;
      delete record.bufferedReflectionInputTokens;
      delete record.reflectedObservationLineCount;
      insertRecord(db, next);
      return next;
    });
  }

  /** @throws SouvenirError `NOT_FOUND` */
  async update<T>(id: string, change: (record: ObservationalMemoryRecord, now: number) => T): Promise<T> {
    const db = await this.#file.open();
    return db.transaction(() => {
      const row = db.get<ObservationRow>("SELECT record FROM mastra_observations WHERE id = ?", id);
      if (row === undefined)
        throw new SouvenirError("NOT_FOUND", `Observational memory record not found: ${id}`, {
          details: { id, status: 404 },
        });
      const record = recordFromJson(row.record);
      const now = this.#clock();
      const result = change(record, now);
      record.updatedAt = new Date(now);
      db.run("UPDATE mastra_observations SET record = ? WHERE id = ?", recordToJson(record), id);
      return result;
    });
  }

  async clear(threadId: string | null, resourceId: string): Promise<void> {
    const db = await this.#file.open();
    await db.transaction(() => deleteObservations(db, observationOwner(threadId, resourceId)), {
      erased: (count) => count > 0,
    });
  }
}

/** In a transaction. */
export function deleteObservations(db: SqliteConnection, owner: string): number {
  return db.run("DELETE FROM mastra_observations WHERE owner = ?", owner).changes;
}

/** In a transaction. */
export function insertRecord(db: SqliteConnection, record: ObservationalMemoryRecord): void {
  db.run(
    `INSERT INTO mastra_observations (id, owner, generation, created_at, place, record)
     VALUES (?, ?, ?, ?, (SELECT coalesce(max(place), 0) + 1 FROM mastra_observations), ?)`,
    record.id,
    observationOwner(record.threadId, record.resourceId),
    record.generationCount,
    record.createdAt.getTime(),
    recordToJson(record),
  );
}

function nextGeneration(
  current: ObservationalMemoryRecord,
  reflection: string,
  tokenCount: number,
  now: number,
): ObservationalMemoryRecord {
  const { scope, threadId, resourceId, config, generationCount, totalTokensObserved } = current;
  const { lastObservedAt = new Date(now), metadata, observedTimezone } = current;
  return newRecord(
    {
      scope,
      threadId,
      resourceId,
      config,
      originType: "reflection",
      generationCount: generationCount + 1,
      activeObservations: reflection,
      observationTokenCount: tokenCount,
      totalTokensObserved,
      lastObservedAt,
      ...(metadata === undefined ? {} : { metadata }),
      ...(observedTimezone === undefined ? {} : { observedTimezone }),
    },
    now,
  );
}
