/** Which records are drawn from which others, in memory. */
export class InMemorySources {
  readonly #drawn = new Map<number, Set<number>>();
  readonly #sources = new Map<number, Set<number>>();

  /** A record is drawn from these now, and from no others. */
  link(record: number, sources: readonly number[]): void {
    for (const source of this.#sources.get(record) ?? []) this.#unlink(source, record);
    for (const source of sources) {
      this.#drawn.set(source, (this.#drawn.get(source) ?? new Set()).add(record));
      this.#sources.set(record, (this.#sources.get(record) ?? new Set()).add(source));
    }
  }

  /** What is drawn from a record, and what a record is drawn from. */
  drawnFrom(source: number): number[] {
    return [...(this.#drawn.get(source) ?? [])];
  }
  of(record: number): number[] {
    return [...(this.#sources.get(record) ?? [])];
  }

  /** A source is none any more. Answers what was drawn from it: from it alone, and from others too. */
  drop(source: number): { alone: number[]; others: number[] } {
    const drawn = [...(this.#drawn.get(source) ?? [])];
    for (const record of drawn) this.#unlink(source, record);
    return {
      alone: drawn.filter((record) => !this.#sources.has(record)),
      others: drawn.filter((record) => this.#sources.has(record)),
    };
  }

  #unlink(source: number, record: number): void {
    for (const [links, from, to] of [
      [this.#drawn, source, record],
      [this.#sources, record, source],
    ] as const) {
      links.get(from)?.delete(to);
      if (links.get(from)?.size === 0) links.delete(from);
    }
  }
}
