import type { Execution } from "../command.ts";
import { namespaceOf, openMemory } from "../open-memory.ts";
import { oneLine } from "../text.ts";

export async function run(execution: Execution): Promise<undefined> {
  const { input, terminal } = execution;
  const tokenBudget = input.integer("tokens", 1, 1_000_000);
  await using memory = await openMemory(execution);
  const profile = await memory.profile({
    namespace: namespaceOf(input),
    ...(tokenBudget === undefined ? {} : { tokenBudget }),
  });
  if (terminal.json) {
    await terminal.document(profile);
    return;
  }
  for (const { key, text } of profile.lines)
    await terminal.line(`${terminal.paint("cyan", oneLine(key))}  ${oneLine(text)}`);
  const { omitted = 0 } = profile;
  if (omitted > 0) terminal.note(`${omitted} more had no room: give --tokens N`);
  else if (profile.lines.length === 0) terminal.note("nothing that is true now is pinned");
}
