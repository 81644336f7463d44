import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { EdgeVM } from "@edge-runtime/vm";
import { build } from "tsdown";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serve } from "../src/node/index.ts";
import { all, startTestServer } from "./test-server.ts";

/** The client at the edge, and a whole server there too, with a memory in memory. */
const program = `
import { createMemory } from "@souvenir/core";
import { createApp } from "@souvenir/server";
import { connectMemory } from "@souvenir/server/client";

globalThis.handle = async (url, key) => {
  const there = connectMemory({ url, key });
  await there.set({ namespace: "ada", key: "dog", value: "Rex is a dog." });
  const { results } = await there.search({ namespace: "ada", query: "dog" });
  const exported = [];
  for await (const { key } of there.export()) exported.push(key);

  const app = createApp(await createMemory({ path: ":memory:" }), { open: true });
  const here = connectMemory({ url: "http://localhost", fetch: (url, init) => app.fetch(new Request(url, init)) });
  await here.setMany([{ namespace: "ada", value: "Rex is brown." }]);
  const { text } = await here.recall({ namespace: "ada", query: "Which colour is Rex?" });
  return [results[0].key, exported, text.includes("brown"), await here.namespaces()];
};
`;

let folder: string;
let code: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "souvenir-edge-"));
  const [bundle] = await build({
    config: false,
    entry: { edge: "virtual:program" },
    outDir: folder,
    format: "iife",
    platform: "browser",
    dts: false,
    silent: true,
    logLevel: "silent",
    noExternal: [/.*/],
    inlineOnly: false,
    inputOptions: { resolve: { conditionNames: ["@souvenir/source", "edge-light", "import", "default"] } },
    plugins: [
      {
        name: "program",
        resolveId(id: string) {
          if (id === "virtual:program") return fileURLToPath(new URL("program.ts", import.meta.url));
          return id.endsWith("/sqlite-store.ts") ? { id: "sqlite-store", external: true } : undefined;
        },
        load: (id: string) => (id.endsWith("program.ts") ? program : undefined),
      },
    ],
  } as Parameters<typeof build>[0]);
  const chunk = bundle?.chunks.find((each) => each.type === "chunk" && each.isEntry);
  code = await readFile(join(folder, chunk!.fileName), "utf8");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("client and app run in an edge runtime", async () => {
  expect(code).not.toMatch(/["']node:(?!sqlite)/);
  const server = await startTestServer();
  const running = await serve({ memory: server.memory, keys: server.keys, port: 0 });
  const { key } = server.key([all]);
  const vm = new EdgeVM();
  vm.evaluate(code);
  const handle = vm.evaluate<(url: string, key: string) => Promise<unknown>>("globalThis.handle");
  expect(JSON.parse(JSON.stringify(await handle(running.url, key)))).toEqual(["dog", ["dog"], true, ["ada"]]);
  await running.close();
  await server.close();
});
