import type { Hooks } from "../hooks/hooks.ts";
import type { Execution } from "./command.ts";
import { openKeys } from "./open-keys.ts";
import { openMemory, placeOf } from "./open-memory.ts";
import { NotFoundError } from "./usage-errors.ts";

/** Web hooks of a store, which a server on it delivers. */
export async function withHooks<Answer>(
  execution: Execution,
  work: (hooks: Hooks) => Promise<Answer>,
): Promise<Answer> {
  const { input } = execution;
  const place = placeOf(input, "hooks");
  await using memory = await openMemory(execution);
  const keys = await openKeys(place);
  const { openHooks } = await import("../hooks/open-hooks.ts");
  const hooks = openHooks({ memory, store: keys.hooks, allowLoopback: input.flag("hooks-to-loopback") });
  try {
    return await work(hooks);
  } finally {
    await hooks.close();
    await keys.close();
  }
}

export function found<Answer>(answer: Answer | undefined, id: string): Answer {
  if (answer === undefined) throw new NotFoundError(`there is no hook ${id}: souvenir hooks list shows them`);
  return answer;
}
