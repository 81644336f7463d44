import { SouvenirError } from "@souvenir/core";
import type { Execution } from "../command.ts";
import { namespaceOf, openMemory } from "../open-memory.ts";
import { count, oneLine } from "../text.ts";

export async function run(execution: Execution): Promise<undefined> {
  const { input, terminal } = execution;
  const [namespace, dryRun] = [namespaceOf(input), input.flag("dry-run")];
  await using memory = await openMemory(execution);
  const signal = terminal.interruption();
  const consolidated = await memory.consolidate({ namespace, dryRun, signal }).catch((error: unknown) => {
    if (!SouvenirError.is(error) || error.code !== "UNSUPPORTED") throw error;
    throw new SouvenirError(
      "UNSUPPORTED",
      "nothing finds facts here: give --facts mistral, or set SOUVENIR_FACTS",
    );
  });
  const { runs, pending, failed } = consolidated;
  if (terminal.json) {
    await terminal.document(consolidated);
    return;
  }
  for (const { id, diff } of runs) {
    if (!dryRun) await terminal.line(terminal.paint("cyan", id));
    for (const line of diff) await terminal.line(oneLine(line));
  }
  if (runs.every(({ diff }) => diff.length === 0)) terminal.note("no facts were found");
  const refused = runs.flatMap((run) => Object.values(run.refused)).reduce((sum, some) => sum + some, 0);
  if (refused > 0) terminal.note(`${count(refused, "proposal was", "proposals were")} refused: see --json`);
  if (pending > 0 && !dryRun)
    terminal.note(`${count(pending, "turn waits", "turns wait")} for later: souvenir stats says why`);
  if (failed > 0)
    terminal.note(`${count(failed, "turn", "turns")} could not be read: souvenir stats says why`);
}
