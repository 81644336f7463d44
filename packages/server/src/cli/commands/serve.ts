import { once } from "node:events";
import type { Logger } from "@souvenir/core";
import { isLoopback } from "../../http/access.ts";
import { type Execution, UsageError } from "../command.ts";
import { openMemory, pathOf } from "../open-memory.ts";
import type { Terminal } from "../terminal.ts";
import { count } from "../text.ts";

export async function run(execution: Execution): Promise<undefined> {
  const { input, terminal } = execution;
  const path = pathOf(input, "serve");
  const [host, port] = [input.text("host"), input.integer("port", 0, 65_535)];
  const [corsOrigins, rateLimit] = [input.list("cors-origin"), input.integer("rate-limit", 1, 10_000_000)];
  const audit = input.text("audit");
  const auditRequired = input.flag("audit-required");
  if (auditRequired && audit === undefined) throw new UsageError("--audit-required: give --audit FILE too");
  const signal = terminal.interruption();
  const { auditFile, keysPath, openKeyStore, serve } = await import("../../node/index.ts");
  const readOnly = input.flag("read-only");
  await using memory = await openMemory(execution, { create: !readOnly, readOnly });
  const keys = openKeyStore({ path: keysPath(path) });
  try {
    const server = await serve({
      memory,
      keys,
      logger: requestLog(terminal, input.flag("log")),
      ...(host === undefined ? {} : { host }),
      ...(port === undefined ? {} : { port }),
      ...(corsOrigins === undefined ? {} : { corsOrigins }),
      ...(rateLimit === undefined ? {} : { rateLimit }),
      ...(audit === undefined ? {} : { audit: auditFile(audit), auditRequired }),
    });
    if (host !== undefined && !isLoopback(host))
      terminal.note(
        `${terminal.paintNote("yellow", "warning:")} keys and memories go over the network as they are typed: put a proxy with TLS before ${server.url}`,
      );
    const { records } = await memory.stats();
    if (terminal.json)
      await terminal.document({ url: server.url, path, memories: records, keys: !server.open });
    else {
      const { url } = server;
      await terminal.line(
        `souvenir serves ${path} (${count(records, "memory", "memories")}) at ${terminal.paint("bold", url)}`,
      );
      if (readOnly) await terminal.line("  writes    are refused: --read-only");
      await terminal.line(`  console   ${url}/console/`);
      await terminal.line(`  API       ${url}/openapi.json`);
      await terminal.line(
        server.open
          ? "  keys      none: this machine only is answered, without one; souvenir keys create makes one"
          : "  keys      needed; souvenir keys list shows them",
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
