/** A JSON value of a file, as text. */
export interface JsonPiece {
  text: string;
  /** Line of the file in which it begins, from 1. */
  line: number;
  /** `cut`: the file ends within it. `broken`: it is none, and what comes after it is read on. `large`: it was passed over. */
  state: "whole" | "cut" | "broken" | "large";
}

const [quote, backslash, comma, colon] = ['"', "\\", ",", ":"].map((sign) => sign.charCodeAt(0)) as [
  number,
  number,
  number,
  number,
];
const [openList, closeList, openObject, closeObject] = ["[", "]", "{", "}"].map((sign) =>
  sign.charCodeAt(0),
) as [number, number, number, number];
const lineFeed = 10;
/** Times that a file is read on after something broken: a text that only looks like JSON comes to an end. */
const mostRestarts = 10_000;

/**
 * Cuts a text into its JSON values, as it arrives: lines of JSON, a list of any size (its elements), documents one after
 * another, and all of these mixed. It keeps no more than one value. Parsers stop at the first thing that is not JSON; this
 * says what is broken and goes on with what comes next.
 */
export class JsonPieces {
  readonly #most: number;
  #parts: string[] = [];
  #length = 0;
  #open: "no" | "nested" | "string" | "bare" | "passing" = "no";
  /** Of the next sign, while its line has nothing but white space before it; else -1. */
  #column = 0;
  /** Where the value begins in its line, if nothing stands before it; else 0. */
  #startColumn = 0;
  #stack: number[] = [];
  #inString = false;
  #escaped = false;
  /** Last sign outside of strings that is no white space. */
  #before = 0;
  #inList = false;
  #line = 1;
  #startLine = 1;
  #restarts = 0;

  /** @param most - UTF-16 units of a value; a longer one is passed over. */
  constructor(most: number) {
    this.#most = most;
  }

