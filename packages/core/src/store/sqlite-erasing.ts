import { crc32 } from "node:zlib";
import type { ContentCodec } from "./content-codec.ts";
import { isSummary, runsThread, withoutSource } from "./fact-mark.ts";
import { fieldsText } from "./record-rows.ts";
import { isOver } from "./record-versions.ts";
import { rememberedErasures } from "./remembered-erasures.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";
import type { NamespaceEmbedder, SqliteEmbedders } from "./sqlite-embedders.ts";
import { type NamespaceRow, namespaceNamed } from "./sqlite-namespaces.ts";
import type { SqliteQueue } from "./sqlite-queue.ts";
import { fieldsOf, type RecordRow, recordChecksum } from "./sqlite-rows.ts";
import type { SqliteSources } from "./sqlite-sources.ts";
import type { SqliteSuperseded } from "./sqlite-superseded.ts";
import type { SqliteTurns } from "./sqlite-turns.ts";
import { withoutSuperseded } from "./standing.ts";
import type { Erased, Selection } from "./store.ts";
import { checkVersion } from "./version-conflict.ts";

/** How long a part of a large erasure may hold the event loop, in milliseconds. */
const partMs = 2;

interface Candidate {
  id: number;
  version: number;
  sequence: number;
  expires_at: number | null;
}

/** A selection as a list of candidates, which may be longer than what is erased of it, and what is left after some. */
interface Chosen {
  length: number;
  /** Looked up when its turn comes: one that is named twice is gone by then. */
  candidate: (place: number) => Candidate | undefined;
  /** Whether it has changed since it was selected. */
  changed?: (candidate: Candidate, place: number) => boolean;
  /** The selection without the first so many candidates. */
  rest: (done: number) => Selection | undefined;
}

/** A namespace whose numbers are taken in this transaction. */
interface Counted {
  number: number;
  sequence: number;
  embedders: readonly NamespaceEmbedder[];
}

const columns = "id, version, sequence, expires_at";
const byId = `SELECT ${columns} FROM records WHERE id = ? AND namespace = ?`;
/** A record, and what is kept of it besides. */
const removing = [
  "DELETE FROM versions WHERE record = ?",
  "DELETE FROM vectors WHERE record = ?",
  "DELETE FROM queue WHERE record = ?",
  "DELETE FROM records WHERE id = ?",
];

/** Erasing records from the SQLite store: what is selected, what goes with a record, and what has to be remembered. */
export class SqliteErasing {
  readonly #connection: SqliteConnection;
  readonly #content: ContentCodec;
  readonly #embedders: SqliteEmbedders;
  readonly #queue: SqliteQueue;
  readonly #turns: SqliteTurns;
  readonly #sources: SqliteSources;
  readonly #superseded: SqliteSuperseded;

  constructor(
    connection: SqliteConnection,
    parts: {
      embedders: SqliteEmbedders;
      queue: SqliteQueue;
      turns: SqliteTurns;
      sources: SqliteSources;
      superseded: SqliteSuperseded;
    },
  ) {
    this.#connection = connection;
    this.#content = connection.content;
    this.#embedders = parts.embedders;
    this.#queue = parts.queue;
    this.#turns = parts.turns;
    this.#sources = parts.sources;
    this.#superseded = parts.superseded;
  }

