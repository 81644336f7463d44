/**
 * `npm run bench:encryption`: what encryption of the file costs: the processor's time for writes, reads, a search and opening,
 * and bytes, of a plain file and an encrypted one in turns. Waiting for the disk is not in it, and is the same for both.
 *
 * `npm run bench:encryption -- --records 2000 --rounds 3`
 */
import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createMemory, type Memory } from "@souvenir/core";
import { encryptFile, rotateEncryptionKey } from "@souvenir/core/sqlite";

const { values } = parseArgs({
  options: { records: { type: "string", default: "2000" }, rounds: { type: "string", default: "3" } },
});
const [records, rounds] = [Number(values.records), Number(values.rounds)];
const key = randomBytes(32);
const folder = await mkdtemp(join(tmpdir(), "souvenir-encryption-"));
const words = "apple river lantern copper meadow violin harbour saffron orchard marble thistle ember".split(
  " ",
);
const input = (place: number) => ({
  namespace: "bench",
  key: `k${place}`,
  value: Array.from(
    { length: 40 },
    (_, at) => words[(place * 7 + at * (1 + (place % 5))) % words.length],
  ).join(" "),
  tags: [`tag-${place % 10}`],
  metadata: { shelf: place % 100 },
});
const kinds = ["plain", "encrypted"] as const;
const times: Record<string, Record<(typeof kinds)[number], number[]>> = {};

async function timed(what: string, kind: (typeof kinds)[number], run: () => Promise<unknown>): Promise<void> {
  const start = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(start);
  times[what] ??= { plain: [], encrypted: [] };
  times[what][kind].push((user + system) / 1_000);
}

const open = (path: string, kind: (typeof kinds)[number]): Promise<Memory> =>
  createMemory({ path, embedder: false, ...(kind === "encrypted" ? { encryption: { key } } : {}) });

async function bytesAt(path: string): Promise<number> {
  let bytes = (await stat(path)).size;
  for (const name of await readdir(`${path}.index`).catch(() => []))
    bytes += (await stat(join(`${path}.index`, name))).size;
  return bytes;
}

const bytes: Record<string, number> = {};
try {
  for (let round = 0; round < rounds; round += 1)
    for (const kind of kinds) {
      const path = join(folder, `${kind}-${round}.db`);
      let memory = await open(path, kind);
      await timed(`set, one by one, ${Math.ceil(records / 20)}`, kind, async () => {
        for (let place = 0; place < records / 20; place += 1) await memory.set(input(place));
      });
      await timed(`setMany, ${records}`, kind, () =>
        memory.setMany(Array.from({ length: records }, (_, place) => input(records + place))),
      );
      await timed(`get, one by one, ${records}`, kind, async () => {
        for (let place = 0; place < records; place += 1)
          await memory.get({ namespace: "bench", key: `k${records + place}` });
      });
      await memory.search({ namespace: "bench", query: "saffron harbour" });
      await timed("search, 50", kind, async () => {
        for (let at = 0; at < 50; at += 1)
          await memory.search({ namespace: "bench", query: `${words[at % 12]} ${words[(at * 5) % 12]}` });
      });
      await memory.close();
      bytes[kind] = await bytesAt(path);
      await timed("open, first search", kind, async () => {
        memory = await open(path, kind);
        await memory.search({ namespace: "bench", query: "saffron harbour" });
      });
      await memory.close();
      if (kind === "plain")
        await timed("encryptFile()", "encrypted", () => encryptFile({ path, encryption: { key } }));
      else
        await timed("rotateEncryptionKey()", kind, () =>
          rotateEncryptionKey({ path, encryption: { key }, newKey: randomBytes(32) }),
        );
    }
  const best = (list: readonly number[]) => Math.min(...list);
  console.log(
    `${records} memories of about 280 characters, best of ${rounds} rounds, Node ${process.versions.node}\n`,
  );
  console.log("| | plain, CPU ms | encrypted, CPU ms | |\n|---|---:|---:|---:|");
  for (const [what, { plain, encrypted }] of Object.entries(times)) {
    const ratio = plain.length === 0 ? "" : `× ${(best(encrypted) / best(plain)).toFixed(2)}`;
    const before = plain.length === 0 ? "" : best(plain).toFixed(1);
    console.log(`| ${what} | ${before} | ${best(encrypted).toFixed(1)} | ${ratio} |`);
  }
  const { plain = 0, encrypted = 0 } = bytes;
  const size = (given: number) => `${(given / 1e6).toFixed(2)} MB`;
  console.log(
    `| file and snapshot | ${size(plain)} | ${size(encrypted)} | × ${(encrypted / plain).toFixed(2)} |`,
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}
