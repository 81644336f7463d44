import { execFileSync } from "node:child_process";
import crypto from "node:crypto";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMemory } from "@souvenir/core";
import fc from "fast-check";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Grant, Permission } from "../src/api/wire.ts";
import { allows } from "../src/keys/grants.ts";
import type { KeyStore } from "../src/keys/key-store.ts";
import type { VerifiedKey } from "../src/keys/verified-key.ts";
import { keysPath, openKeyStore } from "../src/node/key-file.ts";

const compared: [number, number][] = [];
const { timingSafeEqual } = crypto;
crypto.timingSafeEqual = (one, other) => {
  compared.push([one.byteLength, other.byteLength]);
  return timingSafeEqual(one, other);
};
syncBuiltinESMExports();
afterAll(() => {
  crypto.timingSafeEqual = timingSafeEqual;
  syncBuiltinESMExports();
});

const grants: Grant[] = [{ prefix: "team/", permission: "write" }];
const day = 86_400_000;
let folder: string;
let now: number;
let opened: KeyStore[];
const open = (name = "memory.db.keys") => {
  const keys = openKeyStore({ path: join(folder, name), clock: () => now });
  opened.push(keys);
  return keys;
};
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "souvenir-keys-"));
  now = Date.UTC(2026, 10, 25);
  opened = [];
});
afterEach(async () => {
  for (const keys of opened) keys.close();
  await rm(folder, { recursive: true, force: true });
});

test("a key is shown once: the file has its hash only, for its owner only", async () => {
  const keys = open();
  const { key, id } = keys.create({ name: "ci", grants });
  expect(key).toMatch(/^svr_[0-9a-f]{18}_[\w-]{43}$/);
  expect(keys.verify(key)).toMatchObject({ id, name: "ci", grants });
  const secret = key.split("_").slice(2).join("_");
  const files = await readdir(folder);
  expect(files).toContain("memory.db.keys");
  for (const file of files) {
    expect((await stat(join(folder, file))).mode & 0o077, file).toBe(0);
    const bytes = await readFile(join(folder, file));
    expect(bytes.includes(secret), file).toBe(false);
    expect(bytes.includes(Buffer.from(secret, "base64url")), file).toBe(false);
  }
  expect(JSON.stringify(keys.list())).not.toContain(secret);
});

test("keys survive a restart, and are no part of the memory beside them", async () => {
  const path = join(folder, "memory.db");
  const memory = await createMemory({ path });
  const first = openKeyStore({ path: keysPath(path), clock: () => now });
  const { key, id } = first.create({ name: "ci", grants, rate_limit: 5, quota: { writes_per_day: 3 } });
  first.close();
  const second = open();
  expect(second.any()).toBe(true);
  expect(second.verify(key)).toEqual({ id, name: "ci", grants, rateLimit: 5, quota: { writes_per_day: 3 } });
  expect(await memory.namespaces()).toEqual([]);
  expect(await Array.fromAsync(memory.export())).toEqual([]);
  await memory.close();
});

test("what another process revokes or creates counts at once", () => {
  const [here, there] = [open(), open()];
  expect(here.any()).toBe(false);
  const { key, id } = there.create({ name: "ci", grants });
  expect(here.any()).toBe(true);
  expect(here.verify(key)?.id).toBe(id);
  expect(there.revoke(id)).toMatchObject({ id, revoked_at: new Date(now).toISOString() });
  expect(here.verify(key)).toBeUndefined();
  now += 1000;
  expect(here.revoke(id)?.revoked_at).toBe(new Date(now - 1000).toISOString());
  expect(here.revoke("none")).toBeUndefined();
  expect(here.any()).toBe(true);
});

test("a key ends when it expires, to the millisecond", () => {
  const keys = open();
  const { key } = keys.create({ name: "ci", grants, expires_at: now + 100 });
  now += 99;
  expect(keys.verify(key)).toBeDefined();
  now += 1;
  expect(keys.verify(key)).toBeUndefined();
});

test("every answer compares two hashes of the same length, whatever was presented", () => {
  const keys = open();
  const { key } = keys.create({ name: "ci", grants });
  const wrong = `${key.slice(0, -2)}${key.endsWith("AA") ? "BB" : "AA"}`;
  const unknown = `svr_${"0".repeat(18)}_${"A".repeat(43)}`;
  for (const token of [key, wrong, unknown, "", "svr_", key.slice(0, -1), `${key}A`, "é".repeat(500)]) {
    compared.length = 0;
    expect(keys.verify(token) !== undefined, token).toBe(token === key);
    expect(compared, token).toEqual([[32, 32]]);
  }
});

