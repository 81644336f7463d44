import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InMemoryStore } from "../packages/core/src/store/in-memory-store.ts";
import { SqliteStore } from "../packages/core/src/store/sqlite-store.ts";
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
    dropsSnapshots: "it keeps none: a snapshot is a cache, and would live no longer than the index",
    refusesStaleSnapshots: "it keeps none: a snapshot is a cache, and would live no longer than the index",
  },
);

storeSuite("SqliteStore", () => {
  const folder = mkdtempSync(join(tmpdir(), "souvenir-store-"));
  const path = join(folder, "memory.db");
  return { open: () => new SqliteStore({ path }), remove: () => rmSync(folder, { recursive: true }) };
});
