// Lets schemathesis (https://schemathesis.io, version 4) look for requests that the OpenAPI document describes and the server
// refuses, and the other way round: npm run test:schemathesis -- [options of its own]. Its command is found at SCHEMATHESIS.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMemory } from "@souvenir/core";
import { openKeyStore, serve } from "../src/node/index.ts";
import { repeating } from "./test-server.ts";

const memory = await createMemory({
  path: ":memory:",
  embedder: false,
  facts: {
    extractor: {
      id: "none",
      usage: { calls: 0, inputTokens: 0, outputTokens: 0 },
      extract: async () => [],
    },
  },
});
const keys = openKeyStore({ path: ":memory:" });
const revoke = keys.revoke.bind(keys);
const { id, key } = keys.create({
  name: "schemathesis",
  grants: [{ prefix: "", permission: "admin" }],
  rate_limit: 1_000_000,
});
// It must not lock itself out.
keys.revoke = (other) => (other === id ? undefined : revoke(other));
const failures: unknown[] = [];
const server = await serve({
  memory,
  keys,
  port: 0,
  // A stream that is followed ends, once it has told what there is.
  followMs: 1,
  chat: repeating,
  chatLimit: 1_000_000,
  logger: { error: (message, details) => failures.push({ message, ...details }) },
});
const folder = await mkdtemp(join(tmpdir(), "souvenir-schemathesis-"));
try {
  const options = process.argv.slice(2);
  const schemathesis = spawn(
    process.env.SCHEMATHESIS ?? "st",
    [
      "run",
      `${server.url}/openapi.json`,
      "--header",
      `Authorization: Bearer ${key}`,
      "--no-color",
      ...options,
    ],
    { cwd: folder, stdio: "inherit" },
  );
  const [code] = (await once(schemathesis, "exit")) as [number | null];
  for (const failure of failures) console.error(failure);
  process.exitCode = code === 0 && failures.length === 0 ? 0 : 1;
} finally {
  await server.close();
  await memory.close();
  keys.close();
  await rm(folder, { recursive: true, force: true });
}
