/**
 * Classes of characters, from a table in the model file and not from the engine: engines know different versions of
 * Unicode, and a text must be read alike everywhere.
 */
const letter = 1;
const markWithoutWidth = 2;
const otherMark = 3;
const unassigned = 4;
/** Beside `letter`: of a script that is written without spaces and whose terms are matched by their length. */
const eastern = 8;
const classBits = 7;

/** Kana, Chinese characters, Hangul, Thai. */
const easternScripts = [
  [0x3040, 0x30ff],
  [0x3400, 0x9fff],
  [0xac00, 0xd7af],
  [0x0e00, 0x0e7f],
] as const;

export class Characters {
  /** Class of each UTF-16 code unit. */
  readonly #units: Uint8Array = new Uint8Array(0x10000);
  /** Beyond them, runs: the first character of each, and its class. */
  readonly #starts: number[] = [];
  readonly #classes: number[] = [];

  /** @param runs - `length * 8 + class` of each run of characters, from U+0000 on, seven bits a byte, lowest first. */
  constructor(runs: Uint8Array) {
    let code = 0;
    for (let at = 0; at < runs.length; ) {
      let run = 0;
      let factor = 1;
      for (; runs[at]! >= 0x80; at++, factor *= 0x80) run += (runs[at]! & 0x7f) * factor;
      run += runs[at++]! * factor;
      const kind = run % 8;
      const end = code + Math.floor(run / 8);
      this.#units.fill(kind, code, Math.min(end, 0x10000));
      if (end > 0x10000) {
        this.#starts.push(Math.max(code, 0x10000));
        this.#classes.push(kind);
      }
      code = end;
    }
    for (const [first, last] of easternScripts)
      for (let unit = first; unit <= last; unit++) this.#units[unit]! |= eastern;
  }

  /** Units of UTF-16 that a letter or digit at this place takes: 1 or 2; 0 where there is none. */
  letterAt(text: string, at: number): 0 | 1 | 2 {
    if (at >= text.length) return 0;
    const unit = text.charCodeAt(at);
    if (unit < 0xd800 || unit > 0xdbff) return (this.#units[unit]! & classBits) === letter ? 1 : 0;
    return this.#classOf(text.codePointAt(at)!) === letter ? 2 : 0;
  }

  isEastern(unit: number): boolean {
    return (this.#units[unit]! & eastern) !== 0;
  }

  /**
   * The text without what engines would treat differently, or in time that grows with its square: characters that the
   * table does not know become spaces, and of more than 30 marks in a row, which no language writes (Unicode Standard
   * Annex 15, "Stream-Safe Text Format"), the first 30 stay.
   */
  clean(text: string): string {
    let marks = 0;
    return this.#replace(text, (kind) => {
      const isMark = kind === markWithoutWidth || kind === otherMark;
      marks = isMark ? marks + 1 : 0;
      if (marks > 30) return "";
      return kind === unassigned ? " " : undefined;
    });
  }

  /** A word without its combining marks: "é" is read as "e". */
  withoutMarks(word: string): string {
    return this.#replace(word.normalize("NFD"), (kind) => (kind === markWithoutWidth ? "" : undefined));
  }

  /** Puts something else in the place of characters, by their class; `undefined` keeps one. */
  #replace(text: string, substitute: (kind: number) => string | undefined): string {
    let replaced = "";
    let kept = 0;
    for (let at = 0; at < text.length; ) {
      const code = text.codePointAt(at)!;
      const next = at + (code > 0xffff ? 2 : 1);
      const instead = substitute(this.#classOf(code));
      if (instead !== undefined) {
        replaced += text.slice(kept, at) + instead;
        kept = next;
      }
      at = next;
    }
    return kept === 0 ? text : replaced + text.slice(kept);
  }

  #classOf(code: number): number {
    if (code < 0x10000) return this.#units[code]! & classBits;
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= code) low = middle;
      else high = middle - 1;
    }
    return this.#classes[low]!;
  }
}
