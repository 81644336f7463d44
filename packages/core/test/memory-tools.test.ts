import { expect, test } from "vitest";
import { type MemoryToolName, memoryToolSet } from "../src/index.ts";
import { openMemory } from "./open-memory.ts";

const namespace = "ada";
const tool = (name: MemoryToolName) =>
  memoryToolSet.find((each) => each.name === name) as (typeof memoryToolSet)[0];

test("a model remembers, recalls, lists, replaces and forgets", async () => {
  const memory = await openMemory(":memory:");
  const call = (name: MemoryToolName, input: unknown) => tool(name).run({ memory, namespace, input });
  const stored = await call("remember", { text: "Ada is allergic to nuts.", tags: ["health"], key: null });
  expect(await call("remember", { text: " Ada is  allergic to nuts. " })).toMatchObject({
    output: { key: stored.output?.key },
  });
  const found = await call("recall", { query: "What is Ada allergic to?", limit: null });
  expect(found.text).toMatch(
    /^<souvenir-memories>[\s\S]*allergic to nuts[\s\S]*<\/souvenir-memories>\nTheir keys/,
  );
  expect(found.output?.memories).toMatchObject([
    { key: stored.output?.key, tags: ["health"], score: expect.any(Number) },
  ]);
  const key = stored.output?.key as string;
  await call("remember", { text: "Ada is allergic to peanuts.", key });
  expect(await call("list", {})).toMatchObject({
    output: { memories: [{ key, text: "Ada is allergic to peanuts.", tags: ["health"] }] },
  });
  expect(await call("remember", { text: "Late.", key, if_version: 1 })).toMatchObject({
    error: { code: "VERSION_CONFLICT" },
  });
  expect(await call("forget", { keys: [key] })).toMatchObject({ text: "Erased 1.", output: { deleted: 1 } });
  expect((await call("list", { cursor: null })).text).toBe("Nothing is remembered.");
});

test("what a model writes wrongly is told to it, and nothing is done", async () => {
  const memory = await openMemory(":memory:");
  for (const [name, input, message] of [
    ["remember", {}, /remember: text/],
    ["remember", { text: "  " }, /text/],
    ["remember", { text: "x", namespace: "bob" }, /there is no option "namespace"/],
    ["recall", { query: "x", limit: 51 }, /from 1 to 50/],
    ["recall", { query: 5 }, /query/],
    ["forget", { keys: [] }, /keys/],
    ["forget", { keys: ["a", "b"], if_version: 1 }, /one key/],
    ["forget", "everything", /forget/],
  ] as const)
    expect((await tool(name).run({ memory, namespace, input })).text, JSON.stringify(input)).toMatch(message);
  expect(await memory.namespaces()).toEqual([]);
});

test("without a namespace nothing is read or written, and somebody is told", async () => {
  const memory = await openMemory(":memory:");
  const told: unknown[] = [];
  for (const { name, run } of memoryToolSet) {
    const input = { remember: { text: "x" }, recall: { query: "x" }, list: {}, forget: { keys: ["x"] } }[
      name
    ];
    const answer = await run({
      memory,
      namespace: undefined as unknown as string,
      input,
      onError: (_, event) => void told.push(event.stage),
    });
    expect(answer.text).toBe("The memory is not available now. Go on without it.");
  }
  expect(told).toEqual(["tool", "tool", "tool", "tool"]);
});
