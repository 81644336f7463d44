import { roundedInteger, roundedMessage, withoutRounding } from "../api/json.ts";
import { readCut } from "./cut-json.ts";
import { Decoding } from "./decoding.ts";
import type { ImportFormat, ImportItem, Piece } from "./format.ts";
import { souvenir } from "./formats/souvenir.ts";
import { formats } from "./formats.ts";
import { type JsonPiece, JsonPieces } from "./json-pieces.ts";
import { MessageRun } from "./message-run.ts";
import { type ImportSource, unpacked } from "./unpacked.ts";

/** What came of a piece of a file: an item, where it stands and who wrote it. */
export type ReadItem = ImportItem & {
  /** As in `conversations.json, line 3`; `""` for a text without a name. */
  where: string;
  format?: string;
};

/** UTF-16 units at the start of a file that show whether it is JSON. */
const enough = 1_024;
/** Of a text, so many at most: longer than any note. */
const longestText = 64 * 2 ** 20;

/**
 * All that a source holds, as it arrives: whatever is no memory is said with its place, and what comes after it is read on.
 * @param most - UTF-16 units of one JSON value; a longer one is refused.
 */
export async function* readSource(source: ImportSource, most: number): AsyncGenerator<ReadItem> {
  let file: FileReading | undefined;
  for await (const event of unpacked(source)) {
    if ("open" in event) file = new FileReading(event.open, event.changedAt, most);
    else if ("bytes" in event) yield* (file as FileReading).push(event.bytes);
    else if ("close" in event) yield* (file as FileReading).end();
    else yield { refused: event.failed, where: source.name ?? "" };
  }
}

/** One file: JSON values, or a text. */
class FileReading {
  readonly #name: string | undefined;
  readonly #changedAt: string | undefined;
  readonly #decoding = new Decoding();
  readonly #pieces: JsonPieces;
  #kind: "unknown" | "json" | "text" = "unknown";
  #texts: string[] = [];
  #length = 0;
  #run: MessageRun | undefined;
  /** Line of the last value that stands where an object should. */
  #looseLine = 0;

  constructor(name: string | undefined, changedAt: Date | undefined, most: number) {
    this.#name = name;
    this.#changedAt =
      changedAt === undefined || Number.isNaN(changedAt.getTime()) ? undefined : changedAt.toISOString();
    this.#pieces = new JsonPieces(most);
  }

  async *push(bytes: Uint8Array): AsyncGenerator<ReadItem> {
    yield* this.#take(this.#decoding.push(bytes));
  }

