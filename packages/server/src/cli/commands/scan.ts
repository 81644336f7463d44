import type { Execution } from "../command.ts";
import { openMemory } from "../open-memory.ts";
import { count } from "../text.ts";

export async function run(execution: Execution): Promise<undefined> {
  const { input, terminal } = execution;
  const [namespace, fix] = [input.text("namespace"), input.flag("fix")];
  const signal = terminal.interruption();
  await using memory = await openMemory(execution);
  const progress = terminal.progress("scanning");
  try {
    const scanned = await memory.scan({
      ...(namespace === undefined ? {} : { namespace }),
      fix,
      signal,
      onProgress: (done) => progress.update(done),
    });
    progress.clear();
    if (terminal.json) {
      await terminal.document(scanned);
      return;
    }
    const { memories, fixed, found } = scanned;
    await terminal.line(
      `scanned ${count(scanned.scanned, "memory", "memories")}: ${memories} hold what perhaps should not be kept${fix ? `, ${fixed} hold it no more` : ""}`,
    );
    for (const [kind, number] of Object.entries(found)) await terminal.line(`${kind}: ${number}`);
  } finally {
    progress.clear();
  }
}
