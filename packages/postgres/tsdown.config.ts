import { defineConfig, type UserConfig } from "tsdown";

const config: UserConfig = defineConfig({
  entry: ["src/index.ts"],
  format: "esm",
  dts: { sourcemap: true },
  sourcemap: true,
  // Sources are in the package.
  outputOptions: { sourcemapExcludeSources: true },
  platform: "node",
  target: "node22",
});

export default config;