  erase(
    name: string,
    selection: Selection,
    {
      limit = Number.POSITIVE_INFINITY,
      now = Number.NEGATIVE_INFINITY,
    }: { limit?: number; now?: number } = {},
  ): Promise<Erased> {
    const erase = (): { gone: number; answer: Erased } => {
      const namespace = namespaceNamed(this.#connection, name);
      if (typeof selection === "object" && "key" in selection) {
        const found = namespace === undefined ? undefined : this.#byKey(namespace.number, selection.key);
        const current =
          found === undefined || isOver({ expiresAt: found.expires_at }, now) ? 0 : found.version;
        checkVersion({ namespace: name, key: selection.key, ifVersion: selection.ifVersion }, current);
      }
      if (namespace === undefined) return { gone: 0, answer: { erased: 0, changed: [] } };
      const { length, candidate, changed, rest } = this.#chosen(namespace.number, selection, limit);
      const kept: number[] = [];
      let erased = 0;
      let done = 0;
      const most = Math.min(length, limit);
      const end = performance.now() + (limit === Number.POSITIVE_INFINITY ? limit : partMs);
      const eraser = this.#eraser(namespace);
      while (done < most && (done === 0 || performance.now() < end)) {
        const place = done++;
        const found = candidate(place);
        if (found === undefined) continue;
        if (changed?.(found, place)) {
          kept.push(found.id);
          continue;
        }
        if (!isOver({ expiresAt: found.expires_at }, now)) erased += 1;
        eraser.erase(found.id);
      }
      const gone = eraser.finish();
      const left = rest(done);
      return {
        gone,
        answer: { erased, changed: kept, ...(left === undefined ? {} : { rest: left }) },
      };
    };
    return this.#erasing(erase, { limit, isLast: ({ rest }) => rest === undefined });
  }

  async eraseExpired(
    now: number,
    { limit = Number.POSITIVE_INFINITY }: { limit?: number } = {},
  ): Promise<{ erased: number; complete: boolean }> {
    const expired = "FROM records WHERE expires_at IS NOT NULL AND expires_at <= ?";
    if (this.#connection.get(`SELECT 1 ${expired} LIMIT 1`, now) === undefined)
      return { erased: 0, complete: true };
    const erase = () => {
      const most = limit === Number.POSITIVE_INFINITY ? -1 : limit;
      const rows = this.#connection.all<{ id: number; namespace: number }>(
        `SELECT id, namespace ${expired} ORDER BY expires_at LIMIT ?`,
        now,
        most,
      );
      const end = performance.now() + (most === -1 ? Number.POSITIVE_INFINITY : partMs);
      let [erased, gone] = [0, 0];
      for (const [number, members] of Map.groupBy(rows, (row) => row.namespace)) {
        if (erased > 0 && performance.now() >= end) break;
        const namespace = this.#connection.get<NamespaceRow>(
          "SELECT * FROM namespaces WHERE number = ?",
          number,
        );
        const eraser = this.#eraser(namespace as NamespaceRow);
        for (const { id } of members) {
          if (erased > 0 && performance.now() >= end) break;
          eraser.erase(id);
          erased += 1;
        }
        gone += eraser.finish();
      }
      const complete = rows.length !== most && erased === rows.length;
      return { gone, answer: { erased, complete } };
    };
    return this.#erasing(erase, { limit, isLast: ({ complete }) => complete });
  }

  /** One record, inside a transaction of the caller, who keeps the numbers of the namespace. */
  eraseOne(namespace: NamespaceRow & Pick<Counted, "embedders">, id: number): number {
    const next = this.#next(namespace, id);
    const key = this.#keyOf(id);
    this.#remove(id);
    namespace.sequence += 1;
    this.#connection.run("INSERT INTO erasures VALUES (?, ?, ?)", namespace.number, namespace.sequence, id);
    if (this.#superseded.exist()) this.#forgetName(namespace, { id, key });
    if (next !== undefined) this.#embedAnew(namespace, next);
    namespace.erased = namespace.sequence;
    this.#connection.run(
      "UPDATE namespaces SET sequence = ?, erased = ? WHERE number = ?",
      namespace.sequence,
      namespace.erased,
      namespace.number,
    );
    this.#sources.link(id, []);
    return 1 + this.retract(namespace, { id, key });
  }

  /**
   * A record says something else, or nothing any more: what is drawn from it alone is erased, inside a transaction of the
   * caller, who keeps the numbers of the namespace. Answers how many records that were.
   */
  retract(
    namespace: NamespaceRow & Pick<Counted, "embedders">,
    { id, key }: { id: number; key: string },
  ): number {
    if (!this.#sources.exist()) return 0;
    const { alone, others } = this.#sources.drop(id);
    const gone = [...alone, ...others.filter((other) => !this.#forgetSource(namespace, other, key))];
    return gone.reduce((erased, record) => erased + this.eraseOne(namespace, record), 0);
  }

  /**
   * What is drawn from others too loses what it has of one source, in its earlier versions as well. False for what is
   * nothing without it, and has to go.
   */
  #forgetSource(namespace: Counted, id: number, key: string): boolean {
    const row = this.#whole(id);
    if (row === undefined) return true;
    const metadata = JSON.parse(row.metadata);
    if (isSummary({ metadata })) return false;
    this.#change(namespace, row, {
      metadata: JSON.stringify(withoutSource(metadata, key)),
      expires_at: this.#sources.expiryOf(id),
    });
    this.#connection.run("DELETE FROM versions WHERE record = ?", id);
    return true;
  }

