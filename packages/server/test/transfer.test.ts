// What one door gives, every other takes, and gives back the same bytes.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createMemory, type Memory, type MemoryRecord, memoryFileHeader } from "@souvenir/core";
import { expect, onTestFinished, test } from "vitest";
import { connectMemory } from "../src/client/index.ts";
import { cliFolder } from "./run-cli.ts";
import { all, startTestServer, type TestServer } from "./test-server.ts";

const header = JSON.stringify(memoryFileHeader);

async function full(memory: Memory): Promise<void> {
  const turn = { namespace: "ada", thread: "t/1", role: "user" };
  await memory.set({ ...turn, key: "a", value: "First.", createdAt: "2019-01-02T03:04:05.678Z" });
  await memory.set({
    ...turn,
    key: "a",
    value: "Second: Zoë in Köln.",
    tags: ["x"],
    expiresAt: "2099-12-31T00:00:00Z",
  });
  await memory.set({
    namespace: "ben",
    key: "__proto__",
    value: "created_at",
    metadata: { createdAt: 1, created_at: 2 },
  });
  await memory.touch({ namespace: "ben", key: "__proto__", expiresAt: "2100-01-01T00:00:00Z" });
  await memory.import(facts);
}

/** Facts of each state that an export has. */
const facts = ["active", "proposed", "merged"].map((state, place) => ({
  ...{
    namespace: "ada",
    key: `fact:${state}`,
    value: "Second is Köln.",
    tags: [],
    metadata: {},
    entities: [],
  },
  ...{ version: 1, createdAt: `2026-01-0${place + 1}T00:00:00.000Z`, updatedAt: "2026-01-02T00:00:00.000Z" },
  ...{
    kind: "fact",
    subject: "user",
    attribute: "home",
    type: "state",
    origin: place === 1 ? "inferred" : "stated",
  },
  ...{ state, run: "r@ada", sources: [{ key: "a", version: 2, quote: "Zoë in Köln", run: "q@ada" }] },
  ...(state === "merged" ? { mergedInto: "fact:active" } : {}),
})) as MemoryRecord[];

async function emptyMemory(): Promise<Memory> {
  const memory = await createMemory({ path: ":memory:", embedder: false });
  onTestFinished(() => memory.close());
  return memory;
}

/** A memory behind one door. */
interface Door {
  take(text: string): Promise<unknown>;
  give(): Promise<string>;
}

async function server(): Promise<Pick<TestServer, "memory" | "send">> {
  const { memory, send, key, close } = await startTestServer();
  onTestFinished(close);
  const admin = key([all]).key;
  return { memory, send: (route, options) => send(route, { key: admin, ...options }) };
}

const doors: Record<string, () => Promise<Door>> = {
  async REST() {
    const { send } = await server();
    return {
      take: async (text) => (await send("POST /v1/import", { raw: text })).body,
      give: async () => (await send("GET /v1/export")).body as string,
    };
  },
  async command() {
    const folder = await cliFolder();
    onTestFinished(() => folder[Symbol.asyncDispose]());
    const done = async (args: string[]) => {
      const { code, stdout, stderr } = await folder.run([...args, "--embedder", "none"]);
      expect([code, stderr], args.join(" ")).toEqual([0, ""]);
      return stdout;
    };
    return {
      async take(text) {
        await writeFile(join(folder.path, "in.jsonl"), text);
        return JSON.parse(await done(["import", "in.jsonl", "--json"]));
      },
      give: () => done(["export"]),
    };
  },
  /** Whose records a program keeps in a file of its own. */
  async core() {
    const memory = await emptyMemory();
    return {
      memory,
      take: (text) =>
        memory.import(
          text
            .trimEnd()
            .split("\n")
            .map((line) => JSON.parse(line)),
        ),
      give: async () =>
        (await Array.fromAsync(memory.export())).map((record) => `${JSON.stringify(record)}\n`).join(""),
    };
  },
  async client() {
    const { send } = await server();
    const remote = await connectMemory({
      url: "http://localhost:7077",
      fetch: async (input, init) => {
        const request = new Request(input, init);
        const { pathname, search } = new URL(request.url);
        const raw = request.method === "GET" ? {} : { raw: await request.text() };
        const { status, body } = await send(`${request.method} ${pathname}${search}`, raw);
        return new Response(typeof body === "string" ? body : JSON.stringify(body), { status });
      },
    });
    onTestFinished(() => remote.close());
    return {
      take: (text) =>
        remote.import(
          text
            .trimEnd()
            .split("\n")
            .map((line) => JSON.parse(line)),
        ),
      give: async () =>
        (await Array.fromAsync(remote.export())).map((record) => `${JSON.stringify(record)}\n`).join(""),
    };
  },
};

test.each(Object.keys(doors))("what is exported through %s comes back through every door", async (from) => {
  const source = await server();
  await full(source.memory);
  const whole = (await source.send("GET /v1/export")).body as string;
  const own = await (doors[from] as () => Promise<Door>)();
  await own.take(whole);
  const text = await own.give();
  expect(text.startsWith(header)).toBe(from === "REST" || from === "command");
  for (const [name, open] of Object.entries(doors)) {
    const door = await open();
    expect(await door.take(text), name).toMatchObject({ imported: 5, skipped: 0 });
    if (name !== "command") expect(await door.take(text), name).toMatchObject({ imported: 0, skipped: 5 });
    // The same bytes through a door that writes files, whichever they came by.
    const again = name === from ? await door.give() : undefined;
    if (again !== undefined) expect(again).toBe(text);
    const rest = await (doors.REST as () => Promise<Door>)();
    await rest.take(await door.give());
    expect(await rest.give(), name).toBe(whole);
  }
});

