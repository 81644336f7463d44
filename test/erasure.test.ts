import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createMemory, type Embedder, type Memory, type MemoryOptions } from "@souvenir/core";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";

const namespace = "jabberwock@example.org";
const expiresAt = Date.UTC(2030, 0);

/** Invented words, each in one place of the memory that will be erased. */
const secret = {
  key: "vorpalblade",
  value: "Quokkaberry met Wendeline Trubshawe near the Tumtum tree.",
  tags: ["snickersnack"],
  metadata: { diagnosis: "frumiousbandersnatch", frabjousday: [1, { callooh: "callay" }] },
  entities: [{ name: "Wendeline Trubshawe", type: "mimsyborogove" }],
  thread: "tulgeywood",
  role: "momerath",
};
const words = [
  ...[
    "vorpalblade",
    "Quokkaberry",
    "quokkaberri",
    "Wendeline",
    "Trubshawe",
    "Tumtum",
    "snickersnack",
    "diagnosis",
  ],
  ...["frumiousbandersnatch", "frabjousday", "callooh", "callay", "mimsyborogove", "tulgeywood", "momerath"],
];
const earlier = { ...secret, value: "The uffishthought of Quokkaberry.", metadata: { gyregimble: true } };
const earlierWords = ["uffishthought", "gyregimble"];

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "souvenir-erasure-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function open(folder: string, options: MemoryOptions = {}): Promise<Memory> {
  const memory = await createMemory({ path: join(folder, "memory.db"), embedder, ...options });
  onTestFinished(() => memory.close());
  return memory;
}

/** Its vectors are bytes that can be recognised in a file. */
const mark = new Float32Array([0.123456, -7.654321, 3.210987, 2.109876]);
const embedder: Embedder = {
  id: "marked",
  dimensions: 4,
  async embed(texts) {
    return texts.map((text) =>
      text.includes("Quokkaberry") ? mark : new Float32Array([1, text.length, 2, 3]),
    );
  },
};

/** Where in the files of a folder a word stands, in UTF-8 or UTF-16, as written or in lower case; or a vector. */
async function traces(
  folder: string,
  needles: readonly (string | Float32Array | Float64Array)[],
): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const bytes = await readFile(join(entry.parentPath, entry.name));
    for (const needle of needles) {
      const forms =
        typeof needle === "string"
          ? [...new Set([needle, needle.toLowerCase()])].flatMap((form) => [
              Buffer.from(form),
              Buffer.from(form, "utf16le"),
            ])
          : [Buffer.from(needle.buffer)];
      if (forms.some((form) => bytes.includes(form)))
        found.push(`${typeof needle === "string" ? needle : "vector"} in ${entry.name}`);
    }
  }
  return found;
}

/** A memory with earlier versions, vectors and an index beside the store, among 1,200 others. */
async function filled(folder: string, secretInput: object = {}): Promise<Memory> {
  const first = await open(folder);
  await first.setMany(
    Array.from({ length: 1_200 }, (_, index) => ({
      namespace,
      key: `k${index}`,
      value: `Harmless note number ${index}.`,
      metadata: { index },
    })),
  );
  await first.set({ namespace, ...earlier, ...secretInput });
  await first.set({ namespace, ...secret, ...secretInput });
  await first.flush();
  expect((await first.search({ namespace, query: "Quokkaberry" })).results[0]).toMatchObject({
    key: "vorpalblade",
  });
  await first.close();
  // The scan sees what is there: in the store, and in the index beside it.
  const before = await traces(folder, [...words, ...earlierWords, namespace, mark]);
  for (const word of [
    "vorpalblade",
    "Trubshawe",
    "frumiousbandersnatch",
    "uffishthought",
    namespace,
    "vector",
  ])
    expect(before).toContain(`${word} in memory.db`);
  const inSnapshot = before
    .filter((trace) => trace.endsWith(".snapshot"))
    .map((trace) => trace.split(" ")[0]);
  expect(inSnapshot).toEqual(
    expect.arrayContaining(["Wendeline", "snickersnack", "frumiousbandersnatch", "tulgeywood"]),
  );
  const memory = await open(folder);
  await memory.search({ namespace, query: "harmless" });
  return memory;
}

/** A number as the store writes it, and as indexes have it. */
const numberForms = (number: number) => [`${number}`, new Float64Array([number])];

