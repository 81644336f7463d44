import { SouvenirError } from "@souvenir/core";
import {
  type Cell,
  type Derived,
  isWithdrawn,
  type RowsReader,
  type RowsWriter,
  readRows,
  readSmallRows,
  replaceRows,
  replaceSmallRows,
  type StoreRows,
  type StoreRowsTarget,
} from "@souvenir/core/store";
import { Database, type Transaction } from "./database.ts";
import { checkPlace, type PostgresPlace } from "./place.ts";
import { defaultPartitions, migrate, versionOf } from "./schema.ts";

const namespace = (_row: unknown, of: Cell) => of;
const derived: Derived = {
  records: {
    withdrawn: ({ metadata }) => Number(isWithdrawn({ metadata: JSON.parse(metadata as string) })),
  },
  versions: { namespace },
  vectors: { namespace },
  queue: { namespace },
  drawn_from: { namespace },
  superseded: { namespace },
};

/** The rows of a schema, as they are at this moment: what others write meanwhile is not seen. */
export async function postgresRows(place: PostgresPlace): Promise<StoreRows> {
  const database = open(place);
  try {
    const moment = await database.use(async () => {
      if ((await versionOf(database, "version")) <= 0)
        throw new SouvenirError(
          "NOT_FOUND",
          "PostgreSQL: there is no memory in this schema: check the address",
        );
      await migrate(database, defaultPartitions);
      return database.moment();
    });
    return {
      ...(await rowsOf(moment)),
      identity: await identityOf(database),
      async close() {
        await moment.end();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/**
 * A schema that rows are copied into. Nobody can open it until it is whole. One that a copy was stopped in, or that nobody has
 * written to since it was whole, takes the same store again.
 * @param source - Identity of the store that is copied.
 * @throws SouvenirError `INVALID_INPUT` when the schema has memories of its own
 */
export async function postgresRowsTarget(place: PostgresPlace, source: string): Promise<StoreRowsTarget> {
  const database = open(place);
  const whole = (work: (writer: RowsWriter) => Promise<void>) =>
    database.use(() => database.transaction((transaction) => work(writerOf(transaction))));
  try {
    await database.use(() => begin(database, source));
    return {
      ...(await rowsOf(database)),
      identity: await identityOf(database),
      replace: (...given) => whole((writer) => replaceRows(writer, derived, ...given)),
      writeSmall: (rows) => whole((writer) => replaceSmallRows(writer, derived, rows)),
      finish: ({ records, namespaces, embedders }) =>
        database.use(() =>
          database.transaction(async (transaction) => {
            await transaction.run(
              `UPDATE @namespaces n SET drawn = EXISTS (SELECT 1 FROM @drawn_from d WHERE d.namespace = n.number),
               named = EXISTS (SELECT 1 FROM @superseded s WHERE s.namespace = n.number)`,
            );
            for (const [name, number] of [
              ["'@record_ids'", records],
              [`pg_get_serial_sequence('@namespaces', 'number')`, namespaces],
              [`pg_get_serial_sequence('@embedders', 'number')`, embedders],
            ] as const)
              await transaction.all(`SELECT setval(${name}, $1, $2)`, [Math.max(1, number), number > 0]);
            await transaction.run(`UPDATE @moved SET state = (${stateOf})`);
            await transaction.run("UPDATE @version SET version = abs(version)");
          }),
        ),
      close: () => database.close(),
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Another one whenever something was written. */
const stateOf =
  "SELECT count(*) || ' ' || coalesce(sum(sequence), 0) || ' ' || coalesce(sum(number), 0) FROM @namespaces";

async function begin(database: Database, source: string): Promise<void> {
  if ((await versionOf(database, "version")) >= 0) await migrate(database, defaultPartitions);
  await database.unmarked(async (transaction) => {
    await transaction.run("CREATE TABLE IF NOT EXISTS @moved (source text NOT NULL, state text)");
    // Locked, so that of two at once one waits and finds the other.
    await transaction.run("LOCK TABLE @moved");
    const before = await transaction.get<{ source: string; state: string | null }>(
      "SELECT source, state FROM @moved",
    );
    const now = (await transaction.get<{ state: string }>(`SELECT (${stateOf}) AS state`))?.state;
    const isSame = before?.source === source && (before.state === null || before.state === now);
    if (!isSame && now !== "0 0 0")
      throw new SouvenirError(
        "INVALID_INPUT",
        before?.source === source
          ? "PostgreSQL: the schema was written to since it was moved to, and would lose that: move into another schema (?schema=NAME)"
          : "PostgreSQL: the schema has memories of its own: move into an empty one (?schema=NAME), or use souvenir export and import",
      );
    await transaction.run("DELETE FROM @moved");
    await transaction.run("INSERT INTO @moved VALUES ($1, NULL)", [source]);
    await transaction.run("DELETE FROM @snapshots");
    await transaction.run("UPDATE @version SET version = -abs(version)");
  });
}

function open(place: PostgresPlace): Database {
  return new Database({ ...checkPlace(place, "move"), prepare: async () => undefined });
}

async function identityOf(database: Database): Promise<string> {
  // The same database and schema at whatever address.
  const row = await database.use(() =>
    database.get<{ identity: string }>(
      "SELECT '@version'::regclass::oid || ' ' || current_database() AS identity",
    ),
  );
  return `postgres ${row?.identity}`;
}

async function rowsOf(transaction: Transaction): Promise<Omit<StoreRows, "identity" | "close">> {
  const reader = readerOf(transaction);
  const number = async (text: string) =>
    Number((await transaction.get<{ n: number | null }>(`SELECT (${text}) AS n`))?.n ?? 0);
  const given = async (table: string, column: string, sequence: string) =>
    Math.max(
      await number(`SELECT max(${column}) FROM @${table}`),
      await number(`SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM ${sequence}`),
    );
  return {
    read: (...asked) => readRows(reader, ...asked),
    readSmall: () => readSmallRows(reader),
    numbers: async () => ({
      records: await given("records", "id", "@record_ids"),
      namespaces: await given("namespaces", "number", "@namespaces_number_seq"),
      embedders: await given("embedders", "number", "@embedders_number_seq"),
    }),
    counts: async () => ({
      records: await number("SELECT count(*) FROM @records"),
      namespaces: await number("SELECT count(*) FROM @namespaces"),
    }),
  };
}

function readerOf(transaction: Transaction): RowsReader {
  return {
    ownedBy: (places) =>
      `namespace = ANY('{${[...new Set(places.map(([first]) => first))]}}') AND record = ANY('{${places.map(([, , id]) => id)}}')`,
    all: (text, values = []) => transaction.all(numbered(text), values),
  };
}

function writerOf(transaction: Transaction): RowsWriter {
  return {
    ...readerOf(transaction),
    async run(text, values = []) {
      await transaction.run(
        numbered(text).replace(/\) VALUES /, ") OVERRIDING SYSTEM VALUE VALUES "),
        values,
      );
    },
  };
}

function numbered(text: string): string {
  let count = 0;
  return text.replaceAll("?", () => {
    count += 1;
    return `$${count}`;
  });
}
