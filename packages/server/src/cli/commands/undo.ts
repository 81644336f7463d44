import type { Execution } from "../command.ts";
import { openMemory } from "../open-memory.ts";
import { count } from "../text.ts";

export async function run(execution: Execution): Promise<undefined> {
  const { input, terminal } = execution;
  const [id] = input.positionals as [string];
  await using memory = await openMemory(execution);
  const undone = await memory.undo(id);
  if (terminal.json) await terminal.document(undone);
  else if (undone.erased > 0) await terminal.line(`erased ${count(undone.erased, "fact", "facts")}`);
  else await terminal.line("taken back: no fact had to be erased");
}
