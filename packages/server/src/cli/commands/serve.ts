import { once } from "node:events";
import { availableParallelism } from "node:os";
import type { Logger } from "@souvenir/core";
import type { PostgresPool } from "@souvenir/postgres";
import { makeChat } from "../../chat-choice.ts";
import { isLoopback } from "../../http/access.ts";
import type { Audit } from "../../http/audit.ts";
import { everything } from "../../keys/grants.ts";
import { idIn } from "../../keys/key-rows.ts";
import type { AsyncKeyStore } from "../../keys/key-store.ts";
import type { Execution } from "../command.ts";
import { openMemory, type Place, placeOf, shownPlace } from "../open-memory.ts";
import type { Terminal } from "../terminal.ts";
import { count } from "../text.ts";
import { UsageError } from "../usage-errors.ts";

export async function run(execution: Execution): Promise<undefined> {
  const { input, terminal } = execution;
  const place = placeOf(input, "serve");
  const [host, port] = [input.text("host"), input.integer("port", 0, 65_535)];
  const [corsOrigins, rateLimit] = [input.list("allow-origin"), input.integer("rate-limit", 1, 10_000_000)];
  const [audit, publicUrl] = [input.text("audit"), input.text("public-url")];
  const auditRequired = input.flag("audit-required");
  if (auditRequired && audit === undefined) throw new UsageError("--audit-required: give --audit FILE too");
  const dream = input.text("dream");
  if (dream !== undefined && input.flag("read-only"))
    throw new UsageError("--dream: leave --read-only out, with which nothing is written");
  const readOnly = input.flag("read-only");
  const threads = input.integer("workers", 0, 256);
  const openNamespaces = input.integer("open-namespaces", 1, 10_000_000);
  if ("database" in place && readOnly)
    throw new UsageError(
      "--read-only is for a file: on a database, make keys that may read only instead (souvenir keys create --allow read)",
    );
  if ("database" in place && threads)
    throw new UsageError("--workers is for a file: on a database, start more servers instead");
  // One core is for what writes.
  const workers = "database" in place ? 0 : (threads ?? Math.max(1, availableParallelism() - 1));
  const chat = await makeChat(input.text("ask") ?? (process.env.SOUVENIR_ASK || "none"));
  const signal = terminal.interruption();
  const { serve } = await import("../../node/index.ts");
  await using shared = await sharedWith(place, audit, readOnly);
  const { keys } = shared;
  await using memory = await openMemory(execution, {
    create: !readOnly,
    readOnly,
    workers,
    ...(shared.pool === undefined ? {} : { pool: shared.pool }),
    ...(openNamespaces === undefined ? {} : { openNamespaces }),
  });
  // Whoever reaches this machine's ports, a proxy for instance, is not yet the person who sits before it.
  const given = input.flag("open") ? undefined : process.env.SOUVENIR_KEY || undefined;
  if (given !== undefined) await admit(keys, given);
  const first =
    input.flag("open") || (await keys.any())
      ? undefined
      : (await keys.create({ name: "first", grants: [everything] })).key;
  const server = await serve({
    memory,
    keys,
    logger: requestLog(terminal, input.flag("log")),
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...(corsOrigins === undefined ? {} : { corsOrigins }),
    ...(publicUrl === undefined ? {} : { publicUrl }),
    ...(rateLimit === undefined ? {} : { rateLimit }),
    ...(dream === undefined ? {} : { dream }),
    ...(chat === undefined ? {} : { chat }),
    webHooks: { allowLoopback: input.flag("hooks-to-loopback") },
    ...(shared.audit === undefined ? {} : { audit: shared.audit, auditRequired }),
  }).catch((error: unknown) => {
    if (first !== undefined) terminal.note(`the key that was made, shown this once: ${first}`);
    throw error;
  });
  if (host !== undefined && !isLoopback(host))
    terminal.note(
      `${terminal.paintNote("yellow", "warning:")} keys and memories go over the network as they are typed: put a proxy with TLS before ${server.url}`,
    );
  const { records } = await memory.stats();
  const { url, open } = server;
  // After the "#" nothing is sent, nor written into the log of a proxy.
  const link = `${url}/console/${first === undefined ? "" : `#key=${first}`}`;
  if (terminal.json)
    await terminal.document({
      url,
      ...("path" in place ? { path: place.path } : { store: place.database.shown }),
      memories: records,
      workers,
      keys: !open,
      ...(first === undefined ? {} : { key: first }),
      console: link,
      ...(server.nextDream === undefined ? {} : { nextDream: server.nextDream.toISOString() }),
    });
  else {
    await terminal.line(
      `souvenir serves ${shownPlace(place)} (${count(records, "memory", "memories")}) at ${terminal.paint("bold", url)}`,
    );
    if (server.nextDream !== undefined)
      await terminal.line(`  dreams    of facts, first at ${server.nextDream.toLocaleString("sv")}`);
    if (workers > 0)
      await terminal.line(`  searches  in ${count(workers, "thread", "threads")} beside the one that writes`);
    if (readOnly) await terminal.line("  writes    are refused: --read-only");
    await terminal.line(`  console   ${link}`);
    if (chat !== undefined) await terminal.line(`  asks      ${chat.id}, in the playground of the console`);
    await terminal.line(`  API       ${url}/openapi.json`);
    await terminal.line(`  MCP       ${url}/mcp`);
    await terminal.line(
      first !== undefined
        ? `  key       ${terminal.paint("bold", first)}\n            opens everything, and is shown this once: send it as Authorization: Bearer KEY`
        : open
          ? "  keys      none: whatever reaches a port of this machine is answered; souvenir keys create ends that"
          : "  keys      needed; souvenir keys list shows them, souvenir keys create makes another",
    );
    await terminal.line("Ctrl-C stops it.");
  }
  if (!signal.aborted) await once(signal, "abort");
  await server.close();
}