test("a field that no memory has is refused with its line, and so is one that is there twice", async () => {
  const { send } = await server();
  const folder = await cliFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  for (const [line, told] of [
    ['{"value":"x","createdat":"2020-01-01"}', /line 4.*createdat/],
    [
      '{"value":"x","created_at":"2020-01-01T00:00:00Z","createdAt":"2020-01-01T00:00:00Z"}',
      /line 4.*created_?[aA]t/,
    ],
    ['{"value":"x","history":[{"value":"y","expires":1}]}', /line 4.*expires/],
    ['{"souvenir":"memories","version":2}', /line 4.*later version/],
    ['{"souvenir":"keys","version":1}', /line 4.*another/],
  ] as const) {
    const text = `${header}\n\n{"value":"fine"}\n${line}\n`;
    const { status, body } = await send("POST /v1/import", { raw: text });
    expect([status, JSON.stringify(body)], line).toEqual([400, expect.stringMatching(told)]);
    const { code, stderr } = await folder.run(["import", "--embedder", "none"], { input: text });
    expect([code, stderr], line).toEqual([2, expect.stringMatching(told)]);
    const records = text
      .split("\n")
      .filter((each) => each !== "")
      .map((each) => JSON.parse(each) as MemoryRecord);
    const memory = await emptyMemory();
    await expect(memory.import(records)).rejects.toMatchObject({ code: "INVALID_INPUT" });
  }
});

test("numbers of another unit or that would be rounded are refused by every reader of files, with the name of its door", async () => {
  const { memory, send } = await server();
  const file = { "Content-Type": "application/octet-stream" };
  for (const [member, told] of [
    ['"expires_at":1900000000', /line 2.*expires_at.*seconds.*2030-03-17/],
    ['"createdAt":1700000000000000', /line 2.*created_at.*microseconds.*2023-11-14/],
    ['"history":[{"value":"x","updated_at":"2027-02-30"}]', /line 2.*updated_at.*calendar/],
    ['"metadata":{"id":9007199254740993}', /line 2.*2\^53/],
    ['"expires":1', /line 2.*did you mean \\"expires_at\\"/],
  ] as const) {
    const text = `${header}\n{"value":"x",${member}}\n`;
    const lines = await send("POST /v1/import", { raw: text });
    expect([lines.status, JSON.stringify(lines.body)], member).toEqual([400, expect.stringMatching(told)]);
    const any = await send("POST /v1/import", { raw: text, headers: file });
    expect([any.status, JSON.stringify(any.body)], member).toEqual([200, expect.stringMatching(told)]);
    expect(any.body, member).toMatchObject({ imported: 0, refused: 1 });
    const folder = await cliFolder();
    onTestFinished(() => folder[Symbol.asyncDispose]());
    expect((await folder.run(["import", "--embedder", "none"], { input: text })).code, member).toBe(2);
  }
  expect(await memory.namespaces()).toEqual([]);
  // Other programs' numbers are kept as they are written.
  const mem0 =
    '{"results":[{"id":"a","memory":"Works","user_id":"u","metadata":{"ticket":9007199254740993}}]}';
  expect((await send("POST /v1/import", { raw: mem0, headers: file })).body).toMatchObject({ imported: 1 });
  const where = { ticket: "9007199254740993" };
  expect((await memory.list({ namespace: "u", where })).records).toHaveLength(1);
});

test("lines of our own are read alike in a list, in an archive and between other things", async () => {
  const { memory, send } = await server();
  const line = '{"namespace":"a","key":"k","value":"x","tags":null,"created_at":"2024-02-29T12:00:00"}';
  const folder = await cliFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  await writeFile(join(folder.path, "list.json"), `\n [${line},\n${line.replace('"k"', '"l"')}]`);
  const { code, stdout, stderr } = await folder.run(["import", "list.json", "--embedder", "none", "--json"]);
  expect([code, stderr, JSON.parse(stdout)]).toEqual([0, "", expect.objectContaining({ imported: 2 })]);
  const { body } = await send("POST /v1/import", {
    raw: line,
    headers: { "Content-Type": "application/octet-stream" },
  });
  expect(body).toMatchObject({ imported: 1, from: "2024-02-29T12:00:00.000Z" });
  expect(await memory.get({ namespace: "a", key: "k" })).toMatchObject({
    createdAt: "2024-02-29T12:00:00.000Z",
  });
});

test("a line that a server refuses is named by its place among all, once, and with the names of the program", async () => {
  const { send } = await server();
  const remote = connectMemory({
    url: "http://localhost:7077",
    fetch: async (_input, init) => {
      const { status, body } = await send("POST /v1/import", { raw: String(init?.body), headers: {} });
      return new Response(JSON.stringify(body), { status });
    },
  });
  onTestFinished(() => remote.close());
  const fine = Array.from({ length: 1_000 }, (_, index) => ({ namespace: "a", key: `${index}`, value: "x" }));
  async function* records() {
    yield* fine;
    yield { namespace: "a", value: "x" };
    yield { namespace: "a", value: "x".repeat(40_000) };
  }
  await expect(remote.import(records())).rejects.toMatchObject({
    message: expect.stringMatching(/^record 1001: value: /),
    details: { index: 1_001, stored: 1_000 },
  });
  for (const moment of [1_900_000_000, "2027-02-30"])
    await expect(remote.set({ namespace: "a", value: "x", expiresAt: moment })).rejects.toMatchObject({
      code: "INVALID_INPUT",
      details: { where: "expiresAt" },
    });
});
