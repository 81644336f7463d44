import type { Memory } from "@souvenir/core";
import { given, toWireFact, toWireMemory, toWireRun, toWireRunDetails } from "../api/convert.ts";
import type { KeyQuery } from "../api/wire.ts";
import { type Call, defaultNamespace, type Handlers } from "./call.ts";
import { HttpError } from "./errors.ts";

/** Operations on facts, and on what else waits for approval. */
export type FactOperation =
  | "memoryApprove"
  | "memoryDecline"
  | "factsList"
  | "factApprove"
  | "factDecline"
  | "consolidate"
  | "dream"
  | "runsList"
  | "runGet"
  | "runUndo";

/** Each operation on facts as calls of `Memory`. That the caller may use the namespace is checked before. */
export function factHandlers(memory: Memory): Pick<Handlers, FactOperation> {
  const approve = async ({ namespace = defaultNamespace, key }: KeyQuery, call: Call) => {
    await call.spend(1);
    const approved = await memory.approve({ namespace, key });
    if (approved === undefined)
      throw new HttpError("NOT_FOUND", "there is nothing with this key that waits for approval");
    call.wrote({ namespace, count: 1, subject: key });
    return toWireMemory(approved);
  };
  const decline = async ({ namespace = defaultNamespace, key }: KeyQuery, call: Call) => {
    await call.spend(1);
    const { deleted } = await memory.decline({ namespace, key });
    call.wrote({ namespace, count: deleted, subject: key });
    return { success: true as const, deleted };
  };
  return {
    async factsList({ namespace = defaultNamespace, ...filter }) {
      const { facts, cursor } = await memory.facts({ namespace, ...filter });
      return { facts: facts.map(toWireFact), ...given({ cursor }) };
    },

    memoryApprove: approve,
    memoryDecline: decline,
    factApprove: approve,
    factDecline: decline,

    async consolidate({ namespace = defaultNamespace, dry_run: dryRun = false }, call) {
      await call.spend(1);
      const { runs, pending, failed } = await memory.consolidate({ namespace, dryRun, signal: call.signal });
      if (!dryRun)
        call.wrote({
          namespace,
          count: runs.reduce((sum, { keys, changed }) => sum + keys.length + changed.length, 0),
        });
      return { runs: runs.map(toWireRunDetails), pending, failed };
    },

    async dream({ namespace = defaultNamespace, dry_run: dryRun = false }, call) {
      await call.spend(1);
      const { runs, discarded } = await memory.dream({ namespace, dryRun, signal: call.signal });
      const done = runs.reduce((sum, { keys, changed }) => sum + keys.length + changed.length, 0);
      if (!dryRun) call.wrote({ namespace, count: done });
      return { runs: runs.map(toWireRunDetails), discarded };
    },

    async runsList({ namespace = defaultNamespace, limit }) {
      return { runs: (await memory.runs({ namespace, ...given({ limit }) })).map(toWireRun) };
    },

    async runGet({ namespace = defaultNamespace, id }) {
      const run = isOf(namespace, id) ? await memory.run(id) : undefined;
      if (run === undefined) throw noSuchRun();
      return toWireRunDetails(run);
    },

    async runUndo({ namespace = defaultNamespace, id }, call) {
      if (!isOf(namespace, id)) throw noSuchRun();
      await call.spend(1);
      const { erased } = await memory.undo(id);
      call.wrote({ namespace, count: erased, subject: id });
      return { success: true, erased };
    },
  };
}

/** The id of a run has its namespace in it: it must be the one that the caller was asked for. */
function isOf(namespace: string, id: string): boolean {
  return id.slice(id.indexOf("@") + 1) === namespace && id.includes("@");
}

function noSuchRun(): HttpError {
  return new HttpError("NOT_FOUND", "there is no such run in this namespace");
}
