import type { Execution } from "../command.ts";
import { namespaceOf, openMemory } from "../open-memory.ts";
import { NotFoundError } from "../usage-errors.ts";

export async function run(execution: Execution): Promise<undefined> {
  const { input, terminal } = execution;
  const [key] = input.positionals as [string];
  const namespace = namespaceOf(input);
  await using memory = await openMemory(execution);
  const approved = await memory.approve({ namespace, key });
  if (approved === undefined)
    throw new NotFoundError(`nothing of the key "${key}" waits for approval in "${namespace}"`);
  if (terminal.json) await terminal.document(approved);
  else await terminal.line(`approved ${approved.key}`);
}