test("after a scrub nothing is left of when it was true, that it was pinned, and what named it", async () => {
  const folder = await newFolder();
  const pinnedAt = Date.UTC(2031, 4, 5, 6, 7, 8, 9);
  const memory = await open(folder, { clock: () => pinnedAt });
  const [validFrom, validTo] = [Date.UTC(1871, 11, 27, 1, 2, 3, 4), Date.UTC(1872, 1, 2, 3, 4, 5, 6)];
  await memory.setMany(
    Array.from({ length: 1_200 }, (_, index) => ({
      ...{ namespace, key: `k${index}`, value: `Harmless note number ${index}.`, createdAt: 1_000 + index },
    })),
  );
  await memory.set({
    namespace,
    ...secret,
    createdAt: 1,
    validFrom,
    validTo,
    supersedes: ["k8", "beamishboy"],
  });
  await memory.pin({ namespace, key: secret.key });
  // One names it, one did so once.
  await memory.set({ namespace, key: "k1", value: "Now it is another.", supersedes: [secret.key, "k2"] });
  await memory.set({ namespace, key: "k3", value: "That was wrong.", supersedes: [secret.key] });
  await memory.set({ namespace, key: "k3", value: "That was wrong, and is not said any more." });
  const { results } = await memory.search({ namespace, query: "Quokkaberry" });
  // What takes its place comes with it.
  expect(results.map(({ key, supersededBy }) => [key, supersededBy])).toEqual([
    ["k1", undefined],
    [secret.key, "k1"],
  ]);
  await memory.close();
  const needles = [
    secret.key,
    "beamishboy",
    ...numberForms(validFrom),
    ...numberForms(validTo),
    `${pinnedAt}`,
  ];
  const before = await traces(folder, needles);
  for (const trace of ["vorpalblade", "beamishboy", `${validFrom}`, `${pinnedAt}`, "vector"])
    expect(before.map((each) => each.split(" ")[0])).toContain(trace);
  const again = await open(folder);
  await again.search({ namespace, query: "harmless" });
  await again.delete({ namespace, key: secret.key });
  expect((await again.get({ namespace, key: "k1" }))?.supersedes).toEqual(["k2"]);
  const versions = await again.history({ namespace, key: "k3" });
  expect(versions.map(({ supersedes }) => supersedes)).not.toContainEqual([secret.key]);
  await again.scrub();
  // What was done at the same moment says so still.
  const gone = needles.filter((needle) => needle !== `${pinnedAt}`);
  expect(await traces(folder, [...gone, `"pinnedAt"`])).toEqual([]);
  await again.close();
  expect(await traces(folder, [...gone, `"pinnedAt"`])).toEqual([]);
});

