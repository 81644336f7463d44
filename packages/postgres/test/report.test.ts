import { createMemory } from "@souvenir/core";
import type pg from "pg";
import { describe, expect, onTestFinished, test } from "vitest";
import { type PostgresPool, type PostgresStatement, postgresReport, postgresStore } from "../src/index.ts";
import { missing, postgresPlaces } from "./places.ts";

const places = postgresPlaces();

/** What a pooler of transactions does: between transactions, whoever comes first gets the connection that was free last. */
function transactionPooler(): PostgresPool {
  const free: pg.PoolClient[] = [];
  const all: pg.PoolClient[] = [];
  onTestFinished(() => {
    for (const client of all) client.release(true);
  });
  const connect = async () => {
    const client = await places.pool().connect();
    all.push(client);
    return client;
  };
  return {
    async connect() {
      let own: pg.PoolClient | undefined;
      const take = async () => own ?? free.pop() ?? (await connect());
      return {
        async query(statement: PostgresStatement) {
          const client = await take();
          if (statement.text === "BEGIN") own = client;
          if (statement.text === "COMMIT") own = undefined;
          try {
            return await client.query(statement);
          } finally {
            if (own === undefined) free.push(client);
          }
        },
        release: () => undefined,
      };
    },
  };
}

describe.skipIf(missing !== undefined)(`report${missing === undefined ? "" : ` (${missing})`}`, () => {
  test("it says what the database is like and what is in it, and makes nothing", async () => {
    const schema = places.newSchema();
    const ask = () => postgresReport({ connectionString: places.server().url, schema });
    expect(await ask()).toMatchObject({ schema: { version: 0 }, role: { mayCreateSchemas: true } });
    expect((await ask()).memory).toBeUndefined();
    const store = () => postgresStore({ pool: places.pool(), schema, partitions: 2 });
    const memory = await createMemory({ store: store(), embedder: false });
    onTestFinished(() => memory.close());
    await memory.set({ namespace: "ada", key: "pet", value: "A cat." });
    await memory.set({ namespace: "ben", key: "pet", value: "A dog." });
    await memory.delete({ namespace: "ben", key: "pet" });
    const report = await ask();
    expect(report).toMatchObject({
      ...{ encoding: "UTF8", isStandby: false, isSession: true },
      schema: { version: report.schema.known },
      settings: { fsync: "off", synchronous_commit: "on", data_checksums: "off" },
      memory: {
        ...{ isOwner: true, lacking: [], namespaces: 1, unscrubbed: 1, queue: [], hasServer: false },
        ...{ snapshots: { count: 0, stale: 0, left: 0 }, waitingMinutes: 0 },
        rowLevelSecurity: { hidden: 0, open: [], grants: 0 },
        embedders: { inUse: [], targets: [] },
      },
    });
    expect(report.serverVersion).toBeGreaterThan(130_000);
    expect(report.notifiedMs).toBeGreaterThanOrEqual(0);
    expect(Math.abs(report.clock.aheadMs)).toBeLessThanOrEqual(report.clock.uncertainMs + 1_000);
    const late = await postgresReport({
      ...{ connectionString: places.server().url, schema },
      clock: () => Date.now() - 60_000,
    });
    expect(late.clock.aheadMs).toBeGreaterThan(50_000);
  });

  test("a pooler of transactions is seen, and that no notification comes through it", async () => {
    const schema = places.newSchema();
    const report = await postgresReport({ pool: transactionPooler(), schema });
    expect(report.isSession).toBe(false);
    expect(report.notifiedMs).toBeUndefined();
  });

  test("snapshots are counted, with their age and those that may hold what was erased", async () => {
    const schema = places.newSchema();
    const store = postgresStore({ pool: places.pool(), schema, partitions: 1 });
    onTestFinished(() => store.close());
    const memory = await createMemory({
      store: postgresStore({ pool: places.pool(), schema }),
      embedder: false,
    });
    onTestFinished(() => memory.close());
    for (const namespace of ["ada", "ben"]) {
      await memory.set({ namespace, key: "pet", value: "A cat." });
      await memory.set({ namespace, key: "tea", value: "Green tea." });
      const head = await store.head(namespace);
      const at = { incarnation: head?.incarnation ?? 0, sequence: head?.sequence ?? 0 };
      await store.saveSnapshot(namespace, at, () => [new Uint8Array(9)]);
    }
    await places
      .pool()
      .query(
        `UPDATE ${schema}.snapshot_pieces SET written_at = now() - interval '30 hours' WHERE token = (SELECT min(token) FROM ${schema}.snapshots)`,
      );
    await places
      .pool()
      .query(`INSERT INTO ${schema}.snapshot_pieces VALUES ('left', 0, '', now() - interval '2 hours')`);
    await store.erase("ben", { keys: ["pet"] });
    const { memory: found } = await postgresReport({ pool: places.pool(), schema });
    expect(found?.snapshots).toEqual({ count: 2, stale: 1, left: 1, oldestHours: 30, newestHours: 0 });
  });

  test("what a role may not do is named, and tables that row-level security was taken from", async () => {
    const schema = places.newSchema();
    const store = postgresStore({ pool: places.pool(), schema, partitions: 2, rowLevelSecurity: true });
    onTestFinished(() => store.close());
    await store.counts();
    await places.pool().query(`
      CREATE ROLE reporter LOGIN; GRANT USAGE ON SCHEMA ${schema} TO reporter;
      GRANT SELECT ON ALL TABLES IN SCHEMA ${schema} TO reporter;
      GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO reporter;
      REVOKE INSERT, UPDATE ON ${schema}.records FROM reporter;
      INSERT INTO ${schema}.grants VALUES ('reporter', 'ada');
      ALTER TABLE ${schema}.versions DISABLE ROW LEVEL SECURITY;`);
    const url = new URL(places.server().url);
    url.username = "reporter";
    const { memory } = await postgresReport({ connectionString: url.href, schema });
    expect(memory?.isOwner).toBe(false);
    expect(memory?.lacking).toEqual(expect.arrayContaining(["INSERT on records", "UPDATE on records"]));
    expect(memory?.lacking).not.toContain("SELECT on records");
    expect(memory?.rowLevelSecurity).toMatchObject({ open: ["versions"], grants: 1 });
    await places.pool().query(`REVOKE ALL ON ALL TABLES IN SCHEMA ${schema} FROM reporter;
      GRANT SELECT ON ${schema}.version TO reporter`);
    const without = await postgresReport({ connectionString: url.href, schema });
    expect(without.memory?.lacking).toContain("SELECT on records");
    expect(without.memory?.namespaces).toBe(0);
  });
});
