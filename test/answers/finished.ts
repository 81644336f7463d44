import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Usage } from "./prices.ts";

/** What a model said to a request. */
export interface Reply extends Usage {
  text: string;
  /** Milliseconds of the attempt that was answered. */
  tookMs: number;
  /** The model as the answer names it. */
  model: string;
  /** It came from the stand-in of the tests, and from no model. */
  standIn: boolean;
  /** Ended because it was long enough, and not because it was complete. */
  cutShort: boolean;
}

/** A line of the file. */
export interface FinishedLine {
  /** Of the whole request: where it went, model, messages, options. */
  key: string;
  /** What it was for, for people who read the file. */
  about: string;
  reply: Reply;
}

/**
 * Requests that were answered, a line of JSON each, so that a run which was killed goes on where it was. The key is made of
 * the request itself: another prompt, model, budget, memory or question is another request.
 */
export class Finished {
  readonly #file: string;
  readonly #replies = new Map<string, Reply>();
  readonly #earlier = new Set<string>();
  readonly #taken = new Set<string>();

  constructor(file: string) {
    this.#file = file;
    mkdirSync(dirname(file), { recursive: true });
    if (!existsSync(file)) return;
    const text = readFileSync(file, "utf8");
    for (const line of text.split("\n")) {
      const parsed = parse(line);
      if (parsed === undefined) continue;
      this.#replies.set(parsed.key, parsed.reply);
      this.#earlier.add(parsed.key);
    }
    // Who was killed may have left half a line: the next one must not be its end.
    if (text !== "" && !text.endsWith("\n")) appendFileSync(file, "\n");
  }

  /** How many replies of earlier runs were of use. */
  get reused(): number {
    return this.#taken.size;
  }

  get(key: string): Reply | undefined {
    if (this.#earlier.has(key)) this.#taken.add(key);
    return this.#replies.get(key);
  }

  /** On disk for other processes when this returns: a killed program loses nothing. */
  add(line: FinishedLine): void {
    this.#replies.set(line.key, line.reply);
    appendFileSync(this.#file, `${JSON.stringify(line)}\n`);
  }
}

/** `undefined` for what is no whole line. */
function parse(line: string): FinishedLine | undefined {
  try {
    const parsed = JSON.parse(line) as Partial<FinishedLine> | null;
    return typeof parsed?.key === "string" && typeof parsed.reply?.text === "string"
      ? (parsed as FinishedLine)
      : undefined;
  } catch {
    return undefined;
  }
}
