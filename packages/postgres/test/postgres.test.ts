import { createMemory, type Memory, type RecordWrite, type Store } from "@souvenir/core";
import { eventually } from "@souvenir/test/eventually";
import { runStoreSpec, type StoreSpecName } from "@souvenir/test/store-suite";
import pg from "pg";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  type PostgresClient,
  type PostgresPool,
  type PostgresStatement,
  postgresStore,
} from "../src/index.ts";
import { missing, postgresPlaces } from "./places.ts";

const places = postgresPlaces();
const start = 1_700_000_000_000;

function draft(key: string, fields: Partial<RecordWrite> = {}): RecordWrite {
  return {
    ...{ namespace: "anna", key, value: `the text of ${key}`, tags: [], metadata: {}, entities: [] },
    ...{ thread: null, role: null, expiresAt: null, now: start, existing: "replace", tasks: [] },
    ...fields,
  };
}

function open(schema: string, options: Parameters<typeof places.open>[1] = {}): Store {
  const store = places.open(schema, options);
  onTestFinished(() => store.close());
  return store;
}

/** Does something else with a statement, or sends it. */
type Instead = (statement: PostgresStatement, client: PostgresClient) => Promise<unknown> | undefined;

/** The pool, with something done in the place of some statements. */
function poolWith(
  instead: Instead,
  onRelease: (client: PostgresClient) => Promise<unknown> = async () => undefined,
) {
  const pool: PostgresPool = {
    async connect() {
      const client = await places.pool().connect();
      return {
        on: (...given) => client.on(...given),
        off: (...given) => client.off(...given),
        query: (statement) => instead(statement, client) ?? client.query(statement),
        release: (destroy) => {
          if (destroy) client.release(destroy);
          else
            onRelease(client).then(
              () => client.release(),
              (error) => client.release(error),
            );
        },
      };
    },
  };
  return pool;
}

const count = async (sql: string) =>
  Number((await places.pool().query(`SELECT count(*) AS n ${sql}`)).rows[0].n);

