import { availableParallelism } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

const cache = join(import.meta.dirname, "node_modules/.cache");
// Tests start some hundreds of processes of the same sources, which Node compiles once and keeps here. What is kept is
// not compiled to be counted.
if (!process.argv.includes("--coverage")) process.env.NODE_COMPILE_CACHE ??= join(cache, "node");

// Node runs the sources as they are, in tests too: there is nothing to transform. Before 24 it knows no `using`: there
// Vitest loads them.
const runsSources = Number.parseInt(process.versions.node, 10) >= 24;
const conditions = ["@souvenir/source", "module", "node", "development|production"];

/** They change what all of a process shares (globals, the current folder), want to be first in it, or take much memory. */
const alone = [
  "packages/core/test/edge-requests.test.ts",
  "packages/core/test/event-loop-turns.test.ts",
  "packages/core/test/faults.test.ts",
  "packages/core/test/network.test.ts",
  "packages/mastra/test/project-path.test.ts",
  "packages/mastra/test/two-users.test.ts",
  "packages/orama/test/vector-fallback.test.ts",
  "packages/postgres/test/embedded.test.ts",
  "packages/server/test/keys.test.ts",
  "packages/static/test/model.test.ts",
  "test/erasure.test.ts",
];
const exclude = ["**/node_modules/**", "**/dist/**"];

export default defineConfig({
  ssr: { resolve: { conditions } },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "together",
          // What a file imports, the next ones have: loading frameworks anew for each takes as long as most tests.
          isolate: false,
          include: ["packages/*/{src,test}/**/*.test.ts", "{test,examples}/**/*.test.ts"],
          exclude: [...exclude, ...alone],
        },
      },
      { extends: true, test: { name: "alone", include: alone, exclude } },
    ],
    execArgv: ["--conditions=@souvenir/source"],
    experimental: { viteModuleRunner: !runsSources, nodeLoader: false },
    // By default one core is left to Vitest itself, which has nothing to do: of two, half would stand idle.
    maxWorkers: availableParallelism(),
    // They end what hangs, and no test that a busy machine makes slow: tests have no limits of their own.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 120_000 } },
    coverage: {
      include: ["packages/*/src/**/*.ts"],
      reporter: ["text", "html"],
      reportsDirectory: join(cache, "coverage"),
    },
  },
});
