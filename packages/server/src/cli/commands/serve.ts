import { once } from "node:events";
import { availableParallelism } from "node:os";
import type { Logger } from "@souvenir/core";
import { isLoopback } from "../../http/access.ts";
import { everything } from "../../keys/grants.ts";
import { type Execution, UsageError } from "../command.ts";
import { openMemory, pathOf } from "../open-memory.ts";
import type { Terminal } from "../terminal.ts";
import { count } from "../text.ts";

export async function run(execution: Execution): Promise<undefined> {
  const { input, terminal } = execution;
  const path = pathOf(input, "serve");
  const [host, port] = [input.text("host"), input.integer("port", 0, 65_535)];
  const [corsOrigins, rateLimit] = [input.list("allow-origin"), input.integer("rate-limit", 1, 10_000_000)];
  const [audit, publicUrl] = [input.text("audit"), input.text("public-url")];
  const auditRequired = input.flag("audit-required");
  if (auditRequired && audit === undefined) throw new UsageError("--audit-required: give --audit FILE too");
  const dream = input.text("dream");
  if (dream !== undefined && input.flag("read-only"))
    throw new UsageError("--dream: leave --read-only out, with which nothing is written");
  // One core is for what writes.
  const workers = input.integer("workers", 0, 256) ?? Math.max(1, availableParallelism() - 1);
  const signal = terminal.interruption();
  const { auditFile, keysPath, openKeyStore, serve } = await import("../../node/index.ts");
  const readOnly = input.flag("read-only");
  await using memory = await openMemory(execution, { create: !readOnly, readOnly, workers });
  const keys = openKeyStore({ path: keysPath(path), readOnly });
  // Whoever reaches this machine's ports, a proxy for instance, is not yet the person who sits before it.
  const first =
    input.flag("open") || keys.any() ? undefined : keys.create({ name: "first", grants: [everything] }).key;
  try {
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
      ...(audit === undefined ? {} : { audit: auditFile(audit), auditRequired }),
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
        path,
        memories: records,
        workers,
        keys: !open,
        ...(first === undefined ? {} : { key: first }),
        console: link,
        ...(server.nextDream === undefined ? {} : { nextDream: server.nextDream.toISOString() }),
      });
    else {
      await terminal.line(
        `souvenir serves ${path} (${count(records, "memory", "memories")}) at ${terminal.paint("bold", url)}`,
      );
      if (server.nextDream !== undefined)
        await terminal.line(`  dreams    of facts, first at ${server.nextDream.toLocaleString("sv")}`);
      if (workers > 0)
        await terminal.line(
          `  searches  in ${count(workers, "thread", "threads")} beside the one that writes`,
        );
      if (readOnly) await terminal.line("  writes    are refused: --read-only");
      await terminal.line(`  console   ${link}`);
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
  } finally {
    keys.close();
  }
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
