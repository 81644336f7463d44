import type { Execution } from "../command.ts";
import { namespaceOf, openMemory } from "../open-memory.ts";
import { oneLine } from "../text.ts";

export async function run(execution: Execution): Promise<undefined> {
  const { input, terminal } = execution;
  const [namespace, dryRun] = [namespaceOf(input), input.flag("dry-run")];
  await using memory = await openMemory(execution);
  const dreamt = await memory.dream({ namespace, dryRun, signal: terminal.interruption() });
  if (terminal.json) {
    await terminal.document(dreamt);
    return;
  }
  for (const { id, diff } of dreamt.runs) {
    if (!dryRun) await terminal.line(terminal.paint("cyan", id));
    for (const line of diff) await terminal.line(oneLine(line));
  }
  if (dreamt.discarded.length > 0) terminal.note("nothing was done: facts were changed meanwhile. Try again");
  else if (dreamt.runs.length === 0) terminal.note("there is nothing to tidy up");
}
