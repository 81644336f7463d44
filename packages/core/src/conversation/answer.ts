import { textOf } from "./content.ts";

/**
 * Puts what an assistant says in a stream together: deltas of several texts, which may come interleaved, each in its
 * place. A tool's call and a picture keep the place that they came in.
 */
export class StreamedContent {
  readonly #parts: { type: string; text?: string }[] = [];
  readonly #texts = new Map<string, { type: string; text: string }>();

  /** Begins another text, under an id that one before may have had. */
  startText(id: string): void {
    this.#texts.delete(id);
    this.addText("", id);
  }

  /** @param id - Of the text that the delta belongs to, for streams that have several. */
  addText(delta: string, id?: string): void {
    const last = this.#parts.at(-1);
    const name = id ?? "";
    let part = this.#texts.get(name);
    // Without an id, what comes after something else is a text of its own.
    if (part === undefined || (id === undefined && part !== last)) {
      part = { type: "text", text: "" };
      this.#parts.push(part);
      this.#texts.set(name, part);
    }
    part.text += delta;
  }

  /** Something else than text, such as a call of a tool. */
  addPart(type: string): void {
    if (this.#parts.at(-1)?.type !== type) this.#parts.push({ type });
  }

  /** What was said so far. */
  get text(): string {
    return textOf(this.#parts);
  }
}
