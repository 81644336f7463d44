import { execFile, execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from "node:fs";
import { copyFile, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { createMemory, type Memory } from "../src/index.ts";
import { backupDrafts } from "../src/sqlite.ts";
import { contents, newPath, openAt, rejection } from "./open-memory.ts";

const namespace = "n";
const note = (index: number) => ({ namespace, key: `k${index}`, value: `Harmless note number ${index}.` });
const notes = (count: number) => Array.from({ length: count }, (_, index) => note(index));

/** A small file system of its own; `undefined` where that needs rights that this process lacks. */
async function smallDisk(
  megabytes: number,
): Promise<{ path: string; remount: (how: "ro" | "rw") => void } | undefined> {
  const folder = `${dirname(await newPath())}/disk`;
  mkdirSync(folder);
  const mount = (...given: string[]) => execFileSync("mount", given, { stdio: "ignore" });
  try {
    mount("-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", folder);
  } catch {
    return undefined;
  }
  onTestFinished(() => void execFileSync("umount", ["-l", folder]));
  return { path: join(folder, "memory.db"), remount: (how) => mount("-o", `remount,${how}`, folder) };
}

const needsMount = "mounting a file system needs root";

/** Writes until nothing goes in any more. */
async function fill(memory: Memory, value: string): Promise<number> {
  for (let count = 0; ; count += 1) {
    try {
      await memory.set({ namespace, key: `f${count}`, value });
    } catch (error) {
      expect(error).toMatchObject({ code: "STORE_FULL" });
      return count;
    }
  }
}

describe("a full disk", () => {
  test("what is there can be erased, also after it was opened again", async (context) => {
    const disk = await smallDisk(6);
    if (disk === undefined) return context.skip(needsMount);
    const { path } = disk;
    const folder = dirname(path);
    let memory = await openAt(path);
    const count = await fill(memory, "x".repeat(3_000));
    expect(count).toBeGreaterThan(300);
    // Whatever else fills the disk to its last byte.
    const free = statfsSync(folder);
    try {
      writeFileSync(join(folder, "filler"), Buffer.alloc(free.bavail * free.bsize + 4_096));
    } catch {
      // As far as it goes.
    }
    expect(statfsSync(folder).bavail).toBe(0);
    expect(await memory.delete({ namespace, key: "f0" })).toEqual({ deleted: 1 });
    for (let index = 1; index < 20; index += 1)
      expect(await memory.delete({ namespace, key: `f${index}` })).toEqual({ deleted: 1 });
    await memory.close();
    memory = await openAt(path);
    expect(await memory.delete({ namespace, keys: ["f20", "f21"] })).toEqual({ deleted: 2 });
    expect((await memory.get({ namespace, key: "f22" }))?.value.length).toBe(3_000);
    // There is room in the file again.
    await memory.set({ namespace, key: "after", value: "There is room." });
    expect(await memory.clear({ namespace })).toEqual({ deleted: count - 22 + 1 });
    await memory.close();
    memory = await openAt(path);
    expect(await memory.namespaces()).toEqual([]);
    await memory.set({ namespace, value: "Begun anew." });
  });

  test.for([3, 12])("that setMany filled can be cleared: one of %i MB", async (megabytes, context) => {
    const disk = await smallDisk(megabytes);
    if (disk === undefined) return context.skip(needsMount);
    const { path } = disk;
    const names = ["one", "other"];
    const input = (index: number) => ({
      namespace: names[index % 2] as string,
      value: `${index} ${"x".repeat(900)}`,
    });
    let memory = await openAt(path);
    const full = (async () => {
      for (let batch = 0; ; batch += 300)
        await memory.setMany(Array.from({ length: 300 }, (_, index) => input(batch + index)));
    })();
    expect(await rejection(full)).toMatchObject({ code: "STORE_FULL" });
    expect(statfsSync(dirname(path)).bavail).toBeLessThan(64);
    await memory.close();
    memory = await openAt(path);
    for (const name of names) expect((await memory.clear({ namespace: name })).deleted).toBeGreaterThan(500);
    await memory.setMany(Array.from({ length: 500 }, (_, index) => input(index)));
  });

  test("at the limit of the size too", async () => {
    const path = await newPath();
    const limits = { storeBytes: 1_000_000 };
    let memory = await openAt(path, { limits });
    const count = await fill(memory, "x".repeat(2_000));
    expect(await memory.delete({ namespace, key: "f0" })).toEqual({ deleted: 1 });
    await memory.close();
    memory = await openAt(path, { limits });
    expect(await memory.delete({ namespace, where: { none: { exists: true } } })).toEqual({ deleted: 0 });
    expect(await memory.clear({ namespace })).toEqual({ deleted: count - 1 });
    await memory.set({ namespace, value: "Room again." });
  });

  test("what setMany stored before is told, and is there", async () => {
    const memory = await openAt(await newPath(), { limits: { storeBytes: 1_000_000 } });
    const inputs = notes(600).map((each) => ({ ...each, value: `${each.value} ${"x".repeat(3_000)}` }));
    const error = (await rejection(memory.setMany(inputs))) as SouvenirError;
    expect(error).toMatchObject({ code: "STORE_FULL", details: { stored: expect.any(Number) } });
    const stored = Number(error.details.stored);
    expect(stored).toBeGreaterThan(0);
    expect(error.message).toContain(`${stored} records were stored before this: `);
    expect((await memory.stats()).records).toBe(stored);
  });
});

describe("a file that is not the one any more", () => {
  test.each<[string, (path: string) => void]>([
    ["deleted", (path) => rmSync(path)],
    ["moved away", (path) => renameSync(path, `${path}.old`)],
    [
      "replaced",
      (path) => {
        renameSync(path, `${path}.old`);
        writeFileSync(path, "something else");
      },
    ],
    ["without its log", (path) => rmSync(`${path}-wal`)],
  ])("%s: nothing is acknowledged from then on", async (_, harm) => {
    const path = await newPath();
    const memory = await openAt(path);
    await memory.set(note(1));
    harm(path);
    for (const call of [
      () => memory.set(note(2)),
      () => memory.delete({ namespace, key: "k1" }),
      () => memory.clear({ namespace }),
    ])
      expect(await rejection(call())).toMatchObject({ code: "STORE_REPLACED", details: { path } });
    expect((await memory.get({ namespace, key: "k1" }))?.value).toBe(note(1).value);
    await memory.close();
  });

  test("another log in the place of its own: nothing is acknowledged a moment later", async () => {
    const path = await newPath();
    const memory = await openAt(path);
    await memory.set(note(1));
    renameSync(`${path}-wal`, `${path}-wal.old`);
    writeFileSync(`${path}-wal`, "something else");
    let refused: unknown;
    while (refused === undefined)
      refused = await memory.set(note(2)).then(
        () => undefined,
        (error) => error,
      );
    expect(refused).toMatchObject({ code: "STORE_REPLACED", details: { path } });
    expect(await rejection(memory.set(note(3)))).toMatchObject({ code: "STORE_REPLACED" });
    await memory.close();
  });

  test("a second name is refused in words", async () => {
    const path = await newPath();
    const memory = await openAt(path);
    await memory.set(note(1));
    linkSync(path, `${path}.link`);
    expect(await rejection(openAt(`${path}.link`))).toMatchObject({
      code: "STORE_FAILED",
      message: expect.stringMatching(/2 names.*copy/),
    });
    await memory.close();
    expect(await rejection(openAt(path))).toMatchObject({ code: "STORE_FAILED" });
    rmSync(`${path}.link`);
    expect(await contents(await openAt(path))).toHaveLength(1);
  });
});

describe("reading only", () => {
  const writes: [string, (memory: Memory) => Promise<unknown>][] = [
    ["set", (memory) => memory.set(note(1))],
    ["setMany", (memory) => memory.setMany([note(1)])],
    ["delete", (memory) => memory.delete({ namespace, key: "k1" })],
    ["delete where", (memory) => memory.delete({ namespace, where: { number: 1 } })],
    ["clear", (memory) => memory.clear({ namespace })],
    ["touch", (memory) => memory.touch({ namespace, key: "k1", expiresAt: null })],
    [
      "remember",
      (memory) => memory.remember({ namespace, thread: "t", messages: [{ role: "user", content: "Hi." }] }),
    ],
    ["import", (memory) => memory.import([note(1)])],
    ["scrub", (memory) => memory.scrub()],
  ];

  async function readsAndRefuses(memory: Memory): Promise<void> {
    expect((await memory.get({ namespace, key: "k1" }))?.value).toBe(note(1).value);
    expect((await memory.search({ namespace, query: "note number 7", limit: 1 })).results[0]).toMatchObject({
      key: "k7",
    });
    expect((await memory.list({ namespace })).records).toHaveLength(30);
    expect(await memory.stats()).toMatchObject({ records: 30 });
    expect(await memory.namespaces()).toEqual([namespace]);
    expect(await contents(memory)).toHaveLength(30);
    expect((await memory.recall({ namespace, query: "note number 7" })).text).toContain("note number 7");
    for (const [name, write] of writes)
      expect(await rejection(write(memory)), name).toMatchObject({ code: "READ_ONLY" });
    const target = await newPath();
    await memory.backup(target);
    expect(await contents(await openAt(target))).toEqual(await contents(memory));
    await memory.flush();
    await memory.close();
  }

  async function filled(path: string): Promise<void> {
    const memory = await openAt(path, { embedder: undefined as never });
    await memory.setMany(notes(30).map((input, number) => ({ ...input, metadata: { number } })));
    await memory.close();
  }

  test("readOnly: a file that is there is read, and nothing is written", async () => {
    const path = await newPath();
    expect(await rejection(openAt(path, { readOnly: true }))).toMatchObject({ code: "NOT_FOUND" });
    expect(existsSync(path)).toBe(false);
    await filled(path);
    const before = await readdir(dirname(path));
    await readsAndRefuses(await openAt(path, { readOnly: true, embedder: undefined as never }));
    const other = await openAt(path);
    const reader = await openAt(path, { readOnly: true });
    await other.set({ namespace, key: "new", value: "Written meanwhile." });
    expect((await reader.search({ namespace, query: "meanwhile", limit: 1 })).results[0]).toMatchObject({
      key: "new",
    });
    await reader.close();
    await other.close();
    expect((await readdir(dirname(path))).filter((name) => !before.includes(name))).toEqual([]);
    expect(await rejection(openAt(":memory:", { readOnly: true }))).toMatchObject({ code: "INVALID_INPUT" });
  });

  test("a file system that cannot be written to", async (context) => {
    const disk = await smallDisk(16);
    if (disk === undefined) return context.skip(needsMount);
    await filled(disk.path);
    disk.remount("ro");
    await readsAndRefuses(await openAt(disk.path));
    expect(await rejection(openAt(join(dirname(disk.path), "new.db")))).toMatchObject({
      code: "STORE_FAILED",
    });
    disk.remount("rw");
    expect(await (await openAt(disk.path)).delete({ namespace, key: "k1" })).toEqual({ deleted: 1 });
  });

  test("a folder that cannot be written to, seen by somebody else than root", async (context) => {
    if (process.getuid?.() !== 0) return context.skip("only root can be somebody else");
    const path = await newPath();
    await filled(path);
    chmodSync(dirname(path), 0o755);
    chmodSync(path, 0o644);
    const module = new URL("../src/index.ts", import.meta.url);
    const program = `import { createMemory } from ${JSON.stringify(module.href)};
      const memory = await createMemory({ path: process.argv[1], embedder: false });
      const { results } = await memory.search({ namespace: "${namespace}", query: "note number 7", limit: 1 });
      const written = memory.set({ namespace: "${namespace}", value: "More." });
      console.log(results[0].key, await written.catch((error) => error.code));`;
    const nobody = { uid: 65_534, gid: 65_534, cwd: "/", encoding: "utf8" } as const;
    try {
      execFileSync(
        process.execPath,
        ["-e", `fs.accessSync(${JSON.stringify(fileURLToPath(module))})`],
        nobody,
      );
    } catch {
      return context.skip("others than root may not read this repository");
    }
    const given = ["--conditions=@souvenir/source", "--input-type=module", "-e", program, path];
    expect(execFileSync(process.execPath, given, nobody)).toBe("k7 READ_ONLY\n");
  });

  test("a folder or a file that cannot be written to", async (context) => {
    if (process.platform === "win32" || process.getuid?.() === 0)
      return context.skip("root may write everywhere");
    const path = await newPath();
    await filled(path);
    chmodSync(dirname(path), 0o500);
    try {
      await readsAndRefuses(await openAt(path));
    } finally {
      chmodSync(dirname(path), 0o700);
    }
  });
});

describe("backup", () => {
  test("has everything of one moment, while the memory is written to", async () => {
    const path = await newPath();
    const target = join(dirname(path), "deep", "down", "backup.db");
    const memory = await openAt(path, { embedder: undefined as never });
    await memory.setMany(notes(3_000));
    await memory.delete({ namespace, key: "k0" });
    await memory.set({ ...note(1), value: "A second version." });
    await memory.search({ namespace, query: "harmless" });
    const before = await contents(memory);
    const told: number[] = [];
    const running = memory.backup(target, {
      onProgress: ({ done, total }) => told.push(done / (total ?? Number.NaN)),
    });
    const late = memory.set({ namespace, key: "late", value: "Written meanwhile." });
    const { bytes } = await running;
    await late;
    expect(bytes).toBeGreaterThan(100_000);
    expect(told.at(-1)).toBe(1);
    expect((await readdir(dirname(target))).filter((name) => name !== "backup.db")).toEqual([]);
    const copy = await openAt(target, { embedder: undefined as never });
    const copied = (await contents(copy)).filter((line) => !line.includes('"late"'));
    expect(copied).toEqual(before);
    expect((await copy.search({ namespace, query: "note number 2999", limit: 1 })).results[0]).toMatchObject({
      key: "k2999",
    });
    expect((await copy.stats()).erasures).toEqual({ unscrubbed: 0 });
    // They go their own ways.
    await copy.set({ namespace, key: "only here", value: "Xylophone." });
    expect(
      (await memory.search({ namespace, query: "xylophone" })).results.map(({ key }) => key),
    ).not.toContain("only here");
    await copy.close();

    expect(await rejection(memory.backup(target))).toMatchObject({ code: "INVALID_INPUT" });
    expect(await rejection(memory.backup(path))).toMatchObject({ code: "INVALID_INPUT" });
    const twice = await Promise.allSettled([memory.backup(`${target}1`), memory.backup(`${target}1`)]);
    expect(twice.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const aborted = memory.backup(`${target}2`, { signal: AbortSignal.abort(new Error("enough")) });
    expect(await rejection(aborted)).toMatchObject({ message: "enough" });
    expect(existsSync(`${target}2`)).toBe(false);
    const none = await openAt(":memory:");
    expect(await rejection(none.backup(`${target}3`))).toMatchObject({ code: "UNSUPPORTED" });
  });

  test("what onProgress throws is the backup's failure, and nothing is left of it", async () => {
    const path = await newPath();
    const target = join(dirname(path), "backup.db");
    const memory = await openAt(path);
    await memory.setMany(notes(50));
    // The first look comes at once, not when so small a store is copied.
    const spy = vi.spyOn(globalThis, "setInterval").mockImplementation((look) => {
      setImmediate(look);
      return setTimeout(() => undefined, 0);
    });
    onTestFinished(() => spy.mockRestore());
    let told = 0;
    const onProgress = () => {
      told += 1;
      if (told === 2) throw new Error("nobody to tell");
    };
    expect(await rejection(memory.backup(target, { onProgress }))).toMatchObject({
      message: "nobody to tell",
    });
    expect((await readdir(dirname(path))).filter((name) => name.includes("backup"))).toEqual([]);
    expect(await memory.backup(target)).toMatchObject({ bytes: expect.any(Number) });
  });

  test("that was killed leaves what the next one to the same place removes, and no other", async () => {
    const path = await newPath();
    const target = join(dirname(path), "backup.db");
    const memory = await openAt(path);
    await memory.setMany(notes(30));
    const killed = `
      import { createMemory } from "@souvenir/core";
      const memory = await createMemory({ path: ${JSON.stringify(path)}, embedder: false });
      const onProgress = () => process.kill(process.pid, "SIGKILL");
      await memory.backup(process.argv[1], { onProgress });`;
    const flags = ["--conditions=@souvenir/source", "--input-type=module", "--eval", killed];
    for (const place of [target, `${target}.2`])
      await rejection(promisify(execFile)(process.execPath, [...flags, place], { cwd: import.meta.dirname }));
    const left = async () => (await readdir(dirname(path))).filter((name) => /partial/.test(name));
    expect((await left()).map((name) => name.replace(/\d+-[\da-f-]{36}/, "*")).sort()).toEqual([
      "backup.db.*.partial",
      "backup.db.2.*.partial",
    ]);
    expect(backupDrafts(dirname(path)).map((draft) => [draft.target, draft.running])).toEqual(
      expect.arrayContaining([
        [target, false],
        [`${target}.2`, false],
      ]),
    );
    const seen = new Set<string>();
    const onProgress = () => {
      for (const draft of backupDrafts(dirname(path))) if (draft.running) seen.add(draft.target);
    };
    await memory.backup(target, { onProgress });
    expect([...seen]).toEqual([target]);
    expect(await left()).toEqual([expect.stringMatching(/^backup\.db\.2\..*\.partial$/)]);
    expect((await contents(await openAt(target))).length).toBe(30);
  });

  test("put back in the place of the file it finds what it has, and nothing of what came later", async () => {
    const path = await newPath();
    const target = `${path}.backup`;
    const memory = await openAt(path);
    await memory.setMany(notes(600));
    await memory.search({ namespace, query: "harmless" });
    await memory.backup(target);
    await memory.setMany(
      Array.from({ length: 600 }, (_, index) => ({
        namespace,
        key: `later${index}`,
        value: `Xylophone ${index}.`,
      })),
    );
    await memory.search({ namespace, query: "harmless" });
    await memory.close();
    await copyFile(target, path);
    const again = await openAt(path);
    expect((await again.search({ namespace, query: "xylophone", minScore: 0 })).results).toEqual([]);
    await again.set({ namespace, key: "own", value: "Glockenspiel." });
    expect((await again.search({ namespace, query: "glockenspiel" })).results[0]).toMatchObject({
      key: "own",
    });
    expect((await again.search({ namespace, query: "note number 599", limit: 1 })).results[0]).toMatchObject({
      key: "k599",
    });
  });
});

test("a backup beside the log of the file that was there before is not opened with it", async () => {
  const path = await newPath();
  const [old, target] = [`${path}.old`, `${path}.backup`];
  const memory = await openAt(path);
  await memory.setMany(notes(300));
  await memory.backup(target);
  await memory.setMany(notes(40).map((input) => ({ ...input, key: `later ${input.key}` })));
  // As kill -9 leaves it: the file and its log.
  await copyFile(path, old);
  await copyFile(`${path}-wal`, `${old}-wal`);
  await memory.close();
  await copyFile(target, old);
  for (const readOnly of [false, true])
    expect(await rejection(openAt(old, { readOnly }))).toMatchObject({
      code: "STORE_FAILED",
      message: expect.stringMatching(/-wal.*move it away/),
    });
  renameSync(`${old}-wal`, `${old}-wal.away`);
  expect(await contents(await openAt(old))).toHaveLength(300);
});

test("a long reader in another connection delays no acknowledgement, and what it sees is scrubbed when it ends", async () => {
  const path = await newPath();
  const memory = await openAt(path);
  await memory.setMany(notes(50));
  const reader = new DatabaseSync(path, { readOnly: true });
  reader.exec("BEGIN; SELECT count(*) FROM records;");
  await memory.delete({ namespace, key: "k1" });
  const start = performance.now();
  for (let index = 0; index < 20; index += 1) await memory.set(note(100 + index));
  // Each one waited half a second for the reader.
  expect(performance.now() - start).toBeLessThan(5_000);
  expect((await memory.stats()).erasures).toEqual({ unscrubbed: 1 });
  const scrubbing = memory.scrub();
  await memory.set(note(200));
  reader.exec("COMMIT");
  reader.close();
  expect(await scrubbing).toEqual({ scrubbed: 1 });
  expect((await memory.stats()).erasures).toEqual({ unscrubbed: 0 });
});

test.runIf(process.platform === "linux")(
  "a path where no folder can be made is an error at once",
  async () => {
    await expect(createMemory({ path: "/proc/none/of/it/memory.db" })).rejects.toMatchObject({
      name: "SouvenirError",
    });
  },
);
