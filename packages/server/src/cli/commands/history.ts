import type { Execution } from "../command.ts";
import { namespaceOf, openMemory } from "../open-memory.ts";
import { oneLine, shorten } from "../text.ts";
import { NotFoundError } from "../usage-errors.ts";

export async function run(execution: Execution): Promise<undefined> {
  const { input, terminal } = execution;
  const [key] = input.positionals as [string];
  const namespace = namespaceOf(input);
  await using memory = await openMemory(execution);
  const current = await memory.get({ namespace, key });
  if (current === undefined)
    throw new NotFoundError(`there is no memory "${key}" in namespace "${namespace}"`);
  // Newest first, as with git log.
  const versions = [current, ...(await memory.history({ namespace, key })).reverse()];
  for (const record of versions) {
    if (terminal.json) await terminal.document(record);
    else {
      const head = `${String(record.version).padStart(4)}  ${record.updatedAt.slice(0, 16).replace("T", " ")}`;
      const room = terminal.width === undefined ? undefined : terminal.width - head.length - 2;
      await terminal.line(`${terminal.paint("dim", head)}  ${shorten(oneLine(record.value), room)}`);
    }
  }
}
