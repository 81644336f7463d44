import { encryptFile } from "@souvenir/core/sqlite";
import type { Execution } from "../command.ts";
import { encryptedFileOf } from "../open-memory.ts";
import { count } from "../text.ts";

export async function run({ input, terminal }: Execution): Promise<undefined> {
  const { path, encryption } = await encryptedFileOf(input);
  const progress = terminal.progress("encrypting");
  try {
    const { records } = await encryptFile({
      path,
      encryption,
      onProgress: (state) => progress.update(state),
    });
    progress.clear();
    if (terminal.json) await terminal.document({ path, records });
    else {
      await terminal.line(`encrypted ${path} (${count(records, "memory", "memories")})`);
      terminal.note("backups, exports and copies that were made before are still in plain text");
    }
  } finally {
    progress.clear();
  }
}
