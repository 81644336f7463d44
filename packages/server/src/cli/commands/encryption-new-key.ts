import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Execution } from "../command.ts";
import { UsageError } from "../usage-errors.ts";

export async function run({ input, terminal }: Execution): Promise<undefined> {
  const [file] = input.positionals as [string];
  // As the folder of a store is made: `~/keys/souvenir.key` is what the examples say.
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  try {
    await writeFile(file, `${randomBytes(32).toString("base64")}\n`, { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw new UsageError(`there is a file at ${file}, which may be a key that is in use: give another name`);
  }
  if (terminal.json) await terminal.document({ file });
  else
    await terminal.line(`a new key is in ${file}: keep a copy of it where the store and its backups are not`);
}
