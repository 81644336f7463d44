import { type RecordWrite, SouvenirError, type WriteOutcome } from "@souvenir/core";
import type { Database } from "./database.ts";
import { codeOf } from "./errors.ts";
import type { TakingTurns } from "./taking-turns.ts";
import { writeAll } from "./writing.ts";

/** Records that share a transaction, at most: others wait for it. */
const mostTogether = 500;

interface Call {
  writes: readonly RecordWrite[];
  resolve(outcomes: WriteOutcome[]): void;
  reject(error: unknown): void;
}

interface Group {
  calls: Call[];
  size: number;
  turn: Promise<unknown> | undefined;
}

/** Writes to one namespace that come while another transaction holds it share the next one, in the order of the calls. */
export class GroupedWrites {
  readonly #database: Database;
  readonly #turns: TakingTurns;
  /** By namespace, those whose turn has not come. */
  readonly #waiting = new Map<string, Group>();

  constructor(database: Database, turns: TakingTurns) {
    this.#database = database;
    this.#turns = turns;
  }

  /** @param namespace - That of all the writes. */
  write(namespace: string, writes: readonly RecordWrite[]): Promise<WriteOutcome[]> {
    return new Promise((resolve, reject) => {
      const call = { writes, resolve, reject };
      const waiting = this.#waiting.get(namespace);
      // Not past a call of another kind, which came before this one.
      if (
        waiting !== undefined &&
        waiting.size + writes.length <= mostTogether &&
        this.#turns.isLast(namespace, waiting.turn)
      ) {
        waiting.calls.push(call);
        waiting.size += writes.length;
        return;
      }
      const group: Group = { calls: [call], size: writes.length, turn: undefined };
      this.#waiting.set(namespace, group);
      group.turn = this.#turns.take([namespace], async () => {
        if (this.#waiting.get(namespace) === group) this.#waiting.delete(namespace);
        await this.#send(group.calls);
      });
    });
  }

  /** All in one transaction, or, when one of them is refused, each in its own. */
  async #send(calls: readonly Call[]): Promise<void> {
    try {
      const writes = calls.flatMap(({ writes }) => writes);
      const outcomes = await this.#database.transaction((transaction) => writeAll(transaction, writes, {}));
      let from = 0;
      for (const { writes, resolve } of calls) {
        resolve(outcomes.slice(from, from + writes.length));
        from += writes.length;
      }
    } catch (error) {
      if (calls.length > 1 && isOfOneCall(error)) for (const call of calls) await this.#send([call]);
      else for (const { reject } of calls) reject(error);
    }
  }
}

/** Whether nothing was written for the sake of one call, while others may well be. */
function isOfOneCall(error: unknown): boolean {
  if (SouvenirError.is(error)) return error.code === "VERSION_CONFLICT" || error.code === "INVALID_INPUT";
  // What a value is, or breaks, or how large it is: what is wrong with the database meets all of them.
  return /^(?:22|23|54)/.test(codeOf(error) ?? "");
}
