import { defineConfig, type UserConfig } from "tsdown";

const config: UserConfig = defineConfig({
  entry: {
    index: "src/index.ts",
    client: "src/client/index.ts",
    import: "src/import/index.ts",
    node: "src/node/index.ts",
    postgres: "src/postgres/index.ts",
    cli: "src/cli/main.ts",
  },
  format: "esm",
  dts: { sourcemap: true },
  sourcemap: true,
  // Sources are in the package.
  outputOptions: { sourcemapExcludeSources: true },
  platform: "node",
  target: "node22",
});

export default config;
