import type { Execution } from "../command.ts";
import { found, withHooks } from "../with-hooks.ts";

export async function run(execution: Execution): Promise<undefined> {
  const { input, terminal } = execution;
  const [id] = input.positionals as [string];
  found((await withHooks(execution, (hooks) => hooks.remove(id))) || undefined, id);
  if (terminal.json) await terminal.document({ deleted: id });
  else await terminal.line(`deleted ${id}; nothing is sent to it any more`);
}
