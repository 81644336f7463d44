import { createMemory, type Memory, type StoredRecord } from "@souvenir/core";
import { eventually } from "@souvenir/test/eventually";
import { runStoreSpec } from "@souvenir/test/store-suite";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  type PostgresPool,
  type PostgresStoreOptions,
  postgresStore,
  type SnapshotObjects,
} from "../src/index.ts";
import { missing, postgresPlaces } from "./places.ts";

const places = postgresPlaces();

/** A node of its own, and the texts that its indexes were told of. */
async function node(
  schema: string,
  options: PostgresStoreOptions = {},
): Promise<{ memory: Memory; told: string[] }> {
  const store = postgresStore({ pool: places.pool(), schema, partitions: 1, ...options });
  const told: string[] = [];
  const changes = store.changes.bind(store);
  store.changes = async (...asked) => {
    const found = await changes(...asked);
    told.push(...found.records.map(({ value }: StoredRecord) => value));
    return found;
  };
  const memory = await createMemory({ store, embedder: false });
  onTestFinished(() => memory.close());
  return { memory, told };
}

/** The pool, with something done before each statement. */
function poolWith(before: (statement: { text: string }) => Promise<void>): PostgresPool {
  return {
    async connect() {
      const client = await places.pool().connect();
      return {
        on: (...given) => client.on(...given),
        off: (...given) => client.off(...given),
        query: (statement) => before(statement).then(() => client.query(statement)),
        release: (destroy) => client.release(destroy),
      };
    },
  };
}

/** The pool, with some statements counted and refused. */
function poolWithout(pattern: RegExp): PostgresPool & { refused: number } {
  const pool = {
    refused: 0,
    async connect() {
      const client = await places.pool().connect();
      return {
        on: client.on.bind(client),
        off: client.off.bind(client),
        async query(statement: { text: string }) {
          if (!pattern.test(statement.text)) return client.query(statement);
          pool.refused += 1;
          throw new Error("refused");
        },
        release: client.release.bind(client),
      };
    },
  };
  return pool as unknown as PostgresPool & { refused: number };
}

function objectStore(): { snapshots: SnapshotObjects; objects: Map<string, Buffer> } {
  const objects = new Map<string, Buffer>();
  const snapshots: SnapshotObjects = {
    async write(name, pieces) {
      const copies: Uint8Array[] = [];
      for await (const piece of pieces) copies.push(piece.slice());
      objects.set(name, Buffer.concat(copies));
    },
    async *read(name) {
      yield objects.get(name) as Buffer;
    },
    async remove(name) {
      objects.delete(name);
    },
  };
  return { snapshots, objects };
}

const looks = /AS o \(number, sequence\)/;
const notifies = /pg_notify/;

