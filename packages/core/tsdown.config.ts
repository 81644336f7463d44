import { defineConfig, type UserConfig } from "tsdown";

const config: UserConfig = defineConfig({
  // The worker is a file of its own, which no other one imports.
  entry: {
    index: "src/index.ts",
    provider: "src/provider/index.ts",
    sqlite: "src/sqlite.ts",
    "file-worker": "src/store/file-worker.ts",
  },
  format: "esm",
  dts: true,
  platform: "node",
  target: "node22",
});

export default config;