  async *end(): AsyncGenerator<ReadItem> {
    yield* this.#take(this.#decoding.end());
    if (this.#decoding.binary) {
      yield { passed: "files that hold no text", where: this.#where() };
      return;
    }
    if (this.#kind === "unknown") yield* this.#decide();
    if (this.#kind === "json") for (const piece of this.#pieces.end()) yield* this.#piece(piece);
    else if (this.#kind === "text") yield* this.#text();
    yield* this.#endRun();
  }

  async *#take(text: string): AsyncGenerator<ReadItem> {
    if (text === "") return;
    if (this.#kind === "json") {
      for (const piece of this.#pieces.push(text)) yield* this.#piece(piece);
      return;
    }
    this.#length += text.length;
    if (this.#length <= longestText) this.#texts.push(text);
    if (this.#kind === "unknown" && this.#length >= enough && this.#texts.join("").trim() !== "")
      yield* this.#decide();
  }

  async *#decide(): AsyncGenerator<ReadItem> {
    const text = this.#texts.join("");
    this.#kind = looksLikeJson(text) ? "json" : "text";
    if (this.#kind === "text") return;
    this.#texts = [];
    for (const piece of this.#pieces.push(text)) yield* this.#piece(piece);
  }

  async *#text(): AsyncGenerator<ReadItem> {
    const value = this.#texts.join("");
    const where = this.#where();
    if (value.trim() === "") return;
    if (this.#length > longestText) yield { refused: `a text of more than ${longestText} characters`, where };
    else if (this.#isBad(value)) yield { refused: "it is not UTF-8, and not UTF-16", where };
    else yield* this.#items({ value, isText: true }, where);
  }

  async *#piece({ text, line, state }: JsonPiece): AsyncGenerator<ReadItem> {
    const where = this.#where(line);
    if (!/^[{[]/.test(text) && state !== "large") {
      // What is left of a line that is broken is refused once.
      if (line !== this.#looseLine) yield { refused: "it is not JSON", where };
      this.#looseLine = line;
      this.#run?.foundBroken();
      return;
    }
    if (state === "large") return yield { refused: "an entry that is too large", where };
    if (this.#isBad(text)) return yield { refused: "it holds bytes that are not UTF-8", where };
    // Other programs' integers that long are ids, and are kept as texts; of our own lines they are refused everywhere.
    const exact = withoutRounding(text);
    let value: unknown;
    try {
      value = state === "whole" ? JSON.parse(exact) : undefined;
    } catch {
      // Told below, as what is broken is.
    }
    if (state === "cut") value = readCut(exact);
    const rounded = value === undefined ? undefined : roundedInteger(text);
    if (rounded !== undefined && formatOf({ value })?.name === souvenir.name)
      return yield { refused: roundedMessage(rounded), where };
    if (value !== undefined)
      yield* this.#items({ value, ...(state === "cut" ? { isCut: true } : {}) }, where);
    if (state === "cut")
      yield {
        refused: `the file ends within this entry${value === undefined ? "" : ", and what stands before its end is taken"}`,
        where,
      };
    else if (value === undefined) {
      this.#run?.foundBroken();
      yield { refused: "it is not JSON", where };
    }
  }

  async *#items(given: Pick<Piece, "value" | "isCut" | "isText">, where: string): AsyncGenerator<ReadItem> {
    const { value, isText = false } = given;
    const piece: Piece = {
      ...given,
      ...(this.#name === undefined ? {} : { file: this.#name }),
      ...(this.#changedAt === undefined ? {} : { changedAt: this.#changedAt }),
    };
    const format = formatOf(piece);
    if (format === undefined) {
      if (Array.isArray(value)) {
        for (const each of value) yield* this.#items({ value: each }, where);
        return;
      }
      yield* this.#endRun();
      yield isText
        ? { passed: "web pages", where }
        : { refused: "it is of no format that is known here", where };
      return;
    }
    for await (const item of format.read(piece)) {
      if ("message" in item) {
        this.#run ??= new MessageRun();
        for await (const said of this.#run.add(item.message)) yield { ...said, where, format: format.name };
      } else {
        if ("entry" in item || "record" in item) yield* this.#endRun();
        yield { ...item, where, format: format.name };
      }
    }
  }

  async *#endRun(): AsyncGenerator<ReadItem> {
    const run = this.#run;
    this.#run = undefined;
    if (run !== undefined)
      for await (const item of run.end()) yield { ...item, where: this.#where(), format: "messages" };
  }

  #isBad(text: string): boolean {
    return this.#decoding.invalid && text.includes("\ufffd");
  }

  #where(line?: number): string {
    return [this.#name, line === undefined ? undefined : `line ${line}`]
      .filter((part) => part !== undefined)
      .join(", ");
  }
}

/** Notes begin with brackets too: `[[a link]]`, `[ ] a task`, `{{a template}}`. */
function looksLikeJson(text: string): boolean {
  if (/^[\s\ufeff]*(?:\{\s*["}]|\[\s*(?:\[\s*)?\{|\[\s*\]?\s*$)/.test(text)) return true;
  // The first line may be the broken one.
  const second = text.trimStart().split("\n", 2)[1] ?? "";
  return /^\{".*\}\s*$/.test(second);
}

function formatOf(piece: Piece): ImportFormat | undefined {
  return formats.find((format) => format.recognises(piece));
}

/**
 * Whether a file that begins so is for the readers of other programs' formats, and not lines of our own. `undefined`: more
 * of it has to be seen.
 * @param isAll - Whether that is all of it.
 * @returns `json` for values of JSON, `other` for texts, archives and other encodings.
 */
export function foreignKind(start: Uint8Array, isAll: boolean): "json" | "other" | "none" | undefined {
  const decoding = new Decoding();
  const text = decoding.push(start) + decoding.end();
  if (decoding.binary || decoding.isWide) return "other";
  if (!isAll && start.length < 64 * 1024 && !firstLineIsJson(text)) return undefined;
  if (!looksLikeJson(text)) return text.trim() === "" ? "none" : "other";
  const pieces = new JsonPieces(Number.POSITIVE_INFINITY);
  for (const piece of [...pieces.push(text), ...pieces.end()]) {
    const value = piece.state === "broken" ? undefined : readCut(piece.text, { keep: true });
    const format = value === undefined ? undefined : formatOf({ value });
    return format !== undefined && format.name !== "Souvenir" ? "json" : "none";
  }
  return "none";
}

function firstLineIsJson(text: string): boolean {
  const end = text.indexOf("\n");
  if (end === -1) return false;
  try {
    return typeof JSON.parse(text.slice(0, end).replace(/^\ufeff/, "")) === "object";
  } catch {
    return false;
  }
}
