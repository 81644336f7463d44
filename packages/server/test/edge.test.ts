import { EdgeVM } from "@edge-runtime/vm";
import { edgeBundle } from "@souvenir/test/edge-bundle";
import { expect, test } from "vitest";
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

test("client and app run in an edge runtime", async () => {
  const code = await edgeBundle(program, import.meta.url);
  expect(code).not.toMatch(/["']node:/);
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
