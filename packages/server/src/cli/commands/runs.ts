import type { Execution } from "../command.ts";
import { namespaceOf, openMemory } from "../open-memory.ts";
import { count, oneLine } from "../text.ts";
import { NotFoundError } from "../usage-errors.ts";

/** Prints the runs of a namespace, or what one of them did. */
export async function run(execution: Execution): Promise<undefined> {
  const { input, terminal } = execution;
  const [id] = input.positionals;
  const namespace = namespaceOf(input);
  await using memory = await openMemory(execution);
  if (id !== undefined) {
    const run = await memory.run(id);
    if (run === undefined) throw new NotFoundError(`there is no run "${id}"`);
    if (terminal.json) await terminal.document(run);
    else for (const line of run.diff) await terminal.line(oneLine(line));
    return;
  }
  for (const run of await memory.runs({ namespace })) {
    if (terminal.json) await terminal.document(run);
    else {
      const undone = run.undoneAt === undefined ? "" : ", undone";
      const changed = run.changed.length === 0 ? "" : `, ${run.changed.length} changed`;
      const facts = `${count(run.keys.length, "fact", "facts")}${changed}`;
      await terminal.line(
        `${terminal.paint("cyan", run.id)}  ${run.at.slice(0, 16).replace("T", " ")}  ${facts}${undone}`,
      );
    }
  }
}