describe.skipIf(missing !== undefined)(`PostgreSQL${missing === undefined ? "" : ` (${missing})`}`, () => {
  test("a transaction that commits late takes its number first, and whoever follows the changes sees it", async () => {
    const schema = places.newSchema();
    let commit = () => {};
    const mayCommit = new Promise<void>((done) => {
      commit = done;
    });
    const slow = open(schema, {
      pool: poolWith(({ text }, client) =>
        text === "COMMIT" ? mayCommit.then(() => client.query({ text })) : undefined,
      ),
    });
    const quick = open(schema);
    await quick.write([draft("first")]);
    const seen = (await quick.head("anna"))?.sequence ?? 0;
    const late = slow.write([draft("late")]);
    const isLocked = () =>
      count("FROM pg_stat_activity WHERE state = 'idle in transaction' AND query LIKE 'UPDATE%namespaces%'");
    await eventually(async () => expect(await isLocked()).toBe(1));
    let isThere = false;
    const next = quick.write([draft("next")]).finally(() => {
      isThere = true;
    });
    await eventually(async () =>
      expect(await count("FROM pg_stat_activity WHERE wait_event_type = 'Lock'")).toBe(1),
    );
    // Neither is there: a reader who was told of the second would have missed the first.
    expect(await quick.changes("anna", seen, 10)).toMatchObject({
      records: [],
      sequence: seen,
      complete: true,
    });
    // Nobody else waits.
    await quick.write([draft("tea", { namespace: "ben" })]);
    expect(isThere).toBe(false);
    commit();
    const [[first], [second]] = await Promise.all([late, next]);
    expect([first?.record.sequence, second?.record.sequence]).toEqual([seen + 1, seen + 2]);
    const { records } = await quick.changes("anna", seen, 10);
    expect(records.map(({ key }) => key)).toEqual(["late", "next"]);
  });

  test("nodes that start at once make the schema once, divided as it was said first", async () => {
    const schema = places.newSchema();
    const nodes = Array.from({ length: 6 }, () => {
      const pool = new pg.Pool({ connectionString: places.server().url, max: 2 });
      onTestFinished(() => pool.end());
      return open(schema, { pool, partitions: 5 });
    });
    await Promise.all(nodes.map((node, index) => node.write([draft("tea", { namespace: `user ${index}` })])));
    for (const node of nodes) expect(await node.namespaces()).toHaveLength(6);
    const parts = `FROM pg_inherits WHERE inhparent = '${schema}.records'::regclass`;
    expect(await count(parts)).toBe(5);
    expect(await open(schema, { partitions: 7 }).namespaces()).toHaveLength(6);
    expect(await count(parts)).toBe(5);
  });

  test("a schema of a newer version is refused and left as it is", async () => {
    const schema = places.newSchema();
    await open(schema).write([draft("tea")]);
    await places.pool().query(`UPDATE ${schema}.version SET version = 1000`);
    await expect(open(schema).head("anna")).rejects.toMatchObject({
      code: "STORE_TOO_NEW",
      details: { found: 1000 },
    });
    expect((await places.pool().query(`SELECT version FROM ${schema}.version`)).rows).toEqual([
      { version: 1000 },
    ]);
  });

  // Each transaction on a connection that has forgotten all about the ones before.
  const pooled: StoreSpecName[] = [
    "writesAndReads",
    "leasesClaims",
    "reembeds",
    "keepsSnapshots",
    "erasesInParts",
  ];
  test.each(pooled)("behind a pooler of transactions, without a state of the session: %s", async (name) => {
    const schema = places.newSchema();
    const names = new Set<unknown>();
    const pool = poolWith(
      (statement) => {
        if ("name" in statement) names.add(statement.name);
        return undefined;
      },
      (client) => client.query({ text: "DISCARD ALL" }),
    );
    await runStoreSpec(name, { open: () => places.open(schema, { pool }) });
    expect([...names]).toEqual([]);
  });

  test("a transaction that was in the way of another is done again", async () => {
    const schema = places.newSchema();
    let failures = 0;
    const failing = open(schema, {
      pool: poolWith(({ text }, client) => {
        if (!text.includes("INSERT INTO") || !text.includes("records (") || failures === 3) return undefined;
        failures += 1;
        const code = failures === 2 ? "40P01" : "40001";
        return client.query({
          text: `DO $$ BEGIN RAISE EXCEPTION 'in the way' USING ERRCODE = '${code}'; END $$`,
        });
      }),
    });
    const [outcome] = await failing.write([draft("tea", { tasks: ["extract:x"] })]);
    expect(failures).toBe(3);
    expect(outcome?.record).toMatchObject({ version: 1, sequence: 1 });
    expect(await failing.queue("extract:x")).toMatchObject({ pending: 1 });
  });

  test("when the connection breaks at a commit, a write is neither lost nor done twice", async () => {
    const schema = places.newSchema();
    const outcomes: string[] = [];
    await open(schema).namespaces();
    const breaking = open(schema, {
      pool: poolWith(({ text }, client) => {
        // After a crash the number of a transaction may be that of another one, which was committed.
        if (text.includes("pg_xact_status"))
          return Promise.resolve({ rows: [{ status: "committed" }], rowCount: 1 });
        if (text !== "COMMIT" || outcomes.length === 2) return undefined;
        outcomes.push(outcomes.length === 0 ? "after" : "before");
        if (outcomes.length === 1)
          return client.query({ text }).then(() => {
            throw new Error("Connection terminated unexpectedly");
          });
        return (async () => {
          const pid = (await client.query({ text: "SELECT pg_backend_pid() AS pid" })) as {
            rows: { pid: number }[];
          };
          await places.pool().query("SELECT pg_terminate_backend($1)", [pid.rows[0]?.pid]);
          return client.query({ text });
        })();
      }),
    });
    // It was committed, and nobody heard so.
    expect((await breaking.write([draft("tea")]))[0]?.record).toMatchObject({ version: 1, sequence: 1 });
    expect(outcomes).toEqual(["after"]);
    // It was not, and is done again.
    expect((await breaking.write([draft("mint")]))[0]?.record).toMatchObject({ version: 1, sequence: 2 });
    expect(outcomes).toEqual(["after", "before"]);
    const records = await breaking.list("anna", { limit: 9 });
    expect(records.map(({ key, version }) => [key, version])).toEqual([
      ["tea", 1],
      ["mint", 1],
    ]);
    // What is known to be committed is not kept.
    await breaking.write([draft("milk")]);
    expect(await count(`FROM ${schema}.commits`)).toBeLessThanOrEqual(2);
  });

  test("after a restart of the database, what was acknowledged is there, and the store goes on", async () => {
    const schema = places.newSchema();
    const store = postgresStore({ connectionString: places.server().url, schema, partitions: 1 });
    onTestFinished(() => store.close());
    await store.write([draft("before")]);
    const restarted = places.server().restart();
    const meanwhile = store.write([draft("meanwhile")]);
    await Promise.all([restarted, meanwhile]);
    await store.write([draft("after")]);
    expect((await store.list("anna", { limit: 9 })).map(({ key }) => key)).toEqual([
      "before",
      "meanwhile",
      "after",
    ]);
    expect((await store.get("anna", ["meanwhile"]))[0]?.version).toBe(1);
  });

  test("who waits for a namespace leaves the connections to others", async () => {
    const schema = places.newSchema();
    const pool = new pg.Pool({ connectionString: places.server().url, max: 2 });
    onTestFinished(() => pool.end());
    const store = open(schema, { pool });
    await store.write([draft("tea"), draft("tea", { namespace: "ben" })]);
    const other = await places.pool().connect();
    let writes: Promise<unknown>;
    try {
      await other.query(`BEGIN; SELECT 1 FROM ${schema}.namespaces WHERE name = 'anna' FOR UPDATE`);
      writes = Promise.all([..."abcdef"].map((key) => store.write([draft(key)])));
      expect((await store.get("ben", ["tea"]))[0]?.key).toBe("tea");
      await store.write([draft("mint", { namespace: "ben" })]);
      await other.query("ROLLBACK");
    } finally {
      other.release();
    }
    await writes;
    expect((await store.head("anna"))?.sequence).toBe(7);
  });

  test("writes to one namespace that come together share a transaction, in order, and each is refused for itself", async () => {
    const schema = places.newSchema();
    let commits = 0;
    const pool = poolWith(({ text }) => {
      if (text === "COMMIT") commits += 1;
      return undefined;
    });
    const store = open(schema, { pool });
    await store.write([draft("first")]);
    commits = 0;
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, (_, index) => store.write([draft(`${index}`), draft("shared")])),
    );
    expect(commits).toBe(2);
    expect(outcomes.map(([own]) => own?.record.key)).toEqual(
      Array.from({ length: 40 }, (_, index) => `${index}`),
    );
    expect(outcomes.map(([, shared]) => shared?.record.version)).toEqual(
      Array.from({ length: 40 }, (_, index) => index + 1),
    );
    // One after the other as they were called, also past those of another kind.
    const [refused, ...others] = await Promise.allSettled([
      store.write([draft("shared", { ifVersion: 7 })]),
      store.write([draft("a"), draft("old")]),
      store.write([draft("b"), draft("shared", { ifVersion: 9 })]),
      store.write([draft("c")]),
      store.erase("anna", { keys: ["old", "new"] }),
      store.write([draft("new")]),
    ]);
    expect(refused).toMatchObject({ status: "rejected", reason: { code: "VERSION_CONFLICT" } });
    expect(others.map(({ status }) => status)).toEqual([
      "fulfilled",
      "rejected",
      ...["fulfilled", "fulfilled", "fulfilled"],
    ]);
    const left = await store.get("anna", ["a", "b", "c", "old", "new"]);
    expect(left.map((record) => record?.key)).toEqual(["a", undefined, "c", undefined, "new"]);
  });

  test("a claim does not wait for entries that somebody else is about to take", async () => {
    const schema = places.newSchema();
    const store = open(schema);
    await store.write(["a", "b", "c"].map((key) => draft(key, { tasks: ["extract:x"] })));
    const other = await places.pool().connect();
    try {
      await other.query(`BEGIN; SELECT 1 FROM ${schema}.queue ORDER BY record LIMIT 1 FOR UPDATE`);
      const entries = await store.claim("extract:x", { now: start, leaseMs: 10, limit: 9 });
      expect(entries.map(({ value }) => value)).toEqual(["the text of b", "the text of c"]);
      await other.query("ROLLBACK");
    } finally {
      other.release();
    }
    // The worker died: its lease ends.
    expect(await store.claim("extract:x", { now: start, leaseMs: 10, limit: 9 })).toHaveLength(1);
    expect(await store.claim("extract:x", { now: start + 10, leaseMs: 10, limit: 9 })).toHaveLength(3);
  });

  test("a claim never has the text of one version with the number of another", async () => {
    const schema = places.newSchema();
    let between: (() => Promise<unknown>) | undefined;
    const worker = open(schema, {
      pool: poolWith((statement, client) => {
        if (between === undefined || !statement.text.includes("JOIN")) return undefined;
        const change = between;
        between = undefined;
        return change().then(() => client.query(statement));
      }),
    });
    const writer = open(schema);
    await writer.write([draft("tea", { tasks: ["extract:x"] })]);
    between = () => writer.write([draft("tea", { value: "coffee", tasks: ["extract:x"] })]);
    expect(await worker.claim("extract:x", { now: start, leaseMs: 10, limit: 9 })).toEqual([]);
    expect(await worker.claim("extract:x", { now: start, leaseMs: 10, limit: 9 })).toMatchObject([
      { value: "coffee" },
    ]);
  });

  test("what one node writes and forgets, the next search of another one knows", async () => {
    const schema = places.newSchema();
    const nodes: Memory[] = [];
    for (let node = 0; node < 3; node += 1) {
      const memory = await createMemory({ store: open(schema) });
      onTestFinished(() => memory.close());
      nodes.push(memory);
    }
    const [left, middle, right] = nodes as [Memory, Memory, Memory];
    const found = async (memory: Memory) =>
      (await memory.search({ namespace: "ada", query: "What do the cats eat?" })).results.map(
        ({ key }) => key,
      );
    await left.set({ namespace: "ada", key: "cats", value: "Both cats eat fish." });
    for (const node of nodes) expect(await found(node)).toEqual(["cats"]);
    await right.set({ namespace: "ada", key: "cats", value: "Both cats eat fish and rice.", ifVersion: 1 });
    await expect(
      middle.set({ namespace: "ada", key: "cats", value: "no", ifVersion: 1 }),
    ).rejects.toMatchObject({ code: "VERSION_CONFLICT" });
    await middle.delete({ namespace: "ada", key: "cats" });
    for (const node of nodes) expect(await found(node)).toEqual([]);
  });

  test("another node opens a namespace from the snapshot that one left", async () => {
    const schema = places.newSchema();
    const first = await createMemory({ store: open(schema), embedder: false });
    await first.setMany(
      Array.from({ length: 600 }, (_, index) => ({
        namespace: "ada",
        key: `${index}`,
        value: `Room ${index} is blue.`,
      })),
    );
    await first.search({ namespace: "ada", query: "blue" });
    await first.close();
    const store = open(schema);
    const asked: number[] = [];
    const changes = store.changes.bind(store);
    store.changes = (namespace, after, ...rest) => {
      asked.push(after);
      return changes(namespace, after, ...rest);
    };
    const warnings: string[] = [];
    const logger = {
      warn: (message: string, details?: object) =>
        void warnings.push(`${message} ${Object.values(details ?? {})}`),
    };
    const second = await createMemory({ store, embedder: false, logger });
    onTestFinished(() => second.close());
    await second.set({ namespace: "ada", key: "new", value: "The hall is green." });
    expect((await second.search({ namespace: "ada", query: "room 599" })).results[0]?.key).toBe("599");
    expect((await second.search({ namespace: "ada", query: "green hall" })).results[0]?.key).toBe("new");
    expect(warnings).toEqual([]);
    // Nothing that was there before was read again.
    expect(Math.min(...asked)).toBe(600);
  });

  test("what was erased is in no table any more, in the one of snapshots neither", async () => {
    const schema = places.newSchema();
    const memory = await createMemory({ store: open(schema) });
    await memory.remember({
      namespace: "ada",
      thread: "monday",
      messages: [{ role: "user", content: "My password is xylophone-77." }],
    });
    await memory.set({ namespace: "ada", key: "pet", value: "The cat is called Xylophone-77." });
    await memory.set({ namespace: "ada", key: "pet", value: "The cat is called Minou." });
    await memory.search({ namespace: "ada", query: "xylophone" });
    const store = open(schema);
    const head = await store.head("ada");
    await store.saveSnapshot(
      "ada",
      { incarnation: head?.incarnation ?? 0, sequence: head?.sequence ?? 0 },
      () => [Buffer.from("xylophone-77")],
    );
    const holding = async () => {
      const { rows } = await places
        .pool()
        .query("SELECT tablename AS name FROM pg_tables WHERE schemaname = $1", [schema]);
      const found: string[] = [];
      for (const { name } of rows) {
        const where = `WHERE t::text ~* 'xylophone' OR t::text ~ '${Buffer.from("xylophone").toString("hex")}'`;
        if ((await count(`FROM ${schema}.${name} t ${where}`)) > 0) found.push(name);
      }
      return found.sort();
    };
    expect(await holding()).toEqual(expect.arrayContaining(["snapshot_pieces", "records_0", "versions_0"]));
    await memory.clear({ namespace: "ada" });
    await memory.close();
    expect(await holding()).toEqual([]);
  });
});

test("what cannot be reached is told without the password, and so are options that are not right", async () => {
  const store = postgresStore({ connectionString: "postgres://ada:secret-77@127.0.0.1:1/none" });
  const error = await store.head("anna").catch((error: unknown) => error);
  expect(error).toMatchObject({
    code: "STORE_FAILED",
    message: expect.stringContaining("check that it runs"),
  });
  expect(JSON.stringify(error) + String((error as Error).cause)).not.toContain("secret-77");
  await store.close();
  for (const options of [
    { schema: 'a"; DROP' },
    { schema: "" },
    { partitions: 0 },
    { partitions: 1.5 },
    { pool: {} },
    { connectionString: "postgres://x", pool: new pg.Pool() },
    { uri: "postgres://x" },
  ])
    expect(() => postgresStore(options as never), JSON.stringify(options)).toThrow(
      expect.objectContaining({ code: "INVALID_INPUT" }),
    );
});
