import { createMemory } from "@souvenir/core";
import pg from "pg";
import { describe, expect, onTestFinished, test } from "vitest";
import { postgresStore } from "../src/index.ts";
import { missing, postgresPlaces } from "./places.ts";

const places = postgresPlaces();

describe.skipIf(missing !== undefined)(`isolation${missing === undefined ? "" : ` (${missing})`}`, () => {
  test("a role that is not the owner sees and changes its own namespaces only, whatever it tries", async () => {
    const schema = places.newSchema();
    const open = () => postgresStore({ pool: places.pool(), schema, partitions: 2, rowLevelSecurity: true });
    const memory = await createMemory({ store: open() });
    onTestFinished(() => memory.close());
    for (const namespace of ["ada", "ben", "carl"]) {
      await memory.set({ namespace, key: "pet", value: `The cat of ${namespace}.` });
      await memory.set({ namespace, key: "pet", value: `The dog of ${namespace}.` });
      await memory.set({ namespace, key: "old", value: `The bird of ${namespace}.` });
      await memory.delete({ namespace, key: "old" });
      const store = open();
      const head = await store.head(namespace);
      const at = { incarnation: head?.incarnation ?? 0, sequence: head?.sequence ?? 0 };
      await store.saveSnapshot(namespace, at, () => [Buffer.from(`The dog of ${namespace}.`)]);
      await store.close();
    }
    // As much as anybody may be given but the tables themselves.
    await places.pool().query(`
      CREATE ROLE hostile LOGIN; CREATE ROLE other;
      GRANT USAGE ON SCHEMA ${schema} TO hostile;
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO hostile;
      INSERT INTO ${schema}.grants VALUES ('hostile', 'ada'), ('other', 'ben')`);
    const url = new URL(places.server().url);
    url.username = "hostile";
    const client = new pg.Client({ connectionString: url.href });
    await client.connect();
    onTestFinished(() => client.end());
    const rows = async (sql: string) => (await client.query(sql)).rows;

    expect(await rows(`SELECT name FROM ${schema}.namespaces`)).toEqual([{ name: "ada" }]);
    expect(await rows(`SELECT value FROM ${schema}.records`)).toEqual([{ value: "The dog of ada." }]);
    const { rows: tables } = await places
      .pool()
      .query(`SELECT tablename AS name FROM pg_tables WHERE schemaname = '${schema}'`);
    expect(tables.length).toBeGreaterThan(15);
    // In no table and no part of one, whatever is set.
    for (const setting of ["row_security = on", "souvenir.namespace = 'ben'", "search_path = pg_temp"]) {
      await client.query(`SET ${setting}`);
      for (const { name } of tables) {
        const hidden = `t::text ~ '(cat|dog|bird) of (ben|carl)' OR t::text ~ '${Buffer.from("of ben").toString("hex")}'`;
        expect(await rows(`SELECT 1 FROM ${schema}.${name} t WHERE ${hidden}`), name).toEqual([]);
      }
    }
    for (const sql of [
      "SET row_security = off; SELECT 1 FROM SCHEMA.records",
      "RESET row_security; SET ROLE other",
      "INSERT INTO SCHEMA.grants VALUES ('hostile', 'ben')",
      "INSERT INTO SCHEMA.records SELECT 2, 999, 'new', value, tags, metadata, entities, thread, role, created_at, updated_at, expires_at, version, sequence, withdrawn FROM SCHEMA.records",
      "INSERT INTO SCHEMA.namespaces (name) VALUES ('ben')",
      "ALTER TABLE SCHEMA.records DISABLE ROW LEVEL SECURITY",
      "DROP POLICY own_namespaces ON SCHEMA.records",
    ])
      await expect(client.query(sql.replaceAll("SCHEMA", schema)), sql).rejects.toThrow();
    await client.query("RESET row_security");
    for (const sql of [
      "UPDATE SCHEMA.records SET value = 'mine' WHERE namespace <> (SELECT number FROM SCHEMA.namespaces)",
      "UPDATE SCHEMA.namespaces SET sequence = 0 WHERE name <> 'ada'",
      "DELETE FROM SCHEMA.versions WHERE namespace <> (SELECT number FROM SCHEMA.namespaces)",
      "DELETE FROM SCHEMA.snapshots WHERE namespace <> (SELECT number FROM SCHEMA.namespaces)",
      "UPDATE SCHEMA.grants SET namespace = 'ben' WHERE namespace = 'carl'",
    ])
      expect((await client.query(sql.replaceAll("SCHEMA", schema))).rowCount, sql).toBe(0);
    await expect(client.query(`UPDATE ${schema}.grants SET namespace = 'ben'`)).rejects.toThrow();
    // For the owner nothing has changed.
    for (const namespace of ["ada", "ben", "carl"])
      expect((await memory.get({ namespace, key: "pet" }))?.value).toBe(`The dog of ${namespace}.`);
  });
});
