// A server of its own for a test that kills it: prints where it is, and a key.
import { createMemory } from "@souvenir/core";
import { keysPath, openKeyStore, serve } from "../src/node/index.ts";

const path = process.argv[2] as string;
const memory = await createMemory({ path, embedder: false });
const keys = openKeyStore({ path: keysPath(path) });
const { key } = keys.create({ name: "admin", grants: [{ prefix: "", permission: "admin" }] });
const webHooks = { allowLoopback: true, timeoutMs: 200 };
// Whoever was killed holds its hooks for a while, by this clock.
const later = Number(process.argv[3] ?? 0);
const { url } = await serve({ memory, keys, port: 0, pollMs: 5, webHooks, clock: () => Date.now() + later });
console.log(JSON.stringify({ url, key }));