describe.skipIf(missing !== undefined)(`nodes${missing === undefined ? "" : ` (${missing})`}`, () => {
  test("what others commit until a search is told where the namespace stands is in its answer", async () => {
    const schema = places.newSchema();
    const writer = await node(schema);
    const held: (() => void)[] = [];
    let holds = false;
    const pool = poolWith(async ({ text }) => {
      if (holds && /AS incarnation/.test(text)) await new Promise<void>((goOn) => held.push(goOn));
    });
    const reader = await node(schema, { pool, listen: false });
    await writer.memory.set({ namespace: "ada", key: "cats", value: "Both cats eat fish." });
    const search = async () =>
      (await reader.memory.search({ namespace: "ada", query: "What do the cats eat?" })).results.map(
        ({ value }) => value,
      );
    expect(await search()).toEqual(["Both cats eat fish."]);
    const told = async (between: () => Promise<unknown>) => {
      holds = true;
      const found = search();
      await eventually(async () => expect(held).not.toEqual([]));
      // By then it has looked at its index as it stands.
      for (let turn = 0; turn < 20; turn += 1) await new Promise((done) => setImmediate(done));
      await between();
      holds = false;
      for (const goOn of held.splice(0)) goOn();
      return found;
    };
    expect(await told(async () => undefined)).toEqual(["Both cats eat fish."]);
    expect(
      await told(() => writer.memory.set({ namespace: "ada", key: "cats", value: "Both cats eat rice." })),
    ).toEqual(["Both cats eat rice."]);
    expect(await told(() => writer.memory.delete({ namespace: "ada", key: "cats" }))).toEqual([]);
    await writer.memory.set({ namespace: "ada", key: "cats", value: "The cats eat fish again." });
    expect(await told(() => writer.memory.clear({ namespace: "ada" }))).toEqual([]);
  });

  test("a namespace that another node emptied and wrote again is read as it is", async () => {
    const schema = places.newSchema();
    const writer = await node(schema);
    const reader = await node(schema);
    for (const value of ["the first", "the second", "the third"]) {
      await writer.memory.clear({ namespace: "ada" });
      expect(await reader.memory.get({ namespace: "ada", key: "note" })).toBeUndefined();
      await writer.memory.set({ namespace: "ada", key: "note", value: "draft" });
      await writer.memory.set({ namespace: "ada", key: "note", value });
      expect((await reader.memory.get({ namespace: "ada", key: "note" }))?.value).toBe(value);
      expect((await reader.memory.list({ namespace: "ada" })).records.map((record) => record.value)).toEqual([
        value,
      ]);
      expect(await reader.memory.history({ namespace: "ada", key: "note" })).toHaveLength(1);
    }
  });

  test("an index that nobody asks is woken by NOTIFY alone", async () => {
    const schema = places.newSchema();
    const pool = poolWithout(looks);
    const writer = await node(schema);
    const idle = await node(schema, { pool, listen: places.server().url });
    await writer.memory.set({ namespace: "ada", key: "tea", value: "Green tea." });
    await idle.memory.search({ namespace: "ada", query: "tea" });
    // It listens from its first look on.
    await eventually(() => expect(pool.refused).toBeGreaterThan(0));
    await writer.memory.set({ namespace: "ada", key: "milk", value: "No milk." });
    await eventually(() => expect(idle.told).toContain("No milk."));
    await writer.memory.clear({ namespace: "ada" });
    expect((await idle.memory.search({ namespace: "ada", query: "tea" })).results).toEqual([]);
  });

  test("an index that nobody asks follows without NOTIFY too, and so does one whose listening breaks", async () => {
    const schema = places.newSchema();
    const writer = await node(schema, { pool: poolWithout(notifies) });
    const idle = await node(schema, { listen: false });
    const broken = await node(schema, { listen: "postgres://nobody@127.0.0.1:1/none" });
    await writer.memory.set({ namespace: "ada", key: "tea", value: "Green tea." });
    for (const { memory } of [idle, broken]) await memory.search({ namespace: "ada", query: "tea" });
    await writer.memory.set({ namespace: "ada", key: "milk", value: "No milk." });
    for (const { told } of [idle, broken]) await eventually(() => expect(told).toContain("No milk."));
  });

  test("whatever is told late, a search finds what was acknowledged", async () => {
    const schema = places.newSchema();
    const quiet = {
      pool: poolWithout(new RegExp(`${looks.source}|${notifies.source}`)),
      listen: false,
    } as const;
    const [left, right] = [await node(schema, quiet), await node(schema, quiet)];
    for (let round = 0; round < 5; round += 1) {
      const [writer, reader] = round % 2 === 0 ? [left, right] : [right, left];
      const key = `room ${round}`;
      const { sequence } = await writer.memory.set({
        namespace: "ada",
        key,
        value: `Room ${round} is blue.`,
      });
      expect(sequence).toBe(round + 1);
      const asked = { namespace: "ada", minSequence: sequence ?? 0 };
      const { results } = await reader.memory.search({ ...asked, query: `room ${round}` });
      expect(results[0]?.key).toBe(key);
      expect((await reader.memory.get({ ...asked, key }))?.version).toBe(1);
      expect((await reader.memory.list(asked)).records.length).toBe(round + 1);
    }
  });

  test.each(["keepsSnapshots", "removesStaleSnapshots", "refusesStaleSnapshots"] as const)(
    "snapshots in an object store: %s",
    async (name) => {
      const schema = places.newSchema();
      const { snapshots, objects } = objectStore();
      await runStoreSpec(name, { open: () => places.open(schema, { snapshots }) });
      const { rows } = await places
        .pool()
        .query(`SELECT coalesce(sum(length(bytes)), 0)::int AS bytes FROM ${schema}.snapshot_pieces`);
      expect(rows).toEqual([{ bytes: 0 }]);
      const { rows: named } = await places.pool().query(`SELECT token FROM ${schema}.snapshots`);
      expect([...objects.keys()].sort()).toEqual(named.map(({ token }) => token).sort());
    },
  );

  test("what was read is kept until it changes: a warm search asks once", async () => {
    const schema = places.newSchema();
    const statements: string[] = [];
    const counting: PostgresPool = {
      async connect() {
        const client = await places.pool().connect();
        const query = (statement: { text: string }) => {
          statements.push(statement.text);
          return client.query(statement);
        };
        return {
          on: client.on.bind(client),
          off: client.off.bind(client),
          query,
          release: client.release.bind(client),
        };
      },
    } as unknown as PostgresPool;
    const other = await node(schema);
    const { memory } = await node(schema, { pool: counting, listen: false });
    await other.memory.setMany(
      ["Green tea.", "Black tea.", "Iced tea."].map((value, index) => ({
        namespace: "ada",
        key: `${index}`,
        value,
      })),
    );
    const values = async () => {
      const { results } = await memory.search({ namespace: "ada", query: "tea" });
      return results.map(({ value }) => value).sort();
    };
    expect(await values()).toEqual(["Black tea.", "Green tea.", "Iced tea."]);
    statements.length = 0;
    expect(await values()).toEqual(["Black tea.", "Green tea.", "Iced tea."]);
    expect(statements.filter((text) => !looks.test(text)).length).toBe(1);
    // Changed, touched and erased elsewhere.
    await other.memory.set({ namespace: "ada", key: "0", value: "White tea." });
    await other.memory.pin({ namespace: "ada", key: "1" });
    await other.memory.delete({ namespace: "ada", key: "2" });
    expect(await values()).toEqual(["Black tea.", "White tea."]);
    const { results } = await memory.search({ namespace: "ada", query: "black tea" });
    expect(results[0]?.pinnedAt).toBeDefined();
  });
});