describe("after a scrub no file holds a word of what was erased", () => {
  test.each<[string, (memory: Memory) => Promise<unknown>]>([
    ["by key", (memory) => memory.delete({ namespace, key: "vorpalblade" })],
    ["by keys", (memory) => memory.delete({ namespace, keys: ["k1", "vorpalblade", "k700"] })],
    ["by filter", (memory) => memory.delete({ namespace, where: { diagnosis: { exists: true } } })],
    ["by thread", (memory) => memory.delete({ namespace, thread: "tulgeywood" })],
  ])("%s", async (_, erase) => {
    const folder = await newFolder();
    const memory = await filled(folder);
    await erase(memory);
    const { unscrubbed } = (await memory.stats()).erasures;
    expect(unscrubbed).toBeGreaterThan(0);
    expect(await memory.scrub()).toEqual({ scrubbed: unscrubbed });
    expect((await memory.stats()).erasures).toEqual({ unscrubbed: 0 });
    expect(await traces(folder, [...words, ...earlierWords, mark])).toEqual([]);
    expect(
      (await memory.search({ namespace, query: "harmless note number 7", limit: 1 })).results[0],
    ).toMatchObject({ key: "k7" });
    await memory.close();
    expect(await traces(folder, [...words, ...earlierWords, mark])).toEqual([]);
    // Nor does the index that is made anew.
    const again = await open(folder);
    const { results } = await again.search({ namespace, query: "Quokkaberry", minScore: 0 });
    expect(results.filter(({ key, reasons }) => key === "vorpalblade" || reasons.terms.length > 0)).toEqual(
      [],
    );
    await again.close();
    expect(await traces(folder, [...words, ...earlierWords, mark])).toEqual([]);
  });

  test("by clear: nor the name of the namespace", async () => {
    const folder = await newFolder();
    const memory = await filled(folder);
    await memory.set({ namespace: "another", value: "Something else." });
    await memory.clear({ namespace });
    await memory.scrub();
    const needles = [...words, ...earlierWords, mark, namespace, "Harmless note"];
    expect(await traces(folder, needles)).toEqual([]);
    await memory.close();
    expect(await traces(folder, needles)).toEqual([]);
  });

  test("by deleting the last memory of a namespace: nor its name", async () => {
    const folder = await newFolder();
    const memory = await open(folder);
    await memory.set({ namespace, ...secret });
    await memory.delete({ namespace, key: secret.key });
    await memory.close();
    expect(await traces(folder, [...words, namespace])).toEqual([]);
  });

  test("by expiry", async () => {
    const folder = await newFolder();
    const memory = await filled(folder, { expiresAt });
    await memory.close();
    const later = await open(folder, { clock: () => expiresAt - 1 });
    await later.flush();
    expect(await traces(folder, ["vorpalblade"])).not.toEqual([]);
    await later.close();
    // Opening it erases, in the background.
    const after = await open(folder, { clock: () => expiresAt });
    await after.scrub();
    expect(await traces(folder, [...words, ...earlierWords, mark])).toEqual([]);
    expect(await after.stats()).toMatchObject({ records: 1_200 });
  });

  test("by expiry in a memory that stays open", async () => {
    const folder = await newFolder();
    let now = expiresAt - 1;
    const memory = await open(folder, { clock: () => now });
    await memory.set({ namespace, ...secret, expiresAt });
    await memory.flush();
    now = expiresAt;
    await memory.scrub();
    expect(await traces(folder, [...words, mark, namespace])).toEqual([]);
  });

  test("with what a turn said before it was remembered again", async () => {
    const folder = await newFolder();
    const memory = await open(folder);
    const turn = { namespace: "n", thread: "t", turnId: "1" };
    await memory.remember({
      ...turn,
      messages: [
        { role: "user", content: "Hello." },
        { role: "user", content: "Quokkaberry!" },
      ],
    });
    await memory.remember({ ...turn, messages: [{ role: "user", content: "Hello." }] });
    expect(await traces(folder, ["Quokkaberry"])).not.toEqual([]);
    await memory.clear({ namespace: "n" });
    await memory.scrub();
    expect(await traces(folder, ["Quokkaberry"])).toEqual([]);
  });

  test("while another process has the file and an old index open", async () => {
    const folder = await newFolder();
    const memory = await filled(folder);
    const other = await open(folder);
    expect((await other.search({ namespace, query: "Quokkaberry" })).results[0]).toMatchObject({
      key: "vorpalblade",
    });
    await other.setMany(
      Array.from({ length: 600 }, (_, index) => ({
        namespace,
        key: `more${index}`,
        value: `Another note ${index}.`,
      })),
    );
    await other.flush();
    await memory.delete({ namespace, key: "vorpalblade" });
    await memory.scrub();
    expect(await traces(folder, [...words, ...earlierWords, mark])).toEqual([]);
    // What it knows of the past, it does not write down.
    await other.close();
    await memory.close();
    expect(await traces(folder, [...words, ...earlierWords, mark])).toEqual([]);
  });

  test("while its vector is being made", async () => {
    const folder = await newFolder();
    const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
    const { promise: opened, resolve: letGo } = Promise.withResolvers<void>();
    const memory = await open(folder, {
      embedder: {
        ...embedder,
        async embed(texts, options) {
          ask();
          await opened;
          return embedder.embed(texts, options);
        },
      },
    });
    await memory.set({ namespace, ...secret });
    await asked;
    await memory.clear({ namespace });
    letGo();
    expect(await memory.flush()).toEqual({ pending: 0, failed: 0 });
    await memory.scrub();
    expect(await traces(folder, [...words, mark, namespace])).toEqual([]);
  });
});

test("wherever the pages of the file put them in the meantime", async () => {
  const folder = await newFolder();
  const memory = await open(folder, { extractor: false, embedder: false });
  const size = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 900 }));
  const step = fc.record({ key: fc.nat(400), size, secret: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 50, maxLength: 400 }), async (steps) => {
      // Growing and shrinking memories split and merge pages, which moves others about.
      await memory.setMany(
        steps.map(({ key, size: length, secret: isSecret }) => ({
          namespace: "n",
          key: `${isSecret ? "vorpalblade" : "plain"}${key}`,
          value: `${isSecret ? "Quokkaberry" : "Harmless"} ${"and more ".repeat(length)}`,
          tags: [isSecret ? "snickersnack" : "plain"],
          metadata: { isSecret },
        })),
      );
      await memory.delete({ namespace: "n", where: { isSecret: true } });
      await memory.scrub();
      expect(await traces(folder, ["Quokkaberry", "vorpalblade", "snickersnack"])).toEqual([]);
    }),
    { seed: 20261127, numRuns: 15 },
  );
});

