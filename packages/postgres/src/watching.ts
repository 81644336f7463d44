import type { ChangeFeed } from "@souvenir/core";
import pg from "pg";
import type { Database } from "./database.ts";

type Watch = Parameters<NonNullable<ChangeFeed["watch"]>>;

/** Milliseconds to wait for a connection. */
const connectLimitMs = 10_000;
/** Milliseconds between two looks at what is open: what NOTIFY does not tell is known within a second. */
const lookMs = 700;

/**
 * Tells of what other nodes changed. NOTIFY does so at once, over a connection of its own that listens; a look now and then
 * finds what it did not: behind a pooler of transactions, or while that connection is broken.
 */
export class PostgresWatching {
  readonly #database: Database;
  readonly #connectionString: string | undefined;
  #watch: { open: Watch[0]; changed: Watch[1] } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #looking: Promise<unknown> | undefined;
  #client: pg.Client | undefined;
  #ended = false;

  /** @param connectionString - Of a session of its own. Without one, it looks only. */
  constructor(database: Database, connectionString: string | undefined) {
    this.#database = database;
    this.#connectionString = connectionString;
  }

  watch(...[open, changed]: Watch): void {
    this.#watch = { open, changed };
    this.#lookLater();
  }

  async end(): Promise<void> {
    this.#ended = true;
    clearTimeout(this.#timer);
    await this.#looking;
    await this.#client?.end().catch(ignore);
  }

  #lookLater(): void {
    if (this.#ended) return;
    this.#timer = setTimeout(() => {
      // What fails is tried again in a moment: nothing depends on it.
      this.#looking = this.#look().catch(ignore);
      void this.#looking.then(() => this.#lookLater());
    }, lookMs);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    const open = this.#watch?.open() ?? [];
    if (open.length === 0) return;
    // Nobody who only writes needs a connection that listens.
    await this.#listen();
    const rows = await this.#database.use(() =>
      this.#database.all<{ number: number }>(
        `SELECT o.number FROM unnest($1::bigint[], $2::bigint[]) AS o (number, sequence)
         LEFT JOIN @namespaces n ON n.number = o.number WHERE n.number IS NULL OR n.sequence > o.sequence`,
        [open.map(({ incarnation }) => incarnation), open.map(({ sequence }) => sequence)],
      ),
    );
    if (rows.length > 0) this.#watch?.changed(rows.map(({ number }) => number));
  }

  async #listen(): Promise<void> {
    if (this.#client !== undefined || this.#connectionString === undefined) return;
    const client = new pg.Client({
      connectionString: this.#connectionString,
      connectionTimeoutMillis: connectLimitMs,
    });
    const lost = () => {
      if (this.#client === client) this.#client = undefined;
    };
    client.on("error", lost);
    client.on("end", lost);
    client.on("notification", ({ payload = "" }) => {
      const [node, ...numbers] = payload.split(" ");
      if (node !== this.#database.node) this.#watch?.changed(numbers.map(Number));
    });
    this.#client = client;
    try {
      await client.connect();
      await client.query(`LISTEN "${this.#database.channel}"`);
    } catch {
      lost();
      await client.end().catch(ignore);
    }
  }
}

function ignore(): void {}
