import { createMemory } from "@souvenir/core";
import { expect, onTestFinished, test } from "vitest";
import { createApp } from "../src/http/app.ts";
import { openKeyStore } from "../src/node/index.ts";
import { cliFolder } from "./run-cli.ts";
import { all } from "./test-server.ts";

const card = "4111 1111 1111 1111";

test("a server refuses what its memory does not keep, with the field and the kind, and says nothing of the text", async () => {
  const memory = await createMemory({ path: ":memory:", embedder: false, safety: { cards: "block" } });
  onTestFinished(() => memory.close());
  const keys = openKeyStore({ path: ":memory:" });
  onTestFinished(() => keys.close());
  const app = createApp(memory, { keys });
  const Authorization = `Bearer ${keys.create({ name: "test", grants: [all] }).key}`;
  const send = (path: string, body: string, type = "application/json") =>
    app.fetch(
      new Request(`http://localhost:7077${path}`, {
        method: "POST",
        headers: { "Content-Type": type, Authorization },
        body,
      }),
    );
  const refused = await send("/v1/memory-set", JSON.stringify({ key: "a", value: `Card ${card}` }));
  const text = await refused.text();
  expect([refused.status, JSON.parse(text)]).toEqual([
    400,
    {
      error: {
        code: "CONTENT_BLOCKED",
        message: expect.any(String),
        details: { where: "value", kinds: { card: 1 } },
      },
    },
  ]);
  expect(text).not.toContain("4111");
  // Of a file, the entry is named and the rest is kept.
  const lines = [`My card: ${card}`, "My cat is Mia."]
    .map((content) => `${JSON.stringify({ role: "user", content })}\n`)
    .join("");
  expect(await (await send("/v1/import", lines, "application/x-ndjson")).json()).toMatchObject({
    imported: 1,
    refusals: [{ where: "line 1", reason: expect.stringContaining("card") }],
  });
  const stats = await app.fetch(
    new Request("http://localhost:7077/v1/stats", { headers: { Authorization } }),
  );
  expect(await stats.json()).toMatchObject({ safety: { blocked: { card: 2 } } });
});

test("souvenir set --safety, and souvenir scan", async () => {
  const folder = await cliFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  const none = ["--embedder", "none"];
  expect(await folder.run(["set", "a", `Card ${card}`, "--safety", "cards=block", ...none])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^(?!.*4111).*card/),
  });
  await folder.run(["set", "b", `Card ${card}, mail ada@example.com`, ...none], {
    env: { SOUVENIR_SAFETY: "personal=redact" },
  });
  const { stdout } = await folder.run(["scan", ...none]);
  expect(stdout).toBe("scanned 1 memory: 1 hold what perhaps should not be kept\ncard: 1\n");
  expect(JSON.parse((await folder.run(["scan", "--fix", "--json", ...none])).stdout)).toEqual({
    scanned: 1,
    memories: 1,
    found: { card: 1 },
    fixed: 1,
  });
  expect((await folder.run(["get", "b"])).stdout).toContain("Card [redacted: card], mail [redacted: email]");
});
