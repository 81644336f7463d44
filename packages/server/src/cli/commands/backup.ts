import type { Execution } from "../command.ts";
import { fileOf, requireStore, warnings } from "../open-memory.ts";
import { formatBytes } from "../text.ts";

export async function run({ input, terminal }: Execution): Promise<undefined> {
  const file = fileOf(input, "backup");
  const [target] = input.positionals as [string];
  await requireStore(file);
  const signal = terminal.interruption();
  const { createMemory } = await import("@souvenir/core");
  const progress = terminal.progress("copying");
  // Only read, so that a store on a read-only file system is copied too.
  await using memory = await createMemory({
    ...file,
    embedder: false,
    readOnly: true,
    logger: warnings(terminal),
  });
  try {
    const { bytes } = await memory.backup(target, {
      signal,
      onProgress: (state) => progress.update(state),
    });
    progress.clear();
    if (terminal.json) await terminal.document({ path: target, bytes });
    else await terminal.line(`copied ${file.path} to ${target}, ${formatBytes(bytes)}`);
  } finally {
    progress.clear();
  }
}
