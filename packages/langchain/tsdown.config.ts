import { defineConfig, type UserConfig } from "tsdown";

const config: UserConfig = defineConfig({
  entry: ["src/index.ts", "src/store.ts", "src/middleware.ts", "src/saver.ts"],
  format: "esm",
  dts: true,
  platform: "node",
  target: "node22",
});

export default config;
