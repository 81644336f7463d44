import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createMemory } from "@souvenir/core";
import { createCorpus } from "./corpus.ts";

export interface WriteResult {
  name: string;
  perSecond: number;
}

/** Durable writes a second: each call resolves after its text is synced to disk. */
export async function measureWrites(seed: number): Promise<WriteResult[]> {
  const corpus = createCorpus({ seed, dimensions: 2 });
  const results: WriteResult[] = [];
  const timed = async (name: string, count: number, run: () => unknown) => {
    const start = performance.now();
    await run();
    results.push({ name, perSecond: (count / (performance.now() - start)) * 1000 });
  };
  const folder = mkdtempSync(join(tmpdir(), "souvenir-writes-"));
  try {
    const memory = await createMemory({ path: join(folder, "memory.db"), embedder: false });
    const texts = Array.from({ length: 20_000 }, (_, document) => corpus.text(document));
    const input = (key: string, index: number) => ({
      namespace: "bench",
      key,
      value: texts[index] as string,
    });
    // The first texts warm the compiler up, as any process that runs for more than a second is.
    await memory.setMany(texts.slice(0, 2_000).map((_, index) => input(`warm${index}`, index)));
    await timed("souvenir: set(), one caller", 2_000, async () => {
      for (let index = 0; index < 2_000; index += 1) await memory.set(input(`a${index}`, index));
    });
    await timed("souvenir: set(), 64 callers", 10_000, async () => {
      let next = 0;
      const caller = async () => {
        for (let index = next++; index < 10_000; index = next++) await memory.set(input(`b${index}`, index));
      };
      await Promise.all(Array.from({ length: 64 }, caller));
    });
    await timed("souvenir: setMany()", 20_000, () =>
      memory.setMany(texts.map((_, index) => input(`c${index}`, index))),
    );
    await memory.close();

    const database = new DatabaseSync(join(folder, "plain.db"));
    database.exec(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (key TEXT PRIMARY KEY, value TEXT)",
    );
    const insert = database.prepare("INSERT INTO t VALUES (?, ?)");
    await timed("for comparison: bare SQLite table, a commit each", 2_000, () => {
      for (let index = 0; index < 2_000; index += 1) insert.run(`a${index}`, texts[index] as string);
    });
    database.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return results;
}
