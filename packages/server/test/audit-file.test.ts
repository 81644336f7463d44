import { mkdir, mkdtemp, readFile, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { auditFile } from "../src/node/index.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "souvenir-audit-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const event = (request: string) =>
  ({ at: "2026-11-25T08:00:00.000Z", request, key: null, operation: "memorySet", outcome: "done" }) as const;
const requestsIn = async (path: string) =>
  (await readFile(path, "utf8"))
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line).request as string);

test("each event is a line in order, on disk when the call is over, for the owner only", async () => {
  const path = join(folder, "audit.jsonl");
  const audit = auditFile(path);
  const names = Array.from({ length: 200 }, (_, n) => `r${n}`);
  await Promise.all(names.map(async (name) => audit(event(name))));
  expect(await requestsIn(path)).toEqual(names);
  expect((await stat(path)).mode & 0o077).toBe(0);
});

test("two writers share a file, and it may be moved away", async () => {
  const path = join(folder, "audit.jsonl");
  const [one, other] = [auditFile(path), auditFile(path)];
  for (let n = 0; n < 50; n++) await Promise.all([one(event(`a${n}`)), other(event(`b${n}`))]);
  const seen = await requestsIn(path);
  expect(seen).toHaveLength(100);
  expect(seen.filter((name) => name.startsWith("a"))).toEqual(Array.from({ length: 50 }, (_, n) => `a${n}`));
  await rename(path, `${path}.1`);
  await one(event("after"));
  expect(await requestsIn(path)).toEqual(["after"]);
});

test("a file that cannot be written fails the call, and the next one tries again", async () => {
  const audit = auditFile(join(folder, "missing", "audit.jsonl"));
  await expect(audit(event("lost"))).rejects.toThrow(/ENOENT/);
  await mkdir(join(folder, "missing"));
  await audit(event("kept"));
  expect(await requestsIn(join(folder, "missing", "audit.jsonl"))).toEqual(["kept"]);
});
