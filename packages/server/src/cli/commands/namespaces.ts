import type { Execution } from "../command.ts";
import { openMemory } from "../open-memory.ts";
import { count, oneLine } from "../text.ts";

export async function run(execution: Execution): Promise<undefined> {
  const { terminal } = execution;
  await using memory = await openMemory(execution);
  for (const namespace of await memory.namespaces()) {
    const { records, versions } = await memory.stats({ namespace });
    if (terminal.json) await terminal.document({ namespace, records, versions });
    else
      await terminal.line(
        `${terminal.paint("cyan", oneLine(namespace))}  ${terminal.paint("dim", count(records, "memory", "memories"))}`,
      );
  }
}
