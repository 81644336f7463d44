import { once } from "node:events";
import type { MemoryServerOptions } from "../../mcp/memory-server.ts";
import type { Execution } from "../command.ts";
import { openMemory } from "../open-memory.ts";
import { oneLine } from "../text.ts";
import { UsageError } from "../usage-errors.ts";

export async function run(execution: Execution): Promise<undefined> {
  const { input, terminal } = execution;
  // No fall-back to a namespace that another program may use too.
  const namespace = input.text("namespace") ?? process.env.SOUVENIR_NAMESPACE;
  if (!namespace)
    throw new UsageError("say whose memory it is: souvenir mcp --namespace NAME (or SOUVENIR_NAMESPACE)");
  const signal = terminal.interruption();
  await using memory = await openMemory(execution, { create: true });
  const options: MemoryServerOptions = {
    memory,
    namespace,
    readOnly: input.flag("read-only"),
    facts: (await memory.stats({ namespace })).facts !== undefined,
    onError: (error, tool) =>
      terminal.note(
        `souvenir mcp: ${tool}: ${oneLine(error instanceof Error ? error.message : String(error))}`,
      ),
  };
  await serveStandardInput(options, signal);
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
