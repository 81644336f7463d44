import dns from "node:dns";
import net from "node:net";
import { expect, test, vi } from "vitest";
import { createMemory } from "../src/index.ts";
import { newPath } from "./open-memory.ts";

test("nothing goes over the network with all defaults", async () => {
  const doors = [
    vi.spyOn(net.Socket.prototype, "connect"),
    vi.spyOn(dns, "lookup"),
    vi.spyOn(globalThis, "fetch"),
  ];
  try {
    await using memory = await createMemory({ path: await newPath() });
    const namespace = "ada@example.org";
    await memory.remember({
      namespace,
      thread: "t",
      messages: [{ role: "user", content: "My database is PostgreSQL, says https://example.org/stack." }],
    });
    expect(await memory.flush()).toEqual({ pending: 0, failed: 0 });
    expect((await memory.stats()).vectors).toBe(1);
    expect((await memory.recall({ namespace, query: "Which database am I using?" })).text).toContain(
      "PostgreSQL",
    );
    expect((await memory.entities({ namespace })).map(({ type }) => type)).toContain("url");
    for (const door of doors) expect(door).not.toHaveBeenCalled();
  } finally {
    for (const door of doors) door.mockRestore();
  }
});
