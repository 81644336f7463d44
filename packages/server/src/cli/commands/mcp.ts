import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { MemoryServerOptions } from "../../mcp/memory-server.ts";
import { type Execution, UsageError } from "../command.ts";
import { openMemory, targetOf } from "../open-memory.ts";
import { oneLine } from "../text.ts";

const defaultPort = 7078;

export async function run(execution: Execution): Promise<undefined> {
  const { input, terminal } = execution;
  // No fall-back to a namespace that another program may use too.
  const namespace = input.text("namespace") ?? process.env.SOUVENIR_NAMESPACE;
  if (!namespace)
    throw new UsageError("say whose memory it is: souvenir mcp --namespace NAME (or SOUVENIR_NAMESPACE)");
  const http = input.flag("http");
  for (const name of ["port", "host", "allow-origin"])
    if (!http && (input.list(name) ?? input.text(name)) !== undefined)
      throw new UsageError(`--${name} is for --http`);
  const signal = terminal.interruption();
  await using memory = await openMemory(execution, { create: true });
  const options: MemoryServerOptions = {
    memory,
    namespace,
    readOnly: input.flag("read-only"),
    onError: (error, tool) =>
      terminal.note(
        `souvenir mcp: ${tool}: ${oneLine(error instanceof Error ? error.message : String(error))}`,
      ),
  };
  await (http ? serveHttp(execution, options, signal) : serveStandardInput(options, signal));
}

async function serveStandardInput(options: MemoryServerOptions, signal: AbortSignal): Promise<void> {
  const [{ serveStdio }, { createMemoryServer }] = await Promise.all([
    import("@modelcontextprotocol/server/stdio"),
    import("../../mcp/memory-server.ts"),
  ]);
  const server = serveStdio(() => createMemoryServer(options), {
    onerror: (error) => options.onError(error, "protocol"),
  });
  // The host ends the session by closing the pipe.
  const ended = once(process.stdin, "close");
  await Promise.race([ended, signal.aborted ? undefined : once(signal, "abort")]);
  await server.close();
  process.stdin.destroy();
}

async function serveHttp(
  { input, terminal }: Execution,
  options: MemoryServerOptions,
  signal: AbortSignal,
): Promise<void> {
  const target = targetOf(input);
  const host = input.text("host") ?? "127.0.0.1";
  const port = input.integer("port", 0, 65_535) ?? defaultPort;
  const allowedOrigins = input.list("allow-origin") ?? [];
  const [{ createAdaptorServer }, { createMemoryApp }, { keysPath, openKeyStore }, { isLoopback }] =
    await Promise.all([
      import("@hono/node-server"),
      import("../../mcp/memory-app.ts"),
      import("../../node/index.ts"),
      import("../../http/access.ts"),
    ]);
  const open = isLoopback(host);
  // The keys are beside the file; where that is on another machine, only this machine is answered.
  const keys = "path" in target ? openKeyStore({ path: keysPath(target.path) }) : undefined;
  try {
    if (!open && keys?.any() !== true)
      throw new UsageError(
        keys === undefined
          ? `with --url only this machine is answered: leave --host ${host} out, or run souvenir mcp where the file is`
          : `without a key only this machine is answered: make one with souvenir keys create mcp --namespace ${options.namespace}, or leave --host ${host} out`,
      );
    const app = createMemoryApp({
      ...options,
      open,
      allowedOrigins,
      ...(keys === undefined ? {} : { keys }),
    });
    const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false });
    server.listen(port, host);
    await once(server, "listening");
    const address = server.address() as AddressInfo;
    const name = address.family === "IPv6" ? `[${address.address}]` : address.address;
    const url = `http://${name}:${address.port}/mcp`;
    const needsKey = keys?.any() === true;
    if (terminal.json) await terminal.document({ url, namespace: options.namespace, keys: needsKey });
    else
      await terminal.line(
        `souvenir serves namespace "${oneLine(options.namespace)}" at ${url}${needsKey ? ", with a key" : ", to this machine without a key"}`,
      );
    if (!signal.aborted) await once(signal, "abort");
    await app.close();
    const closed = once(server, "close");
    server.close();
    if ("closeAllConnections" in server) server.closeAllConnections();
    await closed;
  } finally {
    keys?.close();
  }
}
