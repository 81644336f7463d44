import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { createMemory, type Memory } from "@souvenir/core";
import { zipSync } from "fflate";
import { expect, onTestFinished, test } from "vitest";
import { type ImportOptions, importAll, type RefusedEntry } from "../src/import/index.ts";
import * as files from "./import-files.ts";
import { cliFolder } from "./run-cli.ts";
import { all, startTestServer } from "./test-server.ts";

const { lines } = files;
const bytesOf = (text: string) => new TextEncoder().encode(text);

async function open(): Promise<Memory> {
  const memory = await createMemory({ path: ":memory:", embedder: false });
  onTestFinished(() => memory.close());
  return memory;
}

/** A file that arrives in parts. */
async function* arriving(content: string | Uint8Array, size = 1_000) {
  const bytes = typeof content === "string" ? bytesOf(content) : content;
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

async function take(
  memory: Memory,
  content: string | Uint8Array,
  options: ImportOptions & { size?: number; name?: string } = {},
) {
  const refused: RefusedEntry[] = [];
  const { size, name, ...rest } = options;
  const source = { bytes: arriving(content, size), ...(name === undefined ? {} : { name }) };
  const report = await importAll(memory, [source], { ...rest, onRefused: (entry) => refused.push(entry) });
  return { ...report, refusals: refused };
}

const kept = async (memory: Memory, namespace = "default") =>
  (await memory.list({ namespace, limit: 1000 })).records;
const values = async (memory: Memory, namespace?: string) =>
  (await kept(memory, namespace)).map(({ role, value }) =>
    role === undefined ? value : `${role}: ${value}`,
  );

const lyon = (id: string) => [
  `user: Where do we eat in Lyon, ${id}?`,
  "assistant: At Le Garet, 7 rue du Garet.",
  'user: Book it for "two" at 8 \\o/ 👩‍🚀.',
];
/** Each file as text, and what it comes to, by namespace. */
const known: Record<string, [string, Record<string, string[]>]> = {
  "ChatGPT's conversations.json": [
    JSON.stringify(files.chatgpt),
    { default: [...lyon("one"), ...lyon("two")].sort() },
  ],
  "the same, indented": [
    JSON.stringify(files.chatgpt, null, 2),
    { default: [...lyon("one"), ...lyon("two")].sort() },
  ],
  "Claude's export": [
    JSON.stringify(files.claude),
    {
      default: [
        "user: Which flour for a baguette?",
        "assistant: T65 from the mill.",
        "The user bakes.",
        "The oven is a Rofco.",
        "Bake at 250 degrees.",
      ].sort(),
    },
  ],
  "fine-tuning lines": [
    lines(files.fineTuning),
    {
      default: [
        "user: Capital of Norway?",
        "user: Capital of Norway?",
        "assistant: Oslo.",
        "assistant: Oslo, of course.",
      ].sort(),
    },
  ],
  "a response of OpenAI": [
    JSON.stringify(files.responses, null, 2),
    { default: ["user: My cat is called Mia.", "assistant: Noted: Mia."].sort() },
  ],
  "Mem0's get_all()": [
    JSON.stringify(files.mem0),
    { dev: ["Dev works at TechCorp"], arjun: ["Arjun prefers mornings"] },
  ],
  "Graphiti's graph": [
    JSON.stringify(files.graphiti),
    { g1: ["Kendra runs.", "Kendra loves Adidas shoes", "I love my Adidas"].sort() },
  ],
  "a store of LangGraph": [
    lines(files.langgraph),
    { "memories/ada%2Fb": ["Ada likes tea", "food preference: I like pizza"].sort() },
  ],
  "messages of LangChain": [
    JSON.stringify(files.langchainMessages),
    { default: ["user: I moved to Nantes.", "assistant: Nice town."].sort() },
  ],
  "MCP's server-memory": [
    lines(files.serverMemory),
    {
      default: [
        "John_Smith: Speaks fluent Spanish",
        "John Smith runs",
        "John_Smith works at Anthropic",
      ].sort(),
    },
  ],
  "Letta's AgentFile": [
    JSON.stringify(files.letta, null, 2),
    { default: ["user: I sail on Sundays.", "assistant: Sailing, nice!", "First name: Chad"].sort() },
  ],
  "a note": [
    files.note,
    {
      default: [
        "Before any heading.",
        "# Lisbon\nWe stay in #Alfama.\n\n```sh\n# not a heading\n```",
        "## Food\nGrilled sardines at [[Casa da Mó]].",
      ].sort(),
    },
  ],
  "lines of our own": [
    '{"souvenir":"memories","version":1}\n{"value":"Ours.","key":"k","namespace":"ada"}\n',
    { ada: ["Ours."] },
  ],
};

async function expectKept(memory: Memory, namespaces: Record<string, string[]>): Promise<void> {
  expect(await memory.namespaces()).toEqual(Object.keys(namespaces).sort());
  for (const [namespace, wanted] of Object.entries(namespaces))
    expect((await values(memory, namespace)).sort(), namespace).toEqual(wanted);
}

test.each(Object.entries(known))("%s: all of it, once, however it arrives", async (_, [text, namespaces]) => {
  const count = Object.values(namespaces).flat().length;
  const memory = await open();
  expect(await take(memory, text, { dryRun: true })).toMatchObject({ imported: count, refused: 0 });
  expect(await memory.namespaces()).toEqual([]);
  expect(await take(memory, text, { size: 17 })).toMatchObject({ imported: count, refused: 0 });
  await expectKept(memory, namespaces);
  const wide = Buffer.from(`\ufeff${text}`, "utf16le");
  const forms = [
    bytesOf(text),
    wide,
    Buffer.from(wide).swap16(),
    gzipSync(text),
    bytesOf(text + text),
    bytesOf(`\ufeff${text.replaceAll("\n", "\r\n")}`),
  ];
  for (const [index, form] of forms.entries())
    if (!(text === files.note && (index === 4 || index === 5)))
      expect(await take(memory, form, { dryRun: index === 0 }), String(index)).toMatchObject({
        imported: 0,
        refused: 0,
      });
  await expectKept(memory, namespaces);
  const one = await open();
  await take(one, text, { namespace: "all" });
  if (!text.includes("souvenir")) expect(await one.namespaces()).toEqual(["all"]);
});

test("dates, roles, threads, entities and the time in which a fact holds are kept", async () => {
  const memory = await open();
  await take(memory, JSON.stringify(files.chatgpt[0]));
  expect((await memory.list({ namespace: "default", thread: "chatgpt:one" })).records).toMatchObject([
    {
      key: "chatgpt:one-1",
      role: "user",
      createdAt: "2023-11-14T22:13:21.000Z",
      metadata: { source: "chatgpt", title: "Trip to Lyon" },
    },
    { key: "chatgpt:one-3", role: "assistant", metadata: { model: "gpt-4o" } },
    { key: "chatgpt:one-4" },
  ]);
  await take(memory, JSON.stringify(files.graphiti));
  const graph = await kept(memory, "g1");
  expect(graph.find(({ key }) => key === "zep:e1")).toMatchObject({
    createdAt: "2025-02-01T00:00:00.000Z",
    validFrom: "2024-08-20T00:00:00.000Z",
    validTo: "2025-03-01T00:00:00.000Z",
  });
  expect(graph.find(({ key }) => key === "zep:n1")?.entities).toContainEqual({
    name: "Kendra",
    type: "person",
  });
  await take(memory, JSON.stringify(files.mem0));
  expect(await kept(memory, "dev")).toMatchObject([
    {
      key: "mem0:a1",
      tags: ["work"],
      createdAt: "2025-05-01T17:00:00.000Z",
      updatedAt: "2025-05-02T17:00:00.000Z",
      metadata: { type: "work", user_id: "dev" },
    },
  ]);
  await take(memory, files.note, { name: "vault/2023-01-01 Summer.md" });
  expect((await kept(memory)).find(({ value }) => value.startsWith("## Food"))).toMatchObject({
    createdAt: "2024-05-03T00:00:00.000Z",
    tags: ["trip", "sea"],
    metadata: { title: "Summer", heading: "Lisbon › Food" },
  });
});

test("a file that is cut off anywhere gives what is whole, says so, and the whole file adds the rest", async () => {
  for (const [name, [text, namespaces]] of Object.entries(known)) {
    if (text === files.note) continue;
    const bytes = bytesOf(text);
    for (const at of [3, 6]) {
      const memory = await open();
      const cut = bytes.subarray(0, Math.floor((bytes.length * at) / 8));
      const { imported, refusals } = await take(memory, cut);
      expect(refusals.length, `${name} ${at}`).toBeLessThanOrEqual(3);
      expect(imported + refusals.length, `${name} ${at}`).toBeGreaterThan(0);
      await take(memory, cut);
      await take(memory, Buffer.concat([cut, Buffer.from("\n"), bytes]));
      // A branch that the part of a tree ended with is one more.
      const found = (
        await Promise.all((await memory.namespaces()).map((space) => values(memory, space)))
      ).flat();
      for (const wanted of Object.values(namespaces).flat()) expect(found, `${name} ${at}`).toContain(wanted);
      const left = ["assistant: An answer that was not liked.", "assistant: Rye, perhaps."];
      expect(found.filter((value) => !left.includes(value)).sort(), `${name} ${at}`).toEqual(
        Object.values(namespaces).flat().sort(),
      );
    }
  }
});

test("messages on lines: what is broken is named, a copy behind the other is no second conversation, repeated words are kept", async () => {
  const memory = await open();
  const said = ["Hello", "Hi", "ok", "Hello", "ok"].map((content, index) => ({
    role: index % 2 ? "assistant" : "user",
    content,
    created_at: 1_700_000_000 + (index === 3 ? 0 : index),
  }));
  const text = `${lines(said.slice(0, 2))}{"role":"user","cont\n{"role":"user",\n${lines(said.slice(2))}nonsense\n{"role":7}\n`;
  const { imported, refusals } = await take(memory, text + text, { name: "chat.jsonl" });
  expect(imported).toBe(5);
  expect(refusals.map(({ where }) => where).slice(0, 4)).toEqual(
    [3, 4, 8, 9].map((line) => `chat.jsonl, line ${line}`),
  );
  expect(await values(memory)).toHaveLength(5);
});

test("damage in one place costs no more than what it is in, and is said", async () => {
  const memory = await open();
  const rows = lines(files.serverMemory);
  const reason = "it is not JSON";
  for (const bad of [rows.slice(1), `{x${rows.slice(2)}`, rows.replace("person", "per\0son")])
    expect(await take(memory, bad), bad).toMatchObject({
      refusals: [{ where: "line 1", reason }],
      formats: { "MCP server-memory": 1 },
    });
  const graph = JSON.stringify(files.graphiti).replace('"uuid":"ep1"', '"uid":"ep1"');
  expect(await take(memory, graph)).toMatchObject({ imported: 2, refusals: [{ where: "line 1" }] });
  const response = JSON.stringify(files.responses).replace('"role":"assistant"', '"roe":"assistant"');
  expect(await take(memory, response)).toMatchObject({ imported: 1, refusals: [{ where: "line 1" }] });
});

test("mixed files, an archive with all of them, pictures and pages in it", async () => {
  const memory = await open();
  const wanted = Object.values(known)
    .flatMap(([, namespaces]) => Object.values(namespaces))
    .flat();
  const archive = zipSync({
    "export/conversations.json": bytesOf(JSON.stringify(files.chatgpt)),
    "export/mixed.jsonl": bytesOf(
      [files.claude, files.fineTuning, files.responses, files.mem0, files.graphiti]
        .map((value) => JSON.stringify(value))
        .join("\n") +
        lines([...files.langgraph, files.langchainMessages, ...files.serverMemory, files.letta]),
    ),
    "notes/2024 Summer.md": bytesOf(files.note),
    "own.jsonl": bytesOf(known["lines of our own"]?.[0] as string),
    "export/chat.html": bytesOf("<!DOCTYPE html><html>twice</html>"),
    "export/user.json": bytesOf('{"id":"user-1","email":"ada@example.com"}'),
    "export/picture.png": Uint8Array.from({ length: 900 }, (_, index) => (index * 7) % 256),
    "notes/.obsidian/app.json": bytesOf("{}"),
  });
  for (const size of [100_000, 50]) {
    const { refusals, passed } = await take(memory, archive, { size });
    expect(refusals).toEqual([
      { where: "export/user.json, line 1", reason: expect.stringContaining("no format") },
    ]);
    expect(passed).toMatchObject({ "web pages": 1, "files that hold no text": 1 });
  }
  const found = (await Promise.all((await memory.namespaces()).map((space) => values(memory, space)))).flat();
  // ChatGPT's is there twice in the table.
  const once = wanted.toSpliced(0, 6);
  expect(found.sort()).toEqual(once.sort());
  const broken = archive.slice(0, archive.length / 2);
  expect((await take(memory, broken)).refusals.at(-1)?.reason).toMatch(/breaks off|ends within/);
  const half = await take(memory, gzipSync(lines(files.serverMemory)).subarray(0, -12));
  expect(half.refusals.map(({ reason }) => reason)).toContain("the compressed file breaks off");
});

test("an entry that the memory refuses is named, and the others are kept; a long text is kept whole", async () => {
  const memory = await open();
  const long = "Long words. ".repeat(6_000).trim();
  const results = [
    { id: "x", memory: "fine", user_id: "u" },
    { id: "y", memory: "has too much beside it", user_id: "u", metadata: { much: "x".repeat(20_000) } },
    { id: "z", memory: long, user_id: "u" },
  ];
  const { imported, refusals } = await take(memory, lines(results), { namespace: "n" });
  expect(refusals).toEqual([{ where: "line 2", reason: expect.stringContaining("metadata") }]);
  expect(imported).toBe(4);
  expect(
    (await kept(memory, "n"))
      .slice(1)
      .map(({ value }) => value)
      .join(""),
  ).toBe(long);
});

test("what has expired is refused and named, by every door", async () => {
  const { memory, send, key, clock, close } = await startTestServer();
  onTestFinished(close);
  const text = lines([
    { key: "over", value: "It is over.", expires_at: new Date(clock.now).toISOString() },
    { key: "lasts", value: "It lasts.", expires_at: "2999-01-01T00:00:00Z" },
  ]);
  const post = (type: string, route = "POST /v1/import") =>
    send(route, { raw: text, key: key([all]).key, headers: { "Content-Type": type } });
  const reason = "expires_at: it expired on 2026-11-25T08:00:00.000Z";
  const refused = { imported: 1, refused: 1, refusals: [{ where: "line 1", reason }] };
  expect((await post("application/json", "POST /v1/import?dry_run=true")).body).toMatchObject(refused);
  expect((await post("application/x-ndjson")).body).toEqual({
    success: true,
    ...{ imported: 1, skipped: 0, expired: 1 },
  });
  await memory.clear({ namespace: "default" });
  expect((await post("application/gzip")).body).toMatchObject(refused);
  expect((await memory.stats()).records).toBe(1);
});

test("through REST: files of other programs, by what they hold, within what the key may write", async () => {
  const { memory, send, key, close } = await startTestServer({ bodyBytes: 20_000 });
  onTestFinished(close);
  const post = (raw: string | Uint8Array, type: string, route = "POST /v1/import", grants = [all]) =>
    send(route, { raw, key: key(grants).key, headers: { "Content-Type": type } });
  const text = JSON.stringify(files.chatgpt);
  expect((await post(text, "application/json", "POST /v1/import?dry_run=true")).body).toMatchObject({
    imported: 6,
  });
  // `null` is what is not said; what is no text is refused.
  const ownLines = [null, 7, "own"]
    .map((namespace) => JSON.stringify({ namespace, key: null, value: "v" }))
    .join("\n");
  expect((await post(ownLines, "application/x-ndjson", "POST /v1/import?dry_run=true")).body).toMatchObject({
    imported: 2,
    refused: 1,
    namespaces: ["default", "own"],
  });
  expect(await memory.namespaces()).toEqual([]);
  expect((await post(text, "application/json")).body).toMatchObject({
    success: true,
    imported: 6,
    refused: 0,
    refusals: [],
    formats: { ChatGPT: 6 },
  });
  expect((await post(zipSync({ a: bytesOf(text) }), "application/zip")).body).toMatchObject({
    imported: 0,
    skipped: 6,
  });
  expect((await post(files.note, "text/markdown", "POST /v1/import?namespace=notes")).body).toMatchObject({
    imported: 3,
  });
  expect((await post(files.note, "text/plain")).status).toBe(415);
  const large = lines([
    { role: "user", content: "x".repeat(30_000) },
    { role: "user", content: "fits" },
  ]);
  expect((await post(large, "application/octet-stream")).body).toMatchObject({
    imported: 1,
    refusals: [{ where: "line 1" }],
  });
  const own = [{ namespace: "dev", permission: "write" as const }];
  const { status, body } = await post(JSON.stringify(files.mem0), "application/json", "POST /v1/import", own);
  expect([status, JSON.stringify(body)]).toEqual([403, expect.not.stringContaining("TechCorp")]);
  expect(await memory.namespaces()).toEqual(["default", "notes"]);
  // Two users never share a namespace, unless one is named for all.
  const users = ["dev", "ben"].map((user) => ({ id: user, memory: `${user} works`, user_id: user }));
  await post(JSON.stringify({ results: users }), "application/octet-stream");
  expect(await memory.namespaces()).toEqual(["ben", "default", "dev", "notes"]);
  await post(JSON.stringify({ results: users }), "application/json", "POST /v1/import?namespace=both");
  expect((await memory.list({ namespace: "both" })).records).toHaveLength(2);
});

test("souvenir import: files and folders, what would come, and each refused entry on a line", async () => {
  const folder = await cliFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  await mkdir(join(folder.path, "vault/sub"), { recursive: true });
  await writeFile(join(folder.path, "vault/sub/note.md"), files.note);
  await writeFile(join(folder.path, "chats.json"), `${JSON.stringify(files.chatgpt)}\n{"id":1}`);
  const dry = await folder.run(["import", "vault", "chats.json", "--dry-run"]);
  expect([dry.code, dry.stdout]).toEqual([
    0,
    expect.stringMatching(
      /^would import 9, skipped 0 .*refused 1\nMarkdown and text: 3 memories\nChatGPT: 6 memories\nin default, 3 threads, from 2023-11-14 to 2024-05-03\n/,
    ),
  ]);
  expect(dry.stderr).toBe("refused: chats.json, line 2: it is of no format that is known here\n");
  const { stdout } = await folder.run(["import", "vault", "chats.json", "-n", "ada", "--embedder", "none"]);
  expect(stdout).toContain("imported 9, skipped 0");
  const again = await folder.run(["import", "-n", "ada", "--json", "--embedder", "none"], {
    input: JSON.stringify(files.chatgpt),
  });
  expect(JSON.parse(again.stdout)).toMatchObject({ imported: 0, skipped: 6, namespaces: ["ada"] });
});
