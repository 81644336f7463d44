/**
 * Insertions, deletions, substitutions and swaps of neighbours that turn one word into another (the restricted distance
 * of Damerau, 1964), up to a small number of them.
 */
export class EditDistance {
  readonly #units: Uint16Array;
  readonly #most: number;
  #beforeLast: Uint8Array;
  #last: Uint8Array;
  #current: Uint8Array;

  /** @param word At most 200 UTF-16 units. @param most 0 to 50; larger distances are not told apart. */
  constructor(word: string, most: number) {
    this.#units = Uint16Array.from({ length: word.length }, (_, at) => word.charCodeAt(at));
    this.#most = most;
    this.#beforeLast = new Uint8Array(word.length + 1);
    this.#last = new Uint8Array(word.length + 1);
    this.#current = new Uint8Array(word.length + 1);
  }

  /** The distance to another word, or one more than the most when it is larger. */
  to(other: string): number {
    const units = this.#units;
    const most = this.#most;
    const tooFar = most + 1;
    if (Math.abs(other.length - units.length) > most) return tooFar;
    let beforeLast = this.#beforeLast;
    let last = this.#last;
    let current = this.#current;
    for (let column = 0; column <= units.length; column++) last[column] = Math.min(column, tooFar);
    let unitBefore = 0;
    for (let row = 1; row <= other.length; row++) {
      const unit = other.charCodeAt(row - 1);
      // Only cells near the diagonal can be within reach.
      const from = Math.max(1, row - most);
      const to = Math.min(units.length, row + most);
      current[from - 1] = from === 1 ? Math.min(row, tooFar) : tooFar;
      let best = current[from - 1]!;
      for (let column = from; column <= to; column++) {
        const same = units[column - 1] === unit;
        let cost = last[column - 1]! + (same ? 0 : 1);
        const deleted = (column === row + most ? tooFar : last[column]!) + 1;
        if (deleted < cost) cost = deleted;
        const inserted = current[column - 1]! + 1;
        if (inserted < cost) cost = inserted;
        if (row > 1 && column > 1 && units[column - 2] === unit && units[column - 1] === unitBefore) {
          const swapped = beforeLast[column - 2]! + 1;
          if (swapped < cost) cost = swapped;
        }
        current[column] = cost;
        if (cost < best) best = cost;
      }
      if (best > most) return tooFar;
      unitBefore = unit;
      const free = beforeLast;
      beforeLast = last;
      last = current;
      current = free;
    }
    this.#beforeLast = beforeLast;
    this.#last = last;
    this.#current = current;
    return Math.min(last[units.length]!, tooFar);
  }
}
