import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import type { MastraDBMessage } from "@mastra/core/agent";
import type { StorageThreadType } from "@mastra/core/memory";
import type { ObservationalMemoryRecord, StorageResourceType } from "@mastra/core/storage";
import { SouvenirError } from "@souvenir/core";
import { revived } from "../storage/observation-domain.ts";
import { invalid } from "../values.ts";

type Row = Record<string, string | number | null>;

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
      for (const table of [
        "mastra_threads",
        "mastra_messages",
        "mastra_resources",
        "mastra_observational_memory",
      ])
        this.#columns.set(
          table,
          (
            this.#database.prepare("SELECT name FROM pragma_table_info(?)").all(table) as { name: string }[]
          ).map(({ name }) => name),
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
      yield {
        id: String(row.id),
        resourceId: text(row.resourceId) ?? "",
        ...optional("title", text(row.title) || undefined),
        ...optional("metadata", json(row.metadata)),
        ...times(row),
      };
  }

  /** In order of time, then of arrival. `resourceId` may be missing: old files have none. */
  *messages(): Generator<MastraDBMessage> {
    for (const row of this.#rows("mastra_messages", [])) {
      const type = text(row.type);
      yield {
        id: String(row.id),
        role: (text(row.role) ?? "user") as MastraDBMessage["role"],
        createdAt: times(row).createdAt,
        threadId: text(row.thread_id) ?? "",
        ...optional("resourceId", text(row.resourceId) || undefined),
        // What Mastra writes for none.
        ...optional("type", type === "v2" ? undefined : type),
        content: content(row.content) as MastraDBMessage["content"],
      };
    }
  }

  *resources(): Generator<StorageResourceType> {
    for (const row of this.#rows("mastra_resources", ["metadata"]))
      yield {
        id: String(row.id),
        ...optional("workingMemory", text(row.workingMemory)),
        ...optional("metadata", json(row.metadata)),
        ...times(row),
      };
  }

  /** Oldest generation first. */
  *observations(): Generator<ObservationalMemoryRecord> {
    const lists = ["bufferedObservationChunks", "config", "metadata", "observedMessageIds"];
    for (const row of this.#rows("mastra_observational_memory", lists)) {
      const set = Object.entries(row).filter(
        ([name, value]) => name !== "lookupKey" && value !== null && value !== "",
      );
      const buffering = [1, "1", "true"].includes(row.isBufferingObservation as string | number);
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
        ...Object.fromEntries(set),
        ...Object.fromEntries(
          set.flatMap(([name, value]) => (lists.includes(name) ? [[name, json(value)]] : [])),
        ),
        // What another process was about does not go on here.
        isReflecting: false,
        isObserving: false,
        isBufferingObservation: false,
        isBufferingReflection: false,
        ...(buffering ? { lastBufferedAtTokens: 0 } : {}),
      } as unknown as ObservationalMemoryRecord);
    }
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  /** Columns of JSON, which Mastra stores in SQLite's own form too, come as texts. */
  *#rows(table: string, jsonColumns: readonly string[]): Generator<Row> {
    const columns = this.#columns.get(table) ?? [];
    if (columns.length === 0) return;
    const selected = columns.map((name) =>
      jsonColumns.includes(name)
        ? `CASE WHEN json_valid("${name}", 5) THEN json("${name}") END AS "${name}"`
        : `"${name}"`,
    );
    const order = columns.includes("generationCount") ? '"generationCount", "createdAt"' : '"createdAt"';
    const sql = `SELECT ${selected.join(", ")} FROM ${table} ORDER BY ${order}, rowid`;
    yield* this.#database.prepare(sql).iterate() as Iterable<Row>;
  }
}

function toPath(from: string | URL): string {
  if (from instanceof URL) return fileURLToPath(from);
  if (typeof from !== "string" || from === "") throw invalid("from", "the path of a file");
  // Mastra's URLs may be relative: `file:./mastra.db`.
  return from.startsWith("file:///") ? fileURLToPath(from) : from.replace(/^file:/, "");
}

function text(value: Row[string] | undefined): string | undefined {
  return value === null || value === undefined ? undefined : String(value);
}

function json(value: Row[string] | undefined): Record<string, unknown> | undefined {
  return typeof value === "string" ? (JSON.parse(value) as Record<string, unknown>) : undefined;
}

/** JSON, or the bare text of old messages. */
function content(value: Row[string] | undefined): unknown {
  const found = text(value) ?? "";
  try {
    return JSON.parse(found);
  } catch {
    return found;
  }
}

/** A row without a time that can be read is as old as computers. */
function times(row: Row): { createdAt: Date; updatedAt: Date } {
  const date = (value: Row[string] | undefined) => {
    const found = new Date(value ?? 0);
    return Number.isNaN(found.getTime()) ? undefined : found;
  };
  const createdAt = date(row.createdAt) ?? new Date(0);
  return { createdAt, updatedAt: date(row.updatedAt) ?? createdAt };
}

function optional<Name extends string, Value>(name: Name, value: Value | undefined): { [K in Name]?: Value } {
  return (value === undefined ? {} : { [name]: value }) as { [K in Name]?: Value };
}
