import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { InMemoryStore } from "../packages/core/src/store/in-memory-store.ts";
import { sqliteStore } from "../packages/core/src/store/sqlite-store.ts";
import { storeSuite } from "./src/store-suite.ts";

storeSuite(
  "InMemoryStore",
  () => {
    const store = new InMemoryStore();
    return { open: () => store };
  },
  {
    reopens: "its records end with the handle",
    sharesHandles: "it lives in one handle",
    keepsSnapshots: "it keeps none: a snapshot is a cache, and would live no longer than the index",
    removesStaleSnapshots: "it keeps none: a snapshot is a cache, and would live no longer than the index",
    refusesStaleSnapshots: "it keeps none: a snapshot is a cache, and would live no longer than the index",
  },
);

storeSuite("SqliteStore", () => {
  const folder = mkdtempSync(join(tmpdir(), "souvenir-store-"));
  const path = join(folder, "memory.db");
  return { open: () => sqliteStore({ path }), remove: () => rmSync(folder, { recursive: true }) };
});

storeSuite("SqliteStore, encrypted", () => {
  const folder = mkdtempSync(join(tmpdir(), "souvenir-store-"));
  const options = { path: join(folder, "memory.db"), key: { key: randomBytes(32) } };
  return { open: () => sqliteStore(options), remove: () => rmSync(folder, { recursive: true }) };
});

test("the store in memory needs nothing of Node", () => {
  const seen = new Map<string, string>();
  const read = (file: URL) => {
    if (seen.has(file.href)) return;
    const text = readFileSync(file, "utf8");
    seen.set(file.href, text);
    for (const [statement, name] of text.matchAll(/^(?:import|export)[^;]*?from "([^"]+)";/gm)) {
      if (statement.startsWith("import type")) continue;
      expect(name).toMatch(/^\.\.?\//);
      read(new URL(name ?? "", file));
    }
  };
  read(new URL("../packages/core/src/store/in-memory-store.ts", import.meta.url));
  expect(seen.size).toBeGreaterThan(4);
  for (const [file, text] of seen) expect(text, file).not.toMatch(/"node:|\bBuffer\.|\bprocess\./);
});
