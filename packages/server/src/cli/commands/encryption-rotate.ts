import { rotateEncryptionKey } from "@souvenir/core/sqlite";
import type { Execution } from "../command.ts";
import { encryptedFileOf } from "../open-memory.ts";

export async function run({ input, terminal }: Execution): Promise<undefined> {
  const { path, encryption } = await encryptedFileOf(input);
  const [file] = input.positionals as [string];
  const content = input.flag("content");
  const progress = terminal.progress("encrypting anew");
  try {
    await rotateEncryptionKey({
      path,
      encryption,
      newKey: { file },
      content,
      onProgress: (state) => progress.update(state),
    });
    progress.clear();
    if (terminal.json) await terminal.document({ path, content });
    else await terminal.line(`${path} is opened with the key in ${file} from now on`);
  } finally {
    progress.clear();
  }
}
