import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import type { MastraDBMessage } from "@mastra/core/agent";
import type { StorageThreadType } from "@mastra/core/memory";
import type { ObservationalMemoryRecord, StorageResourceType } from "@mastra/core/storage";
import { SouvenirError } from "@souvenir/core";
import { revived } from "../storage/observation-domain.ts";
import { invalid } from "../values.ts";

/** The memory that `@mastra/libsql` keeps in a file, read without changing it. Older files lack tables and columns. */
export class LibsqlFile {
  readonly #database: DatabaseSync;
  readonly #columns = new Map<string, readonly string[]>();

  /** @throws SouvenirError `NOT_FOUND`, or `INVALID_INPUT` for a file that is not one of Mastra */
  constructor(from: string | URL) {
    const path = toPath(from);
    if (!existsSync(path))
      throw new SouvenirError("NOT_FOUND", `${path} does not exist`, { details: { path } });
    try {
      this.#database = new DatabaseSync(path, { readOnly: true });
      const columns = this.#database.prepare("SELECT name FROM pragma_table_info(?)");
      for (const table of ["threads", "messages", "resources", "observational_memory"])
        this.#columns.set(
          `mastra_${table}`,
          columns.all(`mastra_${table}`).map(({ name }) => String(name)),
        );
    } catch (cause) {
      throw new SouvenirError("INVALID_INPUT", `${path} cannot be read as a SQLite file`, {
        details: { path },
        cause,
      });
    }
    if (!this.#columns.get("mastra_messages")?.includes("thread_id")) {
      this.close();
      throw invalid("from", "the file of a LibSQLStore of @mastra/libsql, with its table mastra_messages", {
        path,
      });
    }
  }

  count(): number {
    let count = 0;
    for (const [table, columns] of this.#columns)
      if (columns.length > 0)
        count += (this.#database.prepare(`SELECT count(*) AS n FROM ${table}`).get() as { n: number }).n;
    return count;
  }

  *threads(): Generator<StorageThreadType> {
    for (const row of this.#rows("mastra_threads", ["metadata"]))
      yield { resourceId: "", ...row } as unknown as StorageThreadType;
  }

  /** In order of time, then of arrival. `resourceId` may be missing: old files have none. */
  *messages(): Generator<MastraDBMessage> {
    for (const { thread_id: threadId = "", type, content = "", ...row } of this.#rows("mastra_messages", []))
      yield {
        role: "user",
        ...row,
        threadId,
        // What Mastra writes for none.
        ...(type === undefined || type === "v2" ? {} : { type }),
        content: contentOf(String(content)),
      } as unknown as MastraDBMessage;
  }

  *resources(): Generator<StorageResourceType> {
    for (const row of this.#rows("mastra_resources", ["metadata"]))
      yield row as unknown as StorageResourceType;
  }

  /** Oldest generation first. */
  *observations(): Generator<ObservationalMemoryRecord> {
    const lists = ["bufferedObservationChunks", "config", "metadata", "observedMessageIds"];
    for (const { lookupKey: _, isBufferingObservation, ...row } of this.#rows(
      "mastra_observational_memory",
      lists,
    ))
      yield revived({
        threadId: null,
        originType: "initial",
        generationCount: 0,
        activeObservations: "",
        totalTokensObserved: 0,
        observationTokenCount: 0,
        pendingMessageTokens: 0,
        lastBufferedAtTokens: 0,
        lastBufferedAtTime: null,
        config: {},
        resourceId: "",
        ...row,
        // What another process was about does not go on here.
        isReflecting: false,
        isObserving: false,
        isBufferingObservation: false,
        isBufferingReflection: false,
        ...([1, "1", "true"].includes(isBufferingObservation as string) ? { lastBufferedAtTokens: 0 } : {}),
      } as unknown as ObservationalMemoryRecord);
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  /**
   * What a table has, without what is empty: JSON, which Mastra stores in SQLite's own form too, is read, and a row without
   * a time that can be read is as old as computers.
   */
  *#rows(table: string, jsonColumns: readonly string[]): Generator<Record<string, unknown>> {
    const columns = this.#columns.get(table) ?? [];
    if (columns.length === 0) return;
    const selected = columns.map((name) =>
      jsonColumns.includes(name)
        ? `CASE WHEN json_valid("${name}", 5) THEN json("${name}") END AS "${name}"`
        : `"${name}"`,
    );
    const order = columns.includes("generationCount") ? '"generationCount", "createdAt"' : '"createdAt"';
    const sql = `SELECT ${selected.join(", ")} FROM ${table} ORDER BY ${order}, rowid`;
    for (const row of this.#database.prepare(sql).iterate() as Iterable<Record<string, unknown>>) {
      const kept = Object.entries(row).filter(([, value]) => value !== null && value !== "");
      const read = kept.map(([name, value]) => [
        name,
        jsonColumns.includes(name) ? JSON.parse(value as string) : value,
      ]);
      const createdAt = dateOf(row.createdAt) ?? new Date(0);
      yield { ...Object.fromEntries(read), createdAt, updatedAt: dateOf(row.updatedAt) ?? createdAt };
    }
  }
}

function toPath(from: string | URL): string {
  if (from instanceof URL) return fileURLToPath(from);
  if (typeof from !== "string" || from === "") throw invalid("from", "the path of a file");
  // Mastra's URLs may be relative: `file:./mastra.db`.
  return from.startsWith("file:///") ? fileURLToPath(from) : from.replace(/^file:/, "");
}

/** JSON, or the bare text of old messages. */
function contentOf(found: string): unknown {
  try {
    return JSON.parse(found);
  } catch {
    return found;
  }
}

function dateOf(value: unknown): Date | undefined {
  const found = new Date((value ?? Number.NaN) as string);
  return Number.isNaN(found.getTime()) ? undefined : found;
}
