import { checkOptions, SouvenirError, type Store } from "@souvenir/core";
import { joined } from "@souvenir/core/store";
import { PostgresChanges } from "./changes.ts";
import { distribute } from "./citus.ts";
import { Database } from "./database.ts";
import { PostgresEmbedders } from "./embedders.ts";
import { isolate } from "./isolation.ts";
import { OneNamespace } from "./one-namespace.ts";
import { checkPlace, type PostgresPlace } from "./place.ts";
import { PostgresQueue } from "./queue.ts";
import { PostgresRecords } from "./records.ts";
import { defaultPartitions, migrate } from "./schema.ts";
import { scrub } from "./scrub.ts";
import { PostgresSnapshots, type SnapshotObjects } from "./snapshots.ts";
import { PostgresWatching } from "./watching.ts";

/** Where the store is, and how it is made. */
export interface PostgresStoreOptions extends PostgresPlace {
  /** Into how many parts each large table is divided, by namespace, when the schema is made: 1 to 256. Default 16. */
  partitions?: number;
  /**
   * Connection string of a session that LISTEN needs to itself, where `connectionString` leads to a pooler of transactions,
   * or there is a pool; `false`: none. Default: `connectionString`. Without such a session, an index that is not asked
   * follows what others write within a second.
   */
  listen?: string | false;
  /**
   * Hides the rows of namespaces from roles that are not the owner of the tables, for good: what such a role sees and may
   * change is in the namespaces that the table `grants` names for it. For the store itself nothing changes. Default false.
   */
  rowLevelSecurity?: boolean;
  /**
   * Distributes the tables over the machines of Citus, for good, where the extension is in the database; not together with
   * `rowLevelSecurity`. Default false.
   */
  citus?: boolean;
  /**
   * Where the bytes of snapshots of indexes are kept, the same for all nodes. Default: in the database, which still says
   * which of them are to be believed.
   */
  snapshots?: SnapshotObjects;
}

/**
 * A store in PostgreSQL, for `createMemory({ store })`: any number of programs share it, and each keeps its own indexes of
 * the namespaces that it serves. Nothing is opened before the first use.
 * @throws SouvenirError `INVALID_INPUT` for options that are not right
 */
export function postgresStore(options: PostgresStoreOptions = {}): Store {
  const { place, partitions, listen, rowLevelSecurity, citus, objects } = checked(options);
  const database = new Database({
    ...place,
    prepare: async (prepared) => {
      await migrate(prepared, partitions);
      if (rowLevelSecurity) await isolate(prepared);
      if (citus) await distribute(prepared);
    },
  });
  const snapshots = new PostgresSnapshots(database, objects);
  const watching = new PostgresWatching(database, listen === false ? undefined : listen);
  const one = new OneNamespace(database);
  const parts = joined(
    new PostgresRecords(database, one, () => snapshots.renewLater()),
    new PostgresChanges(database, one),
    new PostgresEmbedders(database),
    new PostgresQueue(database),
    {
      scrub: (given: { signal?: AbortSignal | undefined } = {}) => scrub(database, snapshots, given),
      async backup(): Promise<never> {
        throw new SouvenirError(
          "UNSUPPORTED",
          "a store in PostgreSQL is no file: back it up with pg_dump --schema, or with the database",
        );
      },
    },
    snapshots,
  );
  return {
    ...database.using(parts),
    saveSnapshot(namespace, at, pieces) {
      // Before anything is waited for: the index changes afterwards.
      const given = pieces();
      return database.use(() => snapshots.saveSnapshot(namespace, at, () => given));
    },
    isRemote: true,
    beforeScrub: (renew) => snapshots.beforeScrub(renew),
    watch: (open, changed) => watching.watch(open, changed),
    async close() {
      await watching.end();
      await snapshots.end();
      await database.close();
    },
  };
}

function checked(options: PostgresStoreOptions) {
  checkOptions(options, "postgresStore", [
    ...["connectionString", "pool", "schema", "partitions"],
    ...["listen", "rowLevelSecurity", "citus", "snapshots"],
  ]);
  const place = checkPlace(options, "postgresStore");
  const { partitions = defaultPartitions, listen = place.connectionString, snapshots: objects } = options;
  const { rowLevelSecurity = false, citus = false } = options;
  const expected = (what: string, isRight: boolean) => {
    if (!isRight) throw new SouvenirError("INVALID_INPUT", `postgresStore: ${what}`);
  };
  expected(
    "partitions: expected a whole number from 1 to 256",
    Number.isInteger(partitions) && partitions >= 1 && partitions <= 256,
  );
  expected(
    "listen: expected a connection string, or false",
    listen === undefined || listen === false || typeof listen === "string",
  );
  expected("rowLevelSecurity: expected true or false", typeof rowLevelSecurity === "boolean");
  expected(
    "citus: expected true or false, and not true together with rowLevelSecurity",
    typeof citus === "boolean" && !(citus && rowLevelSecurity),
  );
  expected(
    "snapshots: expected an object with write, read and remove",
    objects === undefined ||
      [objects?.write, objects?.read, objects?.remove].every((method) => typeof method === "function"),
  );
  return { place, partitions, listen, rowLevelSecurity, citus, objects };
}
