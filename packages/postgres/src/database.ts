import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { SouvenirError } from "@souvenir/core";
import { closedError, readRow, storedText } from "@souvenir/core/store";
import pg from "pg";
import { codeOf, isConflict, isLost, postgresError } from "./errors.ts";

/** What is sent in one go: never a named statement, which a transaction pooler would lose. */
export interface PostgresStatement {
  text: string;
  values?: unknown[];
  types?: { getTypeParser(oid: number, format?: "text" | "binary"): (value: string) => unknown };
  /** Milliseconds after which an answer is not waited for any more. */
  query_timeout?: number;
}

/** What is used of a client of `pg`. */
export interface PostgresClient {
  /** Sends a statement. Of several in one text, the answers are a list. */
  query(statement: PostgresStatement): Promise<unknown>;
  /** Gives it back to the pool, which keeps it unless it is broken. */
  release(destroy?: Error | boolean): void;
  /** An \`error\` that nobody listens to, as when the server ends a connection in use, would end the program. */
  on?(event: "error", listener: (error: Error) => void): unknown;
  /** The listener is given back with the client. */
  off?(event: "error", listener: (error: Error) => void): unknown;
}

/** What is used of a pool of `pg`. */
export interface PostgresPool {
  /** A client that nobody else uses until it is released. */
  connect(): Promise<PostgresClient>;
}

export type Row = Record<string, unknown>;

/** Statements, with `@` before the name of a table, which stands for the schema. */
export interface Statements {
  /** The rows that it finds. */
  all<Found = Row>(text: string, values?: readonly unknown[]): Promise<Found[]>;
  /** The first row that it finds. */
  get<Found = Row>(text: string, values?: readonly unknown[]): Promise<Found | undefined>;
  /** Answers how many rows it changed. */
  run(text: string, values?: readonly unknown[]): Promise<number>;
}

/** Statements in one transaction. */
export interface Transaction extends Statements {
  /** Notes that a namespace has changed: once that is committed, other nodes are told. */
  changed(namespace: number): void;
}

/** Milliseconds to wait for a connection, for a lock, and for an answer. */
const connectLimitMs = 5_000;
const lockLimitMs = 10_000;
const answerLimitMs = 15_000;
/** The same for what goes over whole tables. */
const patientLimitMs = 6 * 60 * 60_000;
/** Milliseconds in which changes are collected to be told to other nodes, and how many are told in one message. */
const toldAfterMs = 5;
const toldTogether = 400;
/** How often the same is tried, and for how many milliseconds at most. */
const tries = 10;
const retryLimitMs = 10_000;
/** How long an outcome that is not known is asked for, in milliseconds. */
const outcomeLimitMs = 15_000;

/** int8 and numeric as numbers: all of ours are whole and below 2⁵³. */
const types: NonNullable<PostgresStatement["types"]> = {
  getTypeParser: (oid, format) =>
    oid === 20 || oid === 1700 ? Number : pg.types.getTypeParser(oid, format as "text"),
};

/**
 * Connections that several stores and tables of one program share, as `pool` of each. None is opened before the first use.
 * @param options - `max`: connections at once, 10 by default. `connectionString`: default: the PG… variables of the environment.
 */
export function postgresPool({
  connectionString,
  max = 10,
}: {
  connectionString?: string | undefined;
  max?: number;
}): PostgresPool & { end(): Promise<void> } {
  const pool = new pg.Pool({ connectionString, max, connectionTimeoutMillis: connectLimitMs });
  // An idle connection that breaks is replaced; without a listener, it would end the program.
  pool.on("error", ignore);
  return pool;
}

/** The connections to one schema of a database. */
export class Database implements Transaction {
  readonly schema: string;
  readonly #pool: PostgresPool;
  readonly #end: () => Promise<void>;
  readonly #prepare: (database: Database) => Promise<void>;
  readonly #running = new Set<Promise<unknown>>();
  /** Tokens of transactions that are known to be committed, and need not be kept. */
  readonly #heard: string[] = [];
  /** Tells this node from others. */
  readonly node: string = randomUUID();
  /** Where nodes tell one another what has changed. */
  readonly channel: string;
  /** Namespaces that others have not been told of yet. */
  readonly #untold = new Set<number>();
  #telling: ReturnType<typeof setTimeout> | undefined;
  #prepared: Promise<void> | undefined;
  #closed: Promise<void> | undefined;

  /** @param options - `prepare`: makes the tables, before the first use. */
  constructor(options: {
    connectionString: string | undefined;
    pool: PostgresPool | undefined;
    schema: string;
    prepare: (database: Database) => Promise<void>;
  }) {
    const { connectionString, pool, schema, prepare } = options;
    this.schema = `"${schema.replaceAll('"', '""')}"`;
    this.channel = `souvenir_${schema}`;
    this.#prepare = prepare;
    if (pool !== undefined) {
      this.#pool = pool;
      this.#end = async () => undefined;
      return;
    }
    const own = postgresPool({ connectionString });
    this.#pool = own;
    this.#end = () => own.end();
  }

