import type {
  Erased,
  ListPage,
  RecordFields,
  RecordStore,
  RecordTouch,
  RecordWrite,
  Selection,
  StoreCounts,
  StoredRecord,
  WriteOutcome,
} from "@souvenir/core";
import { storedRecord } from "@souvenir/core/store";
import type { Database, Transaction } from "./database.ts";
import { erase, eraseExpired } from "./erasing.ts";
import { GroupedWrites } from "./grouped-writes.ts";
import type { OneNamespace } from "./one-namespace.ts";
import { type RecordRow, selected } from "./rows.ts";
import { TakingTurns } from "./taking-turns.ts";
import { touch, type WriteConditions, writeAll } from "./writing.ts";

const inNamespace =
  "FROM @namespaces n JOIN @records r ON r.namespace = n.number WHERE n.name = $1 AND n.number = $2";

/** The records of namespaces. What is read is of one statement, and so of one moment; what is written, of one transaction. */
export class PostgresRecords implements RecordStore {
  readonly #database: Database;
  readonly #one: OneNamespace;
  readonly #turns = new TakingTurns();
  readonly #writes: GroupedWrites;
  readonly #onErased: () => void;

  /** @param onErased - Called after an erasure. */
  constructor(database: Database, one: OneNamespace, onErased: () => void) {
    this.#database = database;
    this.#one = one;
    this.#writes = new GroupedWrites(database, this.#turns);
    this.#onErased = onErased;
  }

  write(writes: readonly RecordWrite[], conditions: WriteConditions = {}): Promise<WriteOutcome[]> {
    const names = [...new Set(writes.map(({ namespace }) => namespace))];
    const [only] = names;
    if (only !== undefined && names.length === 1 && Object.keys(conditions).length === 0)
      return this.#writes.write(only, writes);
    return this.#inTurn(names, (transaction) => writeAll(transaction, writes, conditions));
  }

  touch(namespace: string, key: string, change: RecordTouch): Promise<StoredRecord | undefined> {
    return this.#inTurn([namespace], (transaction) => touch(transaction, namespace, key, change));
  }

