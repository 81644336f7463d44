import { type Moved, move } from "../../move/move.ts";
import { moveHooks } from "../../move/move-hooks.ts";
import { moveKeys } from "../../move/move-keys.ts";
import { databaseAddress, isDatabaseAddress } from "../../postgres/address.ts";
import type { Execution } from "../command.ts";
import { findKeys, openKeys } from "../open-keys.ts";
import { type Place, shownPlace } from "../open-memory.ts";
import { InterruptedError } from "../terminal.ts";
import { count } from "../text.ts";
import { UsageError } from "../usage-errors.ts";

export async function run({ input, terminal }: Execution): Promise<undefined> {
  const [from, to] = [placeNamed("from", input.text("from")), placeNamed("to", input.text("to"))];
  if ("path" in from === "path" in to)
    throw new UsageError(
      "souvenir move is from a file to PostgreSQL or back: between files there is souvenir backup, between databases pg_dump",
    );
  const signal = terminal.interruption();
  const progress = terminal.progress("moving");
  const source = await openSource(from);
  try {
    // Kept for then: until all is there, nobody can open the other side.
    await using hooksBefore = await copyOfHooks(from, signal);
    const target = await openTarget(to, source.identity);
    let moved: Moved;
    try {
      moved = await move(source, target, { signal, onProgress: (state) => progress.update(state) });
    } finally {
      await target.close();
    }
    const keys = await moveKeys(from, to);
    const hooks = await hooksBefore.moveTo(to);
    progress.clear();
    if (terminal.json) await terminal.document({ to: shownPlace(to), ...moved, keys, hooks });
    else {
      const { namespaces, memories, versions, vectors, queued, links, copied, checksum } = moved;
      await terminal.line(
        `moved ${count(memories, "memory", "memories")} of ${count(namespaces, "namespace", "namespaces")} to ${shownPlace(to)}: ${versions} earlier versions, ${vectors} vectors, ${links} links, ${queued} waiting, ${count(keys, "key", "keys")}, ${count(hooks, "web hook", "web hooks")}; ${copied} rows were not there before`,
      );
      await terminal.line(`both are the same: SHA-256 ${checksum}`);
      terminal.note(
        `what is written to ${shownPlace(from)} from now on is not in it: stop what writes there, and move again if anything did`,
      );
    }
  } catch (error) {
    progress.clear();
    if (error instanceof InterruptedError) error.message = "stopped: the same command goes on from here";
    throw error;
  } finally {
    await source.close();
  }
}

/** The hooks of a server as they are now. */
async function copyOfHooks(
  from: Place,
  signal: AbortSignal,
): Promise<AsyncDisposable & { moveTo(to: Place): Promise<number> }> {
  const { openKeyStore } = await import("../../node/index.ts");
  const copy = openKeyStore({ path: ":memory:" });
  const source = await findKeys(from);
  if (source !== undefined)
    try {
      await moveHooks(source.hooks, copy.hooks, signal);
    } finally {
      await source.close();
    }
  return {
    async moveTo(to) {
      if (source === undefined) return 0;
      const target = await openKeys(to);
      try {
        return await moveHooks(copy.hooks, target.hooks, signal);
      } finally {
        await target.close();
      }
    },
    async [Symbol.asyncDispose]() {
      copy.close();
    },
  };
}

function placeNamed(option: string, text: string | undefined): Place {
  const given =
    text ?? (option === "to" ? undefined : process.env.SOUVENIR_PATH) ?? process.env.SOUVENIR_STORE;
  if (given === undefined || given === "")
    throw new UsageError(`--${option}: expected a file or an address like postgres://user@host/database`);
  return isDatabaseAddress(given) ? { database: databaseAddress(given) } : { path: given };
}

async function openSource(place: Place) {
  if ("path" in place) return (await import("@souvenir/core/moving")).sqliteRows(place.path);
  const { connectionString, schema } = place.database;
  return (await import("@souvenir/postgres")).postgresRows({ connectionString, schema });
}

async function openTarget(place: Place, source: string) {
  if ("path" in place) return (await import("@souvenir/core/moving")).sqliteRowsTarget(place.path);
  const { connectionString, schema } = place.database;
  return (await import("@souvenir/postgres")).postgresRowsTarget({ connectionString, schema }, source);
}
