import { type Execution, exitCodes } from "../command.ts";
import { found, withHooks } from "../with-hooks.ts";

export async function run(execution: Execution): Promise<number> {
  const { input, terminal } = execution;
  const [id] = input.positionals as [string];
  const tested = found(await withHooks(execution, (hooks) => hooks.test(id)), id);
  const { delivered, status, error } = tested;
  if (terminal.json) await terminal.document(tested);
  else await terminal.line(`${delivered ? "taken" : "not taken"}: ${error ?? status}`);
  return delivered ? exitCodes.done : exitCodes.failed;
}