  async erase(
    namespace: string,
    selection: Selection,
    options: { limit?: number; now?: number } = {},
  ): Promise<Erased> {
    const erased = await this.#inTurn([namespace], (transaction) =>
      erase(transaction, namespace, selection, options),
    );
    this.#onErased();
    return erased;
  }

  async eraseExpired(
    now: number,
    options: { limit?: number } = {},
  ): Promise<{ erased: number; complete: boolean }> {
    const outcome = await eraseExpired(this.#database, now, options);
    if (outcome.erased > 0) this.#onErased();
    return outcome;
  }

  async get(namespace: string, keys: readonly string[]): Promise<(StoredRecord | undefined)[]> {
    const rows = await this.#one.all<RecordRow>(
      namespace,
      `SELECT ${selected} ${inNamespace} AND r.key = ANY($3::text[])`,
      [keys],
    );
    const found = new Map(rows.map((row) => [row.key, row]));
    return keys.map((key) => {
      const row = found.get(key);
      return row && storedRecord(row, namespace);
    });
  }

  async read(namespace: string, ids: readonly number[]): Promise<StoredRecord[]> {
    const rows = await this.#one.all<RecordRow>(
      namespace,
      `SELECT ${selected} ${inNamespace} AND r.id = ANY($3::bigint[])`,
      [ids],
    );
    return rows.map((row) => storedRecord(row, namespace));
  }

  async list(
    namespace: string,
    { thread, after, newestFirst = false, limit }: ListPage,
  ): Promise<StoredRecord[]> {
    const order = newestFirst
      ? "< ($4, $5) ORDER BY r.created_at DESC, r.id DESC"
      : "> ($4, $5) ORDER BY r.created_at, r.id";
    const rows = await this.#one.all<RecordRow>(
      namespace,
      `SELECT ${selected} ${inNamespace} ${thread === undefined ? "" : "AND r.thread = $6"}
       AND (r.created_at, r.id) ${order} LIMIT $3`,
      [
        limit,
        after?.createdAt ?? (newestFirst ? Number.MAX_SAFE_INTEGER : Number.MIN_SAFE_INTEGER),
        after?.id ?? 0,
        ...(thread === undefined ? [] : [thread]),
      ],
    );
    return rows.map((row) => storedRecord(row, namespace));
  }

  async scan({
    prefix,
    after,
    limit,
  }: {
    prefix: string;
    after: string;
    limit: number;
  }): Promise<StoredRecord[]> {
    // One namespace after the other, each in the order of its own index, until there are enough.
    const rows = await this.#database.all<RecordRow & { name: string }>(
      `SELECT n.name, r.* FROM @namespaces n CROSS JOIN LATERAL
       (SELECT ${selected} FROM @records r WHERE r.namespace = n.number ORDER BY r.created_at, r.id LIMIT $3) r
       WHERE n.name >= $1 AND n.name > $2 ORDER BY n.name, r.created_at, r.id LIMIT $3`,
      [prefix, after, limit],
    );
    // Those with the prefix are the first of what comes after it.
    return rows.filter(({ name }) => name.startsWith(prefix)).map((row) => storedRecord(row, row.name));
  }

  async tail(namespace: string, thread: string, limit: number): Promise<StoredRecord[]> {
    const rows = await this.#one.all<RecordRow>(
      namespace,
      `SELECT ${selected} ${inNamespace} AND r.thread = $3 ORDER BY r.created_at DESC, r.id DESC LIMIT $4`,
      [thread, limit],
    );
    return rows.map((row) => storedRecord(row, namespace)).reverse();
  }

  async previous(
    namespace: string,
    ids: readonly number[],
  ): Promise<(Pick<StoredRecord, "value" | "role"> | undefined)[]> {
    const rows = await this.#one.all<{ id: number; value: string | null; role: string | null }>(
      namespace,
      `SELECT r.id, p.value, p.role FROM @namespaces n
       JOIN @records r ON r.namespace = n.number AND r.id = ANY($3::bigint[]) AND NOT r.withdrawn
       LEFT JOIN LATERAL (SELECT b.value, b.role FROM @records b WHERE b.namespace = $2 AND b.thread = r.thread
       AND (b.created_at, b.id) < (r.created_at, r.id) AND NOT b.withdrawn
       ORDER BY b.created_at DESC, b.id DESC LIMIT 1) p ON true WHERE n.name = $1 AND n.number = $2`,
      [ids],
    );
    const found = new Map(
      rows.flatMap(({ id, value, role }) => (value === null ? [] : [[id, { value, role }] as const])),
    );
    return ids.map((id) => found.get(id));
  }

  async history(
    namespace: string,
    key: string,
    { after = 0, limit }: { after?: number; limit?: number } = {},
  ): Promise<StoredRecord[]> {
    const rows = await this.#one.all<{ id: number; sequence: number; fields: string }>(
      namespace,
      `SELECT r.id, r.sequence, v.fields FROM @namespaces n JOIN @records r ON r.namespace = n.number AND r.key = $3
       JOIN @versions v ON v.namespace = n.number AND v.record = r.id AND v.version > $4
       WHERE n.name = $1 AND n.number = $2 ORDER BY v.version LIMIT $5`,
      [key, after, limit ?? null],
    );
    return rows.map(({ id, sequence, fields }) => ({
      ...(JSON.parse(fields) as RecordFields),
      id,
      namespace,
      sequence,
    }));
  }

  async namespaces({
    prefix = "",
    after = "",
    limit,
  }: {
    prefix?: string;
    after?: string;
    limit?: number;
  } = {}): Promise<string[]> {
    const rows = await this.#database.all<{ name: string }>(
      "SELECT name FROM @namespaces WHERE name >= $1 AND name > $2 ORDER BY name LIMIT $3",
      [prefix, after, limit ?? null],
    );
    // Those with the prefix are the first of what comes after it.
    const names = rows.map(({ name }) => name).filter((name) => name.startsWith(prefix));
    return limit === undefined ? names.sort() : names;
  }

  async counts(namespace?: string): Promise<StoreCounts> {
    const [of, values] =
      namespace === undefined
        ? ["", []]
        : ["WHERE namespace = (SELECT number FROM @namespaces WHERE name = $1)", [namespace]];
    const named = namespace === undefined ? "" : "WHERE n.name = $1";
    const row = await this.#database.get<StoreCounts>(
      `SELECT (SELECT count(*) FROM @namespaces n ${named}) AS namespaces,
       (SELECT count(*) FROM @records ${of}) AS records,
       (SELECT count(*) FROM @versions ${of}) AS versions,
       (SELECT count(*) FROM @namespaces n JOIN @embedders e ON e.number = n.embedder AND NOT e.computed
        JOIN @vectors v ON v.namespace = n.number AND v.embedder = n.embedder ${named}) +
       (SELECT count(*) FROM @namespaces n JOIN @embedders e ON e.number = n.embedder AND e.computed
        JOIN @records r ON r.namespace = n.number ${named}) AS vectors,
       (SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0) FROM pg_class c
        WHERE c.relnamespace = $${values.length + 1}::regnamespace AND c.relkind = 'r') AS bytes,
       (SELECT coalesce(sum(records), 0) FROM @unscrubbed) AS unscrubbed`,
      [...values, this.#database.schema],
    );
    return row as StoreCounts;
  }

  #inTurn<Answer>(
    names: readonly string[],
    work: (transaction: Transaction) => Promise<Answer>,
  ): Promise<Answer> {
    return this.#turns.take(names, () => this.#database.transaction(work));
  }
}