  /** What takes the place of a record that is erased names it no more, in its earlier versions neither. */
  #forgetName(namespace: Counted, { id, key }: { id: number; key: string }): void {
    this.#superseded.forget(id);
    for (const namer of this.#superseded.drop(namespace.number, key)) {
      const now = this.#whole(namer);
      if (now !== undefined) {
        const metadata = JSON.stringify(withoutSuperseded(JSON.parse(now.metadata), key));
        if (metadata !== now.metadata) this.#change(namespace, now, { metadata });
      }
      const versions = this.#connection.all<{ record: number; fields: string; checksum: number }>(
        "SELECT record, fields, checksum FROM versions WHERE record = ?",
        namer,
      );
      for (const row of versions) {
        if (!isWhole(row)) continue;
        const fields = fieldsOf(row);
        const metadata = withoutSuperseded(fields.metadata, key);
        if (metadata === fields.metadata) continue;
        this.#connection.run(
          "UPDATE versions SET fields = ?, checksum = ? WHERE record = ? AND version = ?",
          ...this.#content.version(namespace.number, fieldsText({ ...fields, metadata })),
          namer,
          fields.version,
        );
      }
    }
  }

  /** What is damaged stays so, for whoever reads it to be told. */
  #whole(id: number): RecordRow | undefined {
    const row = this.#connection.get<RecordRow>("SELECT * FROM records WHERE id = ?", id);
    return row === undefined || recordChecksum(row) !== row.checksum ? undefined : row;
  }

  /** Changes a record that stays of its version. */
  #change(
    namespace: Counted,
    row: RecordRow,
    change: Partial<Pick<RecordRow, "metadata" | "expires_at">>,
  ): void {
    namespace.sequence += 1;
    this.#queue.change(row, change, namespace.sequence);
  }

  #keyOf(id: number): string {
    const sql = `SELECT ${this.#content.keyColumns} FROM records WHERE id = ?`;
    return this.#connection.get<{ key: string }>(sql, id)?.key ?? "";
  }

  /**
   * Parts of an erasure wait for the disk together, when the last one is done: nobody is told of one before.
   * @param erase - Answers how many records are gone, and what the caller wants to know.
   */
  async #erasing<Answer>(
    erase: () => { gone: number; answer: Answer },
    { limit, isLast }: { limit: number; isLast: (answer: Answer) => boolean },
  ): Promise<Answer> {
    const unhurried = limit !== Number.POSITIVE_INFINITY;
    const { answer } = await this.#connection.transaction(erase, { erased: ({ gone }) => gone, unhurried });
    if (!unhurried) return answer;
    await (isLast(answer) ? this.#connection.sync() : this.#connection.shortenLog());
    return answer;
  }

  #byKey(namespace: number, key: string): Candidate | undefined {
    return this.#connection.get<Candidate>(
      `SELECT ${columns} FROM records WHERE namespace = ? AND key = ?`,
      namespace,
      this.#content.token(namespace, "key", key),
    );
  }

  #byId(namespace: number, id: number): Candidate | undefined {
    return this.#connection.get<Candidate>(byId, id, namespace);
  }

  #chosen(namespace: number, selection: Selection, limit: number): Chosen {
    if (typeof selection === "object") {
      if ("key" in selection)
        return { length: 1, candidate: () => this.#byKey(namespace, selection.key), rest: () => undefined };
      if ("keys" in selection) {
        const { upTo = this.#lastId() } = selection;
        return listed({ ...selection, upTo }, selection.keys, (key) => {
          const found = this.#byKey(namespace, key);
          return found !== undefined && found.id <= upTo ? found : undefined;
        });
      }
      if ("records" in selection)
        return listed(selection, selection.records, ({ id }) => this.#byId(namespace, id), {
          changed: (found, { version }) => found.version !== version,
        });
      if ("ids" in selection)
        return listed(selection, selection.ids, (id) => this.#byId(namespace, id), {
          changed: (found) => found.sequence > selection.sequence,
        });
    }
    const { upTo = this.#lastId() }: { upTo?: number } = selection === "all" ? {} : selection;
    const [where, values] =
      selection !== "all" && "thread" in selection
        ? ["AND thread = ?", [this.#content.token(namespace, "thread", selection.thread)]]
        : ["", []];
    const most = limit === Number.POSITIVE_INFINITY ? -1 : limit;
    // From an index alone and in its order: the rest of a long thread is neither read nor sorted for each part of it.
    const order = values.length === 0 ? "sequence" : "created_at, id";
    const ids = this.#connection.all<{ id: number }>(
      `SELECT id FROM records WHERE namespace = ? ${where} AND id <= ? ORDER BY ${order} LIMIT ?`,
      namespace,
      ...values,
      upTo,
      most,
    );
    return {
      length: ids.length,
      candidate: (place) => this.#byId(namespace, (ids[place] as { id: number }).id),
      rest: (done) =>
        done < ids.length || ids.length === most
          ? { ...(selection !== "all" && "thread" in selection ? { thread: selection.thread } : {}), upTo }
          : undefined,
    };
  }

  /** Every record of the store has an id up to this one, and later ones have greater ids. */
  #lastId(): number {
    return this.#connection.get<{ id: number | null }>("SELECT max(id) AS id FROM records")?.id ?? 0;
  }

  /** The turn after a record, where it is read with it. */
  #next({ number, embedders }: Pick<Counted, "number" | "embedders">, id: number): number | undefined {
    const isRead = embedders.some(({ readsPrevious }) => readsPrevious);
    const place = isRead ? this.#turns.place(id) : undefined;
    return place && this.#turns.next(number, place);
  }

  /** Under the next number of its namespace: what was erased must not live on in the vectors of another record. */
  #embedAnew(namespace: Counted, id: number): void {
    const { number, embedders } = namespace;
    namespace.sequence += 1;
    this.#queue.embedAnew(embedders, { namespace: number, id, sequence: namespace.sequence, now: 0 });
  }

  #remove(id: number): void {
    for (const statement of removing) this.#connection.run(statement, id);
  }

  /** Records that say what runs did, when nothing else is left of a namespace. */
  #leftAlone(namespace: number): number[] {
    const others = "SELECT 1 FROM records WHERE namespace = ? AND thread IS NOT ? LIMIT 1";
    const runs = this.#content.token(namespace, "thread", runsThread);
    if (this.#connection.get(others, namespace, runs) !== undefined) return [];
    return this.#connection
      .all<{ id: number }>("SELECT id FROM records WHERE namespace = ?", namespace)
      .map(({ id }) => id);
  }

  /** Erases records of a namespace, and then what the namespace has to know of it. */
  #eraser(namespace: NamespaceRow): { erase: (id: number) => void; finish: () => number } {
    const connection = this.#connection;
    const { number } = namespace;
    const counted = { ...namespace, embedders: this.#embedders.embeddersOf(namespace) };
    const concerned = new Set<number>();
    const gone = new Set<number>();
    const areDrawn = this.#sources.exist();
    const areNamed = this.#superseded.exist();
    const erase = (id: number) => {
      if (gone.has(id)) return;
      gone.add(id);
      const { alone, others } = areDrawn ? this.#sources.drop(id) : { alone: [], others: [] };
      if (areDrawn) this.#sources.link(id, []);
      const key = areNamed || others.length > 0 ? this.#keyOf(id) : "";
      const next = this.#next(counted, id);
      if (next !== undefined) concerned.add(next);
      this.#remove(id);
      counted.sequence += 1;
      connection.run("INSERT INTO erasures VALUES (?, ?, ?)", number, counted.sequence, id);
      if (areNamed) this.#forgetName(counted, { id, key });
      const without = others.filter((other) => !this.#forgetSource(counted, other, key));
      for (const record of [...alone, ...without]) erase(record);
    };
    const finish = () => {
      if (counted.sequence === namespace.sequence) return 0;
      if (areDrawn) for (const id of this.#leftAlone(number)) erase(id);
      if (connection.get("SELECT 1 FROM records WHERE namespace = ? LIMIT 1", number) === undefined) {
        // A namespace lives as long as it holds a record; its name may be personal too.
        connection.run("DELETE FROM erasures WHERE namespace = ?", number);
        connection.run("DELETE FROM namespaces WHERE number = ?", number);
        this.#content.destroy(number);
        return gone.size;
      }
      // Of turns in a row that are erased, only the one after the last is left.
      for (const id of concerned) if (this.#turns.exists(id)) this.#embedAnew(counted, id);
      const { sequence } = counted;
      connection.run(
        "UPDATE namespaces SET sequence = ?, erased = ? WHERE number = ?",
        sequence,
        sequence,
        number,
      );
      const forgotten = sequence - rememberedErasures;
      const { changes } = connection.run(
        "DELETE FROM erasures WHERE namespace = ? AND sequence <= ?",
        number,
        forgotten,
      );
      if (changes > 0)
        connection.run("UPDATE namespaces SET forgotten = ? WHERE number = ?", forgotten, number);
      return gone.size;
    };
    return { erase, finish };
  }
}

/** Whether an earlier version fits its checksum: what is damaged stays so, for whoever reads it to be told. */
function isWhole({ fields, checksum }: { fields: string; checksum: number }): boolean {
  return crc32(fields) === checksum;
}

/** What is left of a list from the place on where a part before ended. */
function listed<Element>(
  selection: Extract<Selection, { from?: number }>,
  elements: readonly Element[],
  find: (element: Element) => Candidate | undefined,
  { changed }: { changed?: (candidate: Candidate, element: Element) => boolean } = {},
): Chosen {
  const { from = 0 } = selection;
  const element = (place: number) => elements[from + place] as Element;
  return {
    length: elements.length - from,
    candidate: (place) => find(element(place)),
    ...(changed && { changed: (candidate, place) => changed(candidate, element(place)) }),
    rest: (done) => (from + done < elements.length ? { ...selection, from: from + done } : undefined),
  };
}
