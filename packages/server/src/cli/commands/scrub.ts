import type { Execution } from "../command.ts";
import { openMemory } from "../open-memory.ts";
import { count } from "../text.ts";

export async function run(execution: Execution): Promise<undefined> {
  const { terminal } = execution;
  const signal = terminal.interruption();
  await using memory = await openMemory(execution);
  const progress = terminal.progress("scrubbing");
  progress.update({ done: 0 }, "removing the bytes of what was erased");
  try {
    const { scrubbed } = await memory.scrub({ signal });
    progress.clear();
    if (terminal.json) await terminal.document({ scrubbed });
    else await terminal.line(`scrubbed ${count(scrubbed, "erased memory", "erased memories")}`);
  } finally {
    progress.clear();
  }
}
