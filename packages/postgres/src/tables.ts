import { checkOptions, SouvenirError } from "@souvenir/core";
import { Database, type Statements } from "./database.ts";
import { checkPlace, type PostgresPlace } from "./place.ts";
import { defaultPartitions, migrate, runSteps, versionOf } from "./schema.ts";

/** Tables of another package, beside those of the memory. */
export interface PostgresTablesOptions extends PostgresPlace {
  /** Lower-case letters: names of the tables begin with it and `_`. `<prefix>_version` holds the version of the tables. */
  prefix: string;
  /**
   * Step n takes the tables from version n to n + 1, in SQL with `@` before the name of a table. Steps are never changed
   * once released, only added.
   */
  migrations: readonly string[];
}

/** Statements of another package, with `@` before the name of a table. */
export interface PostgresTables extends Statements {
  /** Does all or nothing, and again when others were in the way: never twice. */
  transaction<Answer>(work: (transaction: Statements) => Promise<Answer>): Promise<Answer>;
  /** Ends what `connectionString` opened. */
  close(): Promise<void>;
}

/**
 * Tables of another package in the schema of a memory, which are made and brought up to date as those of the memory are.
 * Nothing is opened before the first use. A statement by itself is sent again when the connection broke: it is one that may be
 * done twice, or is part of a transaction.
 * @throws SouvenirError `INVALID_INPUT` for options that are not right
 */
export function postgresTables(options: PostgresTablesOptions): PostgresTables {
  checkOptions(options, "postgresTables", ["connectionString", "pool", "schema", "prefix", "migrations"]);
  const { prefix, migrations } = options;
  if (!/^[a-z]{1,20}$/.test(prefix))
    throw new SouvenirError("INVALID_INPUT", "postgresTables: prefix: expected lower-case letters, up to 20");
  const database = new Database({
    ...checkPlace(options, "postgresTables"),
    prepare: async (opened) => {
      await migrate(opened, defaultPartitions);
      await runSteps(opened, { table: `${prefix}_version`, steps: migrations });
    },
  });
  return {
    all: (text, values) => database.use(() => database.all(text, values)),
    get: (text, values) => database.use(() => database.get(text, values)),
    run: (text, values) => database.use(() => database.run(text, values)),
    transaction: (work) => database.use(() => database.transaction(work)),
    close: () => database.close(),
  };
}

/** Whether there is a memory in a place. Makes nothing. @throws SouvenirError as a store does that cannot reach it */
export async function postgresExists(place: PostgresPlace): Promise<boolean> {
  const database = new Database({
    ...checkPlace(place, "postgresExists"),
    prepare: async () => undefined,
  });
  try {
    return await database.use(async () => (await versionOf(database, "version")) > 0);
  } finally {
    await database.close();
  }
}
