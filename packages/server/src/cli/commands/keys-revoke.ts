import type { Execution } from "../command.ts";
import { findKeys } from "../open-keys.ts";
import { placeOf, shownPlace } from "../open-memory.ts";
import { NotFoundError } from "../usage-errors.ts";

export async function run({ input, terminal }: Execution): Promise<undefined> {
  const [id] = input.positionals as [string];
  const place = placeOf(input, "keys");
  const keys = await findKeys(place);
  if (keys === undefined)
    throw new NotFoundError(`there are no keys for ${shownPlace(place)}: give --path or --store`);
  try {
    if ((await keys.revoke(id)) === undefined)
      throw new NotFoundError(`there is no key ${id}: souvenir keys list shows them`);
    if (terminal.json) await terminal.document({ revoked: id });
    else await terminal.line(`revoked ${id}; running servers refuse it from now on`);
  } finally {
    await keys.close();
  }
}
