import type { Execution } from "../command.ts";
import { oneLine } from "../text.ts";
import { withHooks } from "../with-hooks.ts";

export async function run(execution: Execution): Promise<undefined> {
  const { terminal } = execution;
  const found = await withHooks(execution, (hooks) => hooks.list());
  for (const hook of found) {
    if (terminal.json) {
      await terminal.document(hook);
      continue;
    }
    const { id, url, namespace, prefix, texts, state, last_status, last_error, next_attempt_at } = hook;
    const what = namespace ?? (prefix === "" ? "everything" : `${prefix}…`);
    const last = last_error ?? last_status;
    const said = [
      state,
      ...(state === "active" || last === undefined ? [] : [`last: ${last}`]),
      ...(next_attempt_at === undefined ? [] : [`next at ${next_attempt_at}`]),
    ].join(", ");
    await terminal.line(
      `${terminal.paint("cyan", id)}  ${oneLine(url)}  ${oneLine(what)}${texts ? " with texts" : ""}  ${terminal.paint("dim", said)}`,
    );
  }
  if (found.length === 0) terminal.note("there are no hooks: souvenir hooks create URL makes one");
}
