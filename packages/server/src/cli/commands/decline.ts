import type { Execution } from "../command.ts";
import { namespaceOf, openMemory } from "../open-memory.ts";
import { NotFoundError } from "../usage-errors.ts";

export async function run(execution: Execution): Promise<undefined> {
  const { input, terminal } = execution;
  const [key] = input.positionals as [string];
  const namespace = namespaceOf(input);
  await using memory = await openMemory(execution);
  const declined = await memory.decline({ namespace, key });
  if (declined.deleted === 0)
    throw new NotFoundError(`nothing of the key "${key}" waits for approval in "${namespace}"`);
  if (terminal.json) await terminal.document(declined);
  else await terminal.line(`declined ${key}`);
}