  /** A method of the store, with the tables there. What begins after `close()` is refused, what began before is done. */
  async use<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    if (this.#closed !== undefined) throw closedError();
    const working = this.#ready().then(work);
    this.#running.add(working);
    try {
      return await working;
    } catch (error) {
      throw postgresError(error);
    } finally {
      this.#running.delete(working);
    }
  }

  /** The same methods, each `used`. */
  using<Methods extends object>(methods: Methods): Methods {
    const all = Object.entries(methods) as [string, (...given: unknown[]) => Promise<unknown>][];
    return Object.fromEntries(
      all.map(([name, method]) => [name, (...given: unknown[]) => this.use(() => method(...given))]),
    ) as Methods;
  }

  close(): Promise<void> {
    this.#closed ??= Promise.allSettled([...this.#running])
      .then(() => this.#tell())
      .then(() => this.#end());
    return this.#closed;
  }

  /**
   * Not in the transaction that changes it: all that notify wait for one another when they commit. What comes in a few
   * milliseconds is told at once.
   */
  changed(namespace: number): void {
    this.#untold.add(namespace);
    this.#telling ??= setTimeout(() => void this.#tell(), toldAfterMs);
  }

  /** Whoever is not told looks for itself. */
  async #tell(): Promise<void> {
    clearTimeout(this.#telling);
    this.#telling = undefined;
    const numbers = [...this.#untold];
    this.#untold.clear();
    for (let from = 0; from < numbers.length; from += toldTogether) {
      const payload = [this.node, ...numbers.slice(from, from + toldTogether)].join(" ");
      await this.#alone("SELECT pg_notify($1, $2)", [this.channel, payload], { attempts: 1 }).catch(ignore);
    }
  }

  /** One statement by itself, sent again when the connection broke: for reads, and what may be done twice. */
  async all<Found = Row>(text: string, values: readonly unknown[] = []): Promise<Found[]> {
    return (await this.#alone(text, values)).rows as Found[];
  }
  async get<Found = Row>(text: string, values: readonly unknown[] = []): Promise<Found | undefined> {
    return (await this.all<Found>(text, values))[0];
  }
  async run(text: string, values: readonly unknown[] = []): Promise<number> {
    return (await this.#alone(text, values)).changes;
  }
  /** One statement that takes as long as it takes, as what goes over whole tables. */
  async patiently(text: string): Promise<void> {
    await this.#alone(text, [], { limitMs: patientLimitMs });
  }

  /**
   * Does all or nothing, and again when others were in the way. When the connection breaks while it is being committed, the
   * database is asked what became of it: it is neither done twice nor told to have failed when it was done.
   */
  transaction<Answer>(work: (transaction: Transaction) => Promise<Answer>): Promise<Answer> {
    return this.#whole(work, true);
  }

  /** All that is read until `end()` is of one moment. */
  async moment(): Promise<Transaction & { end(): Promise<void> }> {
    const client = await this.#connect();
    try {
      await client.query({
        text: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL jit = off",
        query_timeout: answerLimitMs,
      });
    } catch (error) {
      release(client, true);
      throw error;
    }
    const end = () => giveUp(client, undefined);
    return Object.assign(new ClientTransaction(client, this.schema), { end });
  }

  /** A transaction before there are tables, which may be done twice. */
  unmarked<Answer>(work: (transaction: Transaction) => Promise<Answer>): Promise<Answer> {
    return this.#whole(work, false);
  }

  #whole<Answer>(work: (transaction: Transaction) => Promise<Answer>, isMarked: boolean): Promise<Answer> {
    return again(tries, async () => {
      const token = isMarked ? randomUUID() : undefined;
      const heard = this.#heard.splice(0);
      const { client, id } = await this.#begin(token, heard);
      const changed = new Set<number>();
      let answer: Answer;
      try {
        answer = await work(new ClientTransaction(client, this.schema, changed));
      } catch (error) {
        this.#heard.push(...heard);
        await giveUp(client, error);
        throw error;
      }
      try {
        await client.query({ text: "COMMIT", query_timeout: answerLimitMs });
      } catch (error) {
        await giveUp(client, error);
        if (!isLost(error) || token === undefined || !(await this.#wasCommitted(id, token, error)))
          throw error;
        for (const namespace of changed) this.changed(namespace);
        return answer;
      }
      if (token !== undefined) this.#heard.push(token);
      release(client);
      for (const namespace of changed) this.changed(namespace);
      return answer;
    });
  }

  /**
   * A transaction and its number in one round trip; nothing of it outlives the transaction. Its statements are short, and
   * to compile one, as the planner would for tables that it knows nothing of yet, takes half a second.
   */
  async #begin(
    token: string | undefined,
    heard: readonly string[],
  ): Promise<{ client: PostgresClient; id: string }> {
    const commits = `${this.schema}.commits`;
    const marks =
      token === undefined
        ? ""
        : `INSERT INTO ${commits} VALUES ('${token}'); ${
            heard.length === 0 ? "" : `DELETE FROM ${commits} WHERE token IN ('${heard.join("','")}');`
          }`;
    const text = `BEGIN; SET LOCAL lock_timeout = ${lockLimitMs}; SET LOCAL jit = off; ${marks} SELECT pg_current_xact_id()::text AS id`;
    const client = await this.#connect();
    try {
      const results = (await client.query({ text, query_timeout: answerLimitMs })) as { rows: Row[] }[];
      return { client, id: String(results.at(-1)?.rows[0]?.id) };
    } catch (error) {
      release(client, true);
      throw error;
    }
  }

  /**
   * By its token: after a crash, the number of a transaction that left nothing in the log is given to another one. Only
   * while one of its number goes on it may still come.
   */
  async #wasCommitted(id: string, token: string, cause: unknown): Promise<boolean> {
    const end = performance.now() + outcomeLimitMs;
    do {
      try {
        const found = await this.get<{ status: string | null }>("SELECT pg_xact_status($1::xid8) AS status", [
          id,
        ]).catch((error: unknown) => {
          // A number that the server has not given yet: it has lost all that came after it.
          if (codeOf(error) === "22023") return { status: "aborted" };
          throw error;
        });
        if (found?.status !== "in progress")
          return (await this.get("SELECT 1 FROM @commits WHERE token = $1", [token])) !== undefined;
      } catch {
        // It starts anew.
      }
      // The server has not noticed yet that nobody is there.
      await wait(100);
    } while (performance.now() < end);
    throw new SouvenirError(
      "STORE_FAILED",
      "PostgreSQL: the connection broke while a transaction was being committed, and it cannot be told whether it was: read what you wrote before you write it again",
      { details: { transaction: id }, cause: postgresError(cause) },
    );
  }

  #alone(
    text: string,
    values: readonly unknown[],
    { limitMs = answerLimitMs, attempts = tries }: { limitMs?: number; attempts?: number } = {},
  ): Promise<{ rows: Row[]; changes: number }> {
    return again(attempts, async () => {
      const client = await this.#connect();
      try {
        const answer = await send(client, this.schema, text, values, limitMs);
        release(client);
        return answer;
      } catch (error) {
        release(client, isLost(error));
        throw error;
      }
    });
  }

  async #connect(): Promise<PostgresClient> {
    const client = await this.#pool.connect();
    client.on?.("error", ignore);
    return client;
  }

  #ready(): Promise<void> {
    this.#prepared ??= this.#prepare(this).catch((error: unknown) => {
      this.#prepared = undefined;
      throw error;
    });
    return this.#prepared;
  }
}