  *push(chunk: string): Generator<JsonPiece> {
    let start = 0;
    let at = 0;
    const close = (end: number, state: JsonPiece["state"]): JsonPiece => {
      const isLarge = this.#length + end - start > this.#most;
      const text = isLarge ? "" : this.#parts.join("") + chunk.slice(start, end);
      const line = this.#startLine;
      this.#reset();
      return { text, line, state: isLarge ? "large" : state };
    };
    while (at < chunk.length) {
      const unit = chunk.charCodeAt(at);
      if (this.#inString) {
        at = this.#throughString(chunk, at);
        if (this.#inString && at < chunk.length && chunk.charCodeAt(at) === lineFeed) {
          // A line that was cut off: no string goes over its end.
          yield* this.#broken(close(at, "broken"));
          start = at;
        } else if (!this.#inString && this.#open === "string") yield close(at, "whole");
        continue;
      }
      if (this.#open === "passing") {
        const isBracket = unit === openObject || unit === openList;
        if (isBracket && (this.#column === 0 || this.#column === this.#startColumn)) {
          this.#open = "no";
          continue;
        }
        if (unit === lineFeed) this.#line++;
        this.#column = unit === lineFeed ? 0 : unit <= 32 && this.#column >= 0 ? this.#column + 1 : -1;
        at++;
        continue;
      }
      if (this.#open === "bare") {
        if (unit === lineFeed || unit === comma || unit === closeList || unit === openObject) {
          yield close(at, "whole");
          continue;
        }
        at++;
        continue;
      }
      if (unit <= 32) {
        if (unit === lineFeed) this.#line++;
        this.#column = unit === lineFeed ? 0 : this.#column < 0 ? -1 : this.#column + 1;
        at++;
        continue;
      }
      if (this.#open === "no") {
        start = at;
        this.#startColumn = Math.max(0, this.#column);
        this.#startLine = this.#line;
        if (unit === openList && !this.#inList) this.#inList = true;
        else if (unit === closeList) this.#inList = false;
        else if (unit === openObject || unit === openList) {
          this.#open = "nested";
          this.#stack.push(unit);
        } else if (unit === quote) {
          this.#open = "string";
          this.#inString = true;
        } else if (unit !== comma) this.#open = "bare";
        this.#before = unit;
        this.#column = -1;
        at++;
        continue;
      }
      if (unit === quote || unit === openObject || unit === openList) {
        if (!this.#mayBegin(unit)) {
          yield* this.#broken(close(at, "broken"));
          start = at;
          continue;
        }
        if (unit === quote) this.#inString = true;
        else this.#stack.push(unit);
      } else if (unit === closeObject || unit === closeList) {
        this.#stack.pop();
        if (this.#stack.length === 0) {
          at++;
          yield close(at, "whole");
          continue;
        }
      }
      this.#before = unit;
      at++;
    }
    if (this.#open !== "no" && this.#open !== "passing") {
      this.#length += chunk.length - start;
      if (this.#length > this.#most) this.#parts = [];
      else this.#parts.push(chunk.slice(start));
    }
  }

  *end(): Generator<JsonPiece> {
    if (this.#open === "no" || this.#open === "passing") return;
    const state = this.#open === "bare" ? "whole" : "cut";
    const large = this.#length > this.#most;
    const piece = {
      text: this.#parts.join(""),
      line: this.#startLine,
      state: large ? "large" : state,
    } as const;
    this.#reset();
    yield piece;
  }

  /** Whether a string, an object or a list may stand here. */
  #mayBegin(unit: number): boolean {
    const isFirst = this.#before === openList || this.#before === comma;
    if (this.#before === colon || (isFirst && this.#stack.at(-1) === openList)) return true;
    return unit === quote && (isFirst || this.#before === openObject);
  }

  /** Behind the end of the string that a place is in, at the end of its line, or at the end of the chunk. */
  #throughString(chunk: string, from: number): number {
    for (let at = from; at < chunk.length; at++) {
      if (this.#escaped) {
        this.#escaped = false;
        continue;
      }
      const unit = chunk.charCodeAt(at);
      if (unit === backslash) this.#escaped = true;
      else if (unit === quote) {
        this.#inString = false;
        this.#before = quote;
        return at + 1;
      } else if (unit === lineFeed) return at;
    }
    return chunk.length;
  }

  /**
   * What is broken up to where something of the same kind begins again, and what is found from there on; where nothing does,
   * lines are passed over up to one that begins as far left.
   */
  *#broken(piece: JsonPiece): Generator<JsonPiece> {
    const { text } = piece;
    // Whatever list it was in, what follows may be another file.
    this.#inList = false;
    const lastLine = /\n([^\S\n]*)$/.exec(text);
    const next = ++this.#restarts > mostRestarts ? -1 : beginningAgain(text, this.#startColumn);
    if (next === -1) {
      this.#open = "passing";
      this.#column = lastLine === null ? -1 : (lastLine[1] as string).length;
      yield piece;
      return;
    }
    yield { ...piece, text: text.slice(0, next) };
    const line = this.#line;
    this.#line = piece.line + lineFeeds(text.slice(0, next));
    yield* this.push(text.slice(next));
    this.#line = line;
  }

  #reset(): void {
    this.#parts = [];
    this.#length = 0;
    this.#open = "no";
    this.#stack = [];
    this.#inString = false;
    this.#escaped = false;
    this.#before = 0;
  }
}

function lineFeeds(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) count++;
  return count;
}

/**
 * Where something begins behind the beginning of a broken value: a line that begins as far left, an object with the same
 * first name in a list, or a list where none can stand. -1: nowhere.
 */
function beginningAgain(text: string, column: number): number {
  const line = new RegExp(`\\n(?:[^\\S\\n]{${column}})?(?=[{[])`, "g");
  line.lastIndex = 1;
  const onLine = line.exec(text);
  const list = /[^\s:,[]\[\{/.exec(text);
  const [first] = /^\{\s*"[^"\n]{1,100}"/.exec(text) ?? [];
  const same = first === undefined ? -1 : text.indexOf(`,${first}`, 1);
  const found = [
    onLine === null ? -1 : onLine.index,
    list === null ? -1 : list.index + 1,
    same === -1 ? -1 : same + 1,
  ].filter((place) => place > 0);
  return found.length === 0 ? -1 : Math.min(...found);
}
