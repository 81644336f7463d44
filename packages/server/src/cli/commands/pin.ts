import type { Execution } from "../command.ts";
import { namespaceOf, openMemory } from "../open-memory.ts";
import { NotFoundError } from "../usage-errors.ts";

export function run(execution: Execution): Promise<undefined> {
  return change(execution, "pin");
}

/** Pins a memory, or takes it out of the profile. */
export async function change(execution: Execution, name: "pin" | "unpin"): Promise<undefined> {
  const { input, terminal } = execution;
  const [key] = input.positionals as [string];
  const namespace = namespaceOf(input);
  await using memory = await openMemory(execution);
  const record = await memory[name]({ namespace, key });
  if (record === undefined)
    throw new NotFoundError(`there is no memory "${key}" in namespace "${namespace}"`);
  if (terminal.json) await terminal.document(record);
  else await terminal.line(`${name}ned ${record.key}`);
}
