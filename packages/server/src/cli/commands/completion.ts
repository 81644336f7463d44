import type { Execution } from "../command.ts";
import { commonOptions } from "../options.ts";
import { completionFor, type Shell, shells } from "../shell-completion.ts";
import { UsageError } from "../usage-errors.ts";

export async function run({ input, terminal, commands }: Execution): Promise<undefined> {
  const [given] = input.positionals as [string];
  const shell = shells.find((each) => each === given);
  if (shell === undefined) throw new UsageError(`completion: expected ${shells.join(", ")}, got "${given}"`);
  const script = completionFor(shell satisfies Shell, commands, commonOptions);
  if (terminal.json) await terminal.document({ shell, script });
  else await terminal.line(script.trimEnd());
}