test("in a file that is opened through a link", async () => {
  const folder = await newFolder();
  await mkdir(join(folder, "real"));
  await (await open(join(folder, "real"))).close();
  await symlink(join(folder, "real", "memory.db"), join(folder, "memory.db"));
  const memory = await open(folder);
  await memory.set({ namespace, ...secret });
  await memory.set({ namespace, key: "stays", value: "Harmless." });
  await memory.delete({ namespace, key: secret.key });
  expect(await memory.scrub()).toEqual({ scrubbed: 1 });
  expect(await traces(folder, [...words, mark])).toEqual([]);
  await memory.close();
  const file = new DatabaseSync(join(folder, "memory.db"), { readOnly: true });
  expect(file.prepare("PRAGMA integrity_check").all()).toEqual([{ integrity_check: "ok" }]);
  file.close();
});

test.each([1, 30, 300])("in a file of %i MB, which others use meanwhile", async (megabytes) => {
  const folder = await newFolder();
  const path = join(folder, "memory.db");
  const limits = { valueBytes: 2 ** 24 };
  const memory = await open(folder, { embedder: false, extractor: false, limits });
  // Small ones, which move when pages are split, among few large ones, which make the file long.
  const size = Math.min(2 ** 23, megabytes * 2 ** 16);
  const filler = "x".repeat(size);
  const secrets: string[] = [];
  for (let round = 0; round < (megabytes * 2 ** 20) / size; round += 1) {
    const small = Array.from({ length: 60 }, (_, index) => ({
      namespace: "n",
      key: `${((round * 60 + index) * 7919) % 100_003} ${index % 3 === 0 ? "vorpalblade" : "plain"}`,
      value: `${index % 3 === 0 ? "Quokkaberry" : "Harmless"} ${"and more ".repeat((index % 12) * 9)}`,
      metadata: { isSecret: index % 3 === 0 },
    }));
    secrets.push(...small.flatMap(({ key, metadata }) => (metadata.isSecret ? key : [])));
    await memory.setMany([
      ...small,
      { namespace: "n", key: `large ${round}`, value: `${filler} Galumphing ${round}.` },
    ]);
  }
  // Growing and shrinking, they move others about, and leave copies of them behind.
  for (let round = 0; round < 4; round += 1)
    await memory.setMany(
      secrets.map((key, index) => ({
        namespace: "n",
        key,
        value: `Quokkaberry ${"and more ".repeat(((index * 7 + round) * 31) % 300)}`,
        tags: [`snickersnack${(index * 7919) % 1_009}`],
        thread: `tulgeywood${(index * 104_729) % 1_013}`,
      })),
    );
  await memory.close();
  expect((await stat(path)).size).toBeGreaterThan(megabytes * 2 ** 20);

  const again = await open(folder, { embedder: false, extractor: false, limits });
  expect(await again.delete({ namespace: "n", keys: secrets })).toEqual({ deleted: secrets.length });
  expect((await again.stats()).erasures).toEqual({ unscrubbed: secrets.length });
  const scrubbing = again.scrub();
  let written = 0;
  let done = false;
  // Many keys: of one that is written more often than its history may be long, versions would be erased too.
  const beside = (write: number) => `beside ${write % 100}`;
  const writing = (async () => {
    for (; !done; written += 1)
      await again.set({ namespace: "n", key: beside(written), value: `Harmless ${written}.` });
  })();
  expect(await scrubbing).toEqual({ scrubbed: secrets.length });
  done = true;
  await writing;
  expect(written).toBeGreaterThan(0);
  expect(await traces(folder, ["Quokkaberry", "vorpalblade", "snickersnack", "tulgeywood"])).toEqual([]);
  // Closing is enough too.
  await again.delete({ namespace: "n", keys: ["large 0", beside(written - 1)] });
  await again.close();
  expect(await traces(folder, ["Galumphing 0.", `Harmless ${written - 1}.`])).toEqual([]);
  const file = new DatabaseSync(path, { readOnly: true });
  expect(file.prepare("PRAGMA integrity_check").all()).toEqual([{ integrity_check: "ok" }]);
  file.close();
});