class ClientTransaction implements Transaction {
  readonly #client: PostgresClient;
  readonly #schema: string;
  readonly #changed: Set<number>;

  constructor(client: PostgresClient, schema: string, changed: Set<number> = new Set()) {
    this.#client = client;
    this.#schema = schema;
    this.#changed = changed;
  }

  changed(namespace: number): void {
    this.#changed.add(namespace);
  }

  async all<Found = Row>(text: string, values: readonly unknown[] = []): Promise<Found[]> {
    return (await send(this.#client, this.#schema, text, values)).rows as Found[];
  }
  async get<Found = Row>(text: string, values: readonly unknown[] = []): Promise<Found | undefined> {
    return (await this.all<Found>(text, values))[0];
  }
  async run(text: string, values: readonly unknown[] = []): Promise<number> {
    return (await send(this.#client, this.#schema, text, values)).changes;
  }
}

async function send(
  client: PostgresClient,
  schema: string,
  text: string,
  values: readonly unknown[],
  limitMs = answerLimitMs,
): Promise<{ rows: Row[]; changes: number }> {
  const answer = await client.query({
    text: text.replaceAll("@", `${schema}.`),
    values: values.map(storedValue),
    types,
    query_timeout: limitMs,
  });
  const { rows, rowCount } = (Array.isArray(answer) ? answer.at(-1) : answer) as {
    rows: Row[];
    rowCount: number | null;
  };
  return { rows: rows.map(readRow), changes: rowCount ?? 0 };
}

function storedValue(value: unknown): unknown {
  if (typeof value === "string") return storedText(value);
  return Array.isArray(value) ? value.map(storedValue) : value;
}

/** Again, for a while, when others were in the way or the connection broke before anything was done. */
async function again<Answer>(attempts: number, work: () => Promise<Answer>): Promise<Answer> {
  const end = performance.now() + retryLimitMs;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(isConflict(error) || isLost(error))) throw error;
      if (attempt === attempts || performance.now() > end) throw error;
    }
    await wait(2 ** attempt);
  }
}

async function giveUp(client: PostgresClient, error: unknown): Promise<void> {
  if (isLost(error)) return release(client, true);
  try {
    await client.query({ text: "ROLLBACK", query_timeout: answerLimitMs });
    release(client);
  } catch {
    release(client, true);
  }
}

/** One that is done for is listened to until it is gone. */
function release(client: PostgresClient, isBroken = false): void {
  if (!isBroken) client.off?.("error", ignore);
  client.release(isBroken);
}

/** What is sent next on the connection is told. */
function ignore(): void {}
