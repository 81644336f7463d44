import { defineConfig, type UserConfig } from "tsdown";

const config: UserConfig = defineConfig({
  // Threads have files of their own, which no other one imports.
  entry: {
    index: "src/index.ts",
    moving: "src/moving.ts",
    provider: "src/provider/index.ts",
    sqlite: "src/sqlite.ts",
    store: "src/store/index.ts",
    "file-worker": "src/store/file-worker.ts",
    "worker-search": "src/workers/worker-search.ts",
    "search-thread": "src/workers/search-thread.ts",
    "sqlite-store": "src/store/sqlite-store.ts",
    "sqlite-connection": "src/store/sqlite-connection.ts",
    "no-sqlite": "src/store/no-sqlite.ts",
  },
  // Chosen where it is used: bundles for runtimes without SQLite take the file that has none.
  external: [/^#(?:sqlite|worker)-/],
  format: "esm",
  dts: { sourcemap: true },
  sourcemap: true,
  // Sources are in the package.
  outputOptions: { sourcemapExcludeSources: true },
  platform: "node",
  target: "node22",
});

export default config;
