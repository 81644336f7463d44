import type { Execution } from "../command.ts";
import { found, withHooks } from "../with-hooks.ts";

export async function run(execution: Execution): Promise<undefined> {
  const { input, terminal } = execution;
  const [id] = input.positionals as [string];
  const rotated = found(await withHooks(execution, (hooks) => hooks.rotate(id)), id);
  if (terminal.json) await terminal.document(rotated);
  else {
    await terminal.line(rotated.secret);
    terminal.note("shown this once; the secret before it signs beside it for a day");
  }
}