/** Lets the key of the environment open everything, unless it is one that is known, and may do what it may. */
async function admit(keys: AsyncKeyStore, key: string): Promise<void> {
  if ((await keys.verify(key)) !== undefined) return;
  if (idIn(key) === "")
    throw new UsageError(
      `SOUVENIR_KEY: expected a key as this makes one: printf 'svr_%s_%s' "$(openssl rand -hex 9)" "$(openssl rand -base64 32 | tr '+/' '-_' | tr -d '=')"`,
    );
  await keys.create({ name: "environment", grants: [everything] }, key);
  if ((await keys.verify(key)) === undefined)
    throw new UsageError(
      "SOUVENIR_KEY: this key was revoked or is over (souvenir keys list): give another, or none",
    );
}

/** What a server has beside the memory: in a database, for all servers on it. */
async function sharedWith(
  place: Place,
  audit: string | undefined,
  readOnly: boolean,
): Promise<AsyncDisposable & { keys: AsyncKeyStore; audit?: Audit; pool?: PostgresPool }> {
  const { auditFile, keysPath, openKeyStore } = await import("../../node/index.ts");
  const own = audit === undefined ? {} : { audit: auditFile(audit) };
  if ("path" in place) {
    const keys = openKeyStore({ path: keysPath(place.path), readOnly });
    return { keys, ...own, [Symbol.asyncDispose]: async () => keys.close() };
  }
  const [{ postgresPool }, { openSharedKeys, sharedAudit }] = await Promise.all([
    import("@souvenir/postgres"),
    import("../../postgres/index.ts"),
  ]);
  const { connectionString, schema } = place.database;
  const pool = postgresPool({ connectionString });
  const keys = openSharedKeys({ pool, schema });
  return {
    ...{ keys, pool },
    ...(audit === "store" ? { audit: sharedAudit({ pool, schema }) } : own),
    async [Symbol.asyncDispose]() {
      await keys.close();
      await pool.end();
    },
  };
}

/** Failures always, requests when they are asked for. */
function requestLog(terminal: Terminal, requests: boolean): Logger {
  const write =
    (level: string) =>
    (message: string, details: Record<string, unknown> = {}) =>
      terminal.note(
        JSON.stringify({ at: new Date().toISOString(), level, message, ...details }, (_name, value) =>
          value instanceof Error ? `${value.name}: ${value.message}` : value,
        ),
      );
  return {
    warn: write("warn"),
    error: write("error"),
    ...(requests ? { info: write("info") } : {}),
  };
}
