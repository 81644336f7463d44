import { createMemory } from "@souvenir/core";
import { describe, expect, onTestFinished, test } from "vitest";
import { postgresStore } from "../src/index.ts";
import { missing, postgresPlaces } from "./places.ts";

const places = postgresPlaces();

/**
 * Functions with the names, arguments and bookkeeping of those of Citus, which write down what they are asked. Citus itself is
 * in no package that tests can install: what it does with the tables is not seen here.
 */
const recordingCitus = `
  CREATE SCHEMA citus;
  CREATE TYPE citus.distribution_type AS ENUM ('hash', 'range', 'append');
  CREATE TABLE public.pg_dist_partition (logicalrelid regclass PRIMARY KEY, partkey text, beside text);
  CREATE FUNCTION public.create_distributed_table(table_name regclass, distribution_column text,
    distribution_type citus.distribution_type DEFAULT 'hash', colocate_with text DEFAULT 'default',
    shard_count int DEFAULT NULL) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
      PERFORM 1 FROM pg_attribute WHERE attrelid = table_name AND attname = distribution_column;
      IF NOT FOUND THEN RAISE 'no column % in %', distribution_column, table_name; END IF;
      -- What Citus asks of a table: each of its unique indexes has the column.
      IF EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = table_name AND i.indisunique AND NOT EXISTS
        (SELECT 1 FROM pg_attribute a WHERE a.attrelid = table_name AND a.attname = distribution_column
         AND a.attnum = ANY(i.indkey))) THEN RAISE 'a unique index of % lacks %', table_name, distribution_column; END IF;
      IF colocate_with NOT IN ('none', 'default') THEN
        PERFORM 1 FROM public.pg_dist_partition p WHERE p.logicalrelid = colocate_with::regclass;
        IF NOT FOUND THEN RAISE '% is not distributed', colocate_with; END IF;
      END IF;
      INSERT INTO public.pg_dist_partition VALUES (table_name, distribution_column, colocate_with);
    END $$;
  CREATE FUNCTION public.create_reference_table(table_name regclass) RETURNS void LANGUAGE sql
    AS $$ INSERT INTO public.pg_dist_partition VALUES (table_name, NULL, 'reference') $$;
`;

describe.skipIf(missing !== undefined)(`Citus${missing === undefined ? "" : ` (${missing})`}`, () => {
  test("without the extension it is refused, and nothing is distributed", async () => {
    const store = postgresStore({ pool: places.pool(), schema: places.newSchema(), citus: true });
    onTestFinished(() => store.close());
    await expect(store.counts()).rejects.toMatchObject({
      code: "UNSUPPORTED",
      message: expect.stringContaining("CREATE EXTENSION citus"),
    });
  });

  test("with it, tables are distributed once by namespace, beside one another, and the memory works", async () => {
    await places.pool().query(recordingCitus);
    const schema = places.newSchema();
    const open = () => postgresStore({ pool: places.pool(), schema, partitions: 2, citus: true });
    // Two nodes that start at once.
    const [store, other] = [open(), open()];
    onTestFinished(async () => {
      await Promise.all([store.close(), other.close()]);
    });
    await Promise.all([store.counts(), other.counts()]);
    const { rows } = await places
      .pool()
      .query(`SELECT logicalrelid::text AS "table", partkey AS by, beside FROM pg_dist_partition`);
    const spread = (by: string, beside: string) => (table: string) => ({
      table: `${schema}.${table}`,
      by,
      beside,
    });
    const reference = (table: string) => ({ table: `${schema}.${table}`, by: null, beside: "reference" });
    expect(rows).toEqual([
      ...["embedders", "settings", "namespaces"].map(reference),
      spread("namespace", "none")("records"),
      ...["versions", "erasures", "vectors", "drawn_from", "superseded"].map(
        spread("namespace", `"${schema}".records`),
      ),
      spread("token", "none")("snapshot_pieces"),
    ]);
    const memory = await createMemory({ store: open(), embedder: false });
    onTestFinished(() => memory.close());
    await memory.set({ namespace: "ada", key: "pet", value: "A cat." });
    expect((await memory.search({ namespace: "ada", query: "cat" })).results).toHaveLength(1);
  });

  test("row-level security and Citus are not for one schema", async () => {
    const schema = places.newSchema();
    const isolated = postgresStore({ pool: places.pool(), schema, partitions: 2, rowLevelSecurity: true });
    onTestFinished(() => isolated.close());
    await isolated.counts();
    const both = postgresStore({ pool: places.pool(), schema, citus: true });
    onTestFinished(() => both.close());
    await expect(both.counts()).rejects.toMatchObject({ code: "UNSUPPORTED" });
    expect(() => postgresStore({ pool: places.pool(), citus: true, rowLevelSecurity: true })).toThrow(
      /citus/,
    );
  });
});
