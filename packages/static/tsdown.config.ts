import { defineConfig, type UserConfig } from "tsdown";

const config: UserConfig = defineConfig({
  entry: ["src/index.ts"],
  format: "esm",
  dts: { sourcemap: true },
  sourcemap: true,
  // Sources are in the package.
  outputOptions: { sourcemapExcludeSources: true },
  platform: "neutral",
  fixedExtension: true,
  target: "es2024",
  copy: ["src/souvenir-static-256-1.bin"],
});

export default config;
