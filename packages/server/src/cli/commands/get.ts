import type { Execution } from "../command.ts";
import { namespaceOf, openMemory } from "../open-memory.ts";
import { safeText } from "../text.ts";
import { NotFoundError } from "../usage-errors.ts";

export async function run(execution: Execution): Promise<undefined> {
  const { input, terminal } = execution;
  const [key] = input.positionals as [string];
  const namespace = namespaceOf(input);
  await using memory = await openMemory(execution);
  const record = await memory.get({ namespace, key });
  if (record === undefined)
    throw new NotFoundError(`there is no memory "${key}" in namespace "${namespace}"`);
  if (terminal.json) await terminal.document(record);
  // A pipe or a file gets the text as it was stored; on a screen it must not drive the terminal.
  else await terminal.line(terminal.width === undefined ? record.value : safeText(record.value));
}
