import type { DeleteInput, Memory } from "@souvenir/core";
import { type Execution, exitCodes } from "../command.ts";
import { namespaceOf, openMemory } from "../open-memory.ts";
import { count } from "../text.ts";
import { NotFoundError, UsageError } from "../usage-errors.ts";

export async function run(execution: Execution): Promise<number> {
  const { input, terminal } = execution;
  const namespace = namespaceOf(input);
  const keys = input.positionals;
  const [where, thread, all] = [input.where(), input.text("thread"), input.flag("all")];
  const ways = [keys.length > 0, where !== undefined, thread !== undefined, all].filter(Boolean).length;
  if (ways !== 1) throw new UsageError("say what to forget, in one way: KEY..., --where, --thread or --all");
  const ifVersion = input.integer("if-version", 1, Number.MAX_SAFE_INTEGER);
  if (ifVersion !== undefined && keys.length !== 1)
    throw new UsageError("--if-version is for one memory: souvenir forget KEY --if-version N");
  await using memory = await openMemory(execution);
  if (keys.length === 0 && !input.flag("yes")) {
    const what = all ? `everything in namespace "${namespace}"` : `what matches in namespace "${namespace}"`;
    if (!process.stdin.isTTY) throw new UsageError(`this erases ${what} for good: add --yes`);
    if (!(await terminal.confirm(`Erase ${what} for good?`))) {
      terminal.note("nothing was erased");
      return exitCodes.failed;
    }
  }
  const deleted = await erase(memory, namespace, { keys, where, thread, all, ifVersion });
  if (terminal.json) await terminal.document({ deleted });
  else await terminal.line(`forgot ${count(deleted, "memory", "memories")}`);
  if (deleted < keys.length)
    throw new NotFoundError(
      `${count(keys.length - deleted, "key was", "keys were")} not in namespace "${namespace}"`,
    );
  return exitCodes.done;
}

async function erase(
  memory: Memory,
  namespace: string,
  what: {
    keys: readonly string[];
    where: Parameters<Memory["list"]>[0]["where"] | undefined;
    thread: string | undefined;
    all: boolean;
    ifVersion: number | undefined;
  },
): Promise<number> {
  if (what.all) return (await memory.clear({ namespace })).deleted;
  const { keys, ifVersion } = what;
  if (ifVersion !== undefined)
    return (await memory.delete({ namespace, key: keys[0] as string, ifVersion })).deleted;
  const selection: DeleteInput =
    what.where !== undefined
      ? { namespace, where: what.where }
      : what.thread !== undefined
        ? { namespace, thread: what.thread }
        : { namespace, keys: [...new Set(keys)] };
  return (await memory.delete(selection)).deleted;
}
