// What people write first, and what the error tells them to write instead.
import { createMemory, type Memory } from "@souvenir/core";
import { createApp } from "@souvenir/server";
import { openKeyStore, serve } from "@souvenir/server/node";
import { afterAll, beforeAll, expect, test } from "vitest";

let memory: Memory;
beforeAll(async () => {
  memory = await createMemory({ path: ":memory:", embedder: false });
});
afterAll(() => memory.close());

/** Whoever writes JavaScript is told by nobody else. */
const given = (value: unknown) => value as never;

test.each<[string, () => unknown, string]>([
  ["a memory alone to serve()", () => serve(given(memory)), "{ memory: await createMemory() }"],
  ["a path to serve()", () => serve(given({ path: "x.db" })), "{ memory: await createMemory() }"],
  ["a port in words", () => serve(given({ memory, port: "7077" })), "port: expected an integer"],
  ["options alone to createApp()", () => createApp(given({ memory })), "await createMemory()"],
  ["nothing to createApp()", () => createApp(given(undefined)), "await createMemory()"],
  ["a promise to createApp()", () => createApp(given(Promise.resolve(memory))), "await createMemory()"],
  ["a path alone to openKeyStore()", () => openKeyStore(given("x.keys")), "expected { path }"],
])("%s", async (_, call, remedy) => {
  await expect((async () => call())()).rejects.toMatchObject({
    code: "INVALID_INPUT",
    message: expect.stringContaining(remedy),
  });
});