test("quotas are for a day, for all processes, and a refused request counts nothing", () => {
  const [here, there] = [open(), open()];
  const created = here.create({ name: "ci", grants, quota: { requests_per_day: 3, writes_per_day: 10 } });
  const key = here.verify(created.key)!;
  expect(here.spend(key, { requests: 1, writes: 0 })).toBe(true);
  expect(there.spend(key, { requests: 1, writes: 8 })).toBe(true);
  expect(here.spend(key, { requests: 0, writes: 3 })).toBe(false);
  expect(here.spend(key, { requests: 0, writes: 2 })).toBe(true);
  expect(here.spend(key, { requests: 1, writes: 0 })).toBe(true);
  expect(there.spend(key, { requests: 1, writes: 0 })).toBe(false);
  expect(here.list()[0]).toMatchObject({ usage_today: { requests: 3, writes: 10 } });
  now += day;
  expect(there.spend(key, { requests: 1, writes: 11 })).toBe(false);
  expect(there.spend(key, { requests: 1, writes: 10 })).toBe(true);
  now += 123_456;
  expect(there.spend(key, { requests: 1, writes: 0 })).toBe(true);
  expect(there.list()[0]?.last_used_at).toBe("2026-11-26T00:02:00.000Z");
});

test("on a full disk a request is not refused because it cannot be counted", async (context) => {
  const disk = join(folder, "disk");
  await mkdir(disk);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], { stdio: "ignore" });
  } catch {
    return context.skip("mounting a file system needs root");
  }
  try {
    const keys = openKeyStore({ path: join(disk, "keys"), clock: () => now });
    const { key } = keys.create({ name: "tenant", grants, quota: { requests_per_day: 9 } });
    const verified = keys.verify(key) as VerifiedKey;
    const fill = () => writeFile(join(disk, String(Math.random())), Buffer.alloc(4096));
    for (let size = 0; size < 2 ** 20; size += 4096) await fill().catch(() => {});
    for (let next = 0; next < 400; next++) {
      now += 60_000;
      expect(keys.spend(verified, { requests: 0, writes: 1 })).toBe(true);
    }
    keys.close();
  } finally {
    execFileSync("umount", ["-l", disk]);
  }
});

describe("a file that cannot be used is named", () => {
  test("not a file of keys", async () => {
    await writeFile(join(folder, "bad.keys"), "this is no database, whatever it is called ".repeat(50));
    expect(() => open("bad.keys")).toThrow(expect.objectContaining({ code: "STORE_CORRUPT" }));
  });
  test("of a newer version", async () => {
    const { DatabaseSync } = await import("node:sqlite");
    const database = new DatabaseSync(join(folder, "new.keys"));
    database.exec("PRAGMA user_version = 99");
    database.close();
    expect(() => open("new.keys")).toThrow(expect.objectContaining({ code: "STORE_TOO_NEW" }));
  });
  test("in a folder that is a file", async () => {
    await writeFile(join(folder, "file"), "");
    await chmod(join(folder, "file"), 0o600);
    expect(() => open("file/x.keys")).toThrow(expect.objectContaining({ code: "STORE_FAILED" }));
  });
});

test("grants agree with a slow reference", () => {
  const rank = ["read", "write", "admin"];
  const name = fc.string({ unit: fc.constantFrom("a", "b", "/", "A", "é") });
  const permission = fc.constantFrom<Permission>("read", "write", "admin");
  const grant = fc.oneof(
    fc.record({ namespace: name, permission }),
    fc.record({ prefix: name, permission }),
  ) as fc.Arbitrary<Grant>;
  fc.assert(
    fc.property(fc.array(grant), permission, name, (given, wanted, namespace) => {
      let expected = false;
      for (const one of given) {
        const enough = rank.indexOf(one.permission) >= rank.indexOf(wanted);
        const covered = "prefix" in one ? namespace.indexOf(one.prefix) === 0 : one.namespace === namespace;
        if (enough && covered) expected = true;
      }
      expect(allows(given, wanted, namespace)).toBe(expected);
    }),
    { seed: 20261125, numRuns: 500 },
  );
});
