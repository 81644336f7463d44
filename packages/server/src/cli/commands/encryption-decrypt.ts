import { decryptFile } from "@souvenir/core/sqlite";
import type { Execution } from "../command.ts";
import { encryptedFileOf } from "../open-memory.ts";
import { count } from "../text.ts";

export async function run({ input, terminal }: Execution): Promise<undefined> {
  const { path, encryption } = await encryptedFileOf(input);
  const progress = terminal.progress("decrypting");
  try {
    const { records } = await decryptFile({
      path,
      encryption,
      onProgress: (state) => progress.update(state),
    });
    progress.clear();
    if (terminal.json) await terminal.document({ path, records });
    else await terminal.line(`${path} is in plain text now (${count(records, "memory", "memories")})`);
  } finally {
    progress.clear();
  }
}
