import { PassThrough } from "node:stream";
import { createMemory, defaultEmbedder, type Embedder } from "@souvenir/core";
import { postgresPool, postgresStore } from "@souvenir/postgres";
import { type PostgresServer, postgresProgram, startPostgres } from "@souvenir/test/postgres-server";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { run as runCommand } from "../src/cli/run.ts";
import { diagnoseDatabase } from "../src/doctor/diagnose.ts";
import { type System, thisSystem } from "../src/doctor/system.ts";
import { databaseAddress } from "../src/postgres/address.ts";
import { openSharedKeys } from "../src/postgres/index.ts";

const missing = "missing" in postgresProgram ? postgresProgram.missing : undefined;
const quiet: System = { ...thisSystem, environment: {} };

let server: PostgresServer;
let pool: ReturnType<typeof postgresPool>;
beforeAll(async () => {
  if (missing !== undefined) return;
  server = await startPostgres({ durable: true });
  pool = postgresPool({ connectionString: server.url });
});
afterAll(async () => {
  await pool?.end();
  await server?.close();
});

async function sql(text: string): Promise<unknown[]> {
  const client = await pool.connect();
  try {
    return ((await client.query({ text })) as { rows: unknown[] }).rows;
  } finally {
    client.release();
  }
}

let schemas = 0;
let schema: string;
beforeEach(() => {
  schemas += 1;
  schema = `d${schemas}`;
});

const address = (change: (url: URL) => void = () => undefined) => {
  const url = new URL(server.url);
  url.searchParams.set("schema", schema);
  change(url);
  return url.href;
};

async function problems(text = address(), system = quiet): Promise<{ names: string[]; text: string }> {
  const findings = await diagnoseDatabase({ database: databaseAddress(text), system });
  const found = findings.filter(({ status }) => status !== "ok");
  for (const { remedy } of found) expect(remedy).toBeTruthy();
  return {
    names: found.map(({ check, status }) => `${status} ${check}`),
    text: found.map(({ message, remedy }) => `${message} -> ${remedy}`).join("\n"),
  };
}

async function fill(embedder: Embedder | false = defaultEmbedder()): Promise<void> {
  await using memory = await createMemory({
    store: postgresStore({ connectionString: server.url, schema, partitions: 2 }),
    embedder,
  });
  await memory.set({ namespace: "ada", key: "pet", value: "A cat." });
  await memory.flush();
}

describe.skipIf(missing !== undefined)(`doctor${missing === undefined ? "" : ` (${missing})`}`, () => {
  // The cluster of these tests is made as initdb of PostgreSQL 15 makes it: without checksums.
  const unchecked = "warning durability";

  test("a memory that is well has nothing to tell, and the command ends with 0", async () => {
    await fill();
    expect((await problems()).names).toEqual([unchecked]);
    const { code, text } = await command();
    expect(code).toBe(0);
    for (const line of [
      /PostgreSQL \d+\.\d+ answers at/,
      /NOTIFY|it arrived after/,
      /about \d+, in namespaces: 1/,
    ])
      expect(text).toMatch(line);
  });

  test("where there is no memory it says so, makes nothing, and ends with 1", async () => {
    const { names, text } = await problems();
    expect(names).toEqual([unchecked, "fault schema"]);
    expect(text).toContain("there is no store at");
    expect(await sql(`SELECT 1 FROM pg_namespace WHERE nspname = '${schema}'`)).toEqual([]);
    expect((await command()).code).toBe(1);
  });

  test("what cannot be reached is told without the password", async () => {
    const { names, text } = await problems("postgres://ada:s3cret@127.0.0.1:1/memory");
    expect(names).toEqual(["fault database"]);
    expect(text).toContain("check that it runs");
    expect(text).not.toContain("s3cret");
  });

  test("a schema that is newer, or that a memory is being moved into, is a fault", async () => {
    await fill(false);
    await sql(`UPDATE ${schema}.version SET version = 99`);
    expect(await problems()).toMatchObject({
      names: [unchecked, "fault schema"],
      text: expect.stringContaining("update @souvenir/server"),
    });
    await sql(`UPDATE ${schema}.version SET version = -1`);
    expect((await problems()).text).toContain("souvenir move");
  });

  test("what waits, what was given up, and a change of the embedder that was left", async () => {
    await fill();
    await sql(`
      INSERT INTO ${schema}.embedders (id, dimensions, computed) VALUES ('mistral:mistral-embed', 1024, false);
      UPDATE ${schema}.namespaces SET target = (SELECT max(number) FROM ${schema}.embedders);
      INSERT INTO ${schema}.queue VALUES
        (1, 1, 'embed:mistral:mistral-embed', 1, 5, true, 0, 'status 400'),
        (1, 2, 'embed:mistral:mistral-embed', 1, 0, false, 1000, 'status 503')`);
    const { names, text } = await problems();
    expect(names).toEqual([unchecked, "warning queue", "warning embedder", "warning queue", "warning queue"]);
    for (const part of ["nobody takes it", "souvenir reembed --cancel", "gave up", "status 50"])
      expect(text).toContain(part);
  });

  test("rights that are missing, and row-level security that is not whole", async () => {
    await using memory = await createMemory({
      store: postgresStore({ connectionString: server.url, schema, partitions: 2, rowLevelSecurity: true }),
      embedder: false,
    });
    await memory.set({ namespace: "ada", value: "A cat." });
    expect((await problems()).names).toEqual([unchecked]);
    await sql(`CREATE ROLE clerk LOGIN; GRANT USAGE ON SCHEMA ${schema} TO clerk;
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO clerk;
      ALTER TABLE ${schema}.vectors_0 DISABLE ROW LEVEL SECURITY`);
    const asClerk = address((url) => {
      url.username = "clerk";
    });
    const other = await problems(asClerk);
    expect(other.names).toEqual([unchecked, "fault permissions", "fault isolation"]);
    expect(other.text).toContain("vectors_0");
    await sql(`REVOKE INSERT ON ${schema}.records FROM clerk`);
    expect((await problems(asClerk)).text).toContain("INSERT on records");
  });

  test("clocks that are apart, and keys that open nothing", async () => {
    await fill(false);
    const late = { ...quiet, now: () => Date.now() - 60_000 };
    expect((await problems(address(), late)).names).toEqual([unchecked, "warning clock"]);
    const keys = openSharedKeys({ connectionString: server.url, schema });
    const { id } = await keys.create({ name: "test", grants: [] });
    await keys.revoke(id);
    await keys.close();
    expect((await problems()).names).toEqual([unchecked, "warning keys"]);
  });
});

async function command(): Promise<{ code: number; text: string }> {
  const stdout = new PassThrough();
  const chunks: Buffer[] = [];
  stdout.on("data", (piece: Buffer) => chunks.push(piece));
  const args = ["doctor", "--store", address(), "--offline"];
  const code = await runCommand(args, { stdout, stderr: new PassThrough() } as never);
  return { code, text: Buffer.concat(chunks).toString() };
}
