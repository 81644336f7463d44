import { userProgramCompiles } from "@souvenir/test/user-program";

/** What a user writes, without a cast. */
const program = `
import { createMemory, type Memory, SouvenirError } from "@souvenir/core";
import { type App, type AuditEvent, createApp, type KeyStore, type WireMemory } from "@souvenir/server";
import { type ConnectOptions, connectMemory } from "@souvenir/server/client";
import { auditFile, keysPath, openKeyStore, type RunningServer, serve } from "@souvenir/server/node";

const options: ConnectOptions = { url: "https://memory.example", key: process.env.SOUVENIR_KEY, fetch };
const remote: Memory = connectMemory(options);
const local: Memory = await createMemory();
for (const memory of [remote, local]) {
  const { results } = await memory.search({ namespace: "ada", query: "dog", where: { n: { gte: 1 } } });
  const score: number | undefined = results[0]?.score;
  for await (const { history } of memory.export({ namespace: "ada" })) console.log(score, history?.length);
}
const keys: KeyStore = openKeyStore({ path: keysPath("./memory.db") });
const { key, id } = keys.create({ name: "ci", grants: [{ prefix: "team/", permission: "write" }], quota: { writes_per_day: 10 } });
const revoked: string | undefined = keys.revoke(id)?.revoked_at;
const app: App = createApp(local, { keys, corsOrigins: ["https://app.example"], audit: (event: AuditEvent) => console.log(event.operation) });
const response: Response = await app.fetch(new Request("http://localhost/v1/memory?key=k"));
const memory = (await response.json()) as WireMemory;
const server: RunningServer = await serve({ memory: local, keys, port: 0, audit: auditFile("./audit.jsonl"), logger: console });
const here = connectMemory({ url: server.url, key, fetch: (url, init) => app.fetch(new Request(url, init)) });
try {
  await here.remember({ namespace: "ada", thread: "1", messages: [{ role: "user", content: memory.created_at }] });
} catch (error) {
  if (SouvenirError.is(error) && error.code === "RATE_LIMITED") console.log(error.details.retryAfterSeconds, revoked);
}
// @ts-expect-error a server has an address
connectMemory({ key });
// @ts-expect-error a grant is for a namespace or a prefix
keys.create({ name: "ci", grants: [{ permission: "write" }] });
// @ts-expect-error whether keys are needed is decided by the address that is listened on
await serve({ memory: local, open: true });
`;

userProgramCompiles("server", program);
