import { existsSync } from "node:fs";
import { type Execution, NotFoundError } from "../command.ts";
import { pathOf } from "../open-memory.ts";

export async function run({ input, terminal }: Execution): Promise<undefined> {
  const [id] = input.positionals as [string];
  const { keysPath, openKeyStore } = await import("../../node/index.ts");
  const path = keysPath(pathOf(input, "keys"));
  if (!existsSync(path)) throw new NotFoundError(`there are no keys at ${path}: give --path`);
  const keys = openKeyStore({ path });
  try {
    if (keys.revoke(id) === undefined)
      throw new NotFoundError(`there is no key ${id}: souvenir keys list shows them`);
    if (terminal.json) await terminal.document({ revoked: id });
    else await terminal.line(`revoked ${id}; running servers refuse it from now on`);
  } finally {
    keys.close();
  }
}
