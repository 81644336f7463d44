/**
 * Who changes the same namespaces in this process goes one after the other: the lock in the database would have each wait
 * on a connection of its own, until there is none left for anybody else.
 */
export class TakingTurns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Does some work after all that was given before for any of the names, whatever came of it. */
  take<Answer>(names: Iterable<string>, work: () => Promise<Answer>): Promise<Answer> {
    const own = [...new Set(names)];
    const before = own.flatMap((name) => this.#last.get(name) ?? []);
    const working = before.length === 0 ? work() : Promise.allSettled(before).then(work);
    for (const name of own) this.#last.set(name, working);
    const leave = () => {
      for (const name of own) if (this.#last.get(name) === working) this.#last.delete(name);
    };
    working.then(leave, leave);
    return working;
  }

  /** Whether nobody waits behind a turn for a name. */
  isLast(name: string, turn: Promise<unknown> | undefined): boolean {
    return turn !== undefined && this.#last.get(name) === turn;
  }
}
