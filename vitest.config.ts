import { defineConfig } from "vitest/config";

const conditions = ["@souvenir/source", "module", "node", "development|production"];

export default defineConfig({
  ssr: { resolve: { conditions } },
  test: {
    include: [
      "packages/*/src/**/*.test.ts",
      "packages/*/test/**/*.test.ts",
      "test/**/*.test.ts",
      "examples/**/*.test.ts",
    ],
    exclude: ["**/node_modules/**", "**/dist/**"],
    execArgv: ["--conditions=@souvenir/source"],
    testTimeout: 30_000,
  },
});
