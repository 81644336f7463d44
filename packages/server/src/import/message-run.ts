import type { ImportItem, SourceMessage } from "./format.ts";
import { chained, digestOf, keyOf, parted, passedOver } from "./keys.ts";

/** Messages of a copy that breaks off, from so many on: fewer may be somebody who begins as before. */
const fewest = 3;

/**
 * Messages that stand alone, one after another: one conversation. It is named by its first message, so that a file that
 * was cut off and the whole one give the same memories. A file that holds the same messages twice, one copy behind the
 * other, gives them once.
 */
export class MessageRun {
  #thread: string | undefined;
  #before = "";
  #latest: string | undefined;
  readonly #marks: string[] = [];
  #repeated: SourceMessage[] = [];
  /** Whether something broken was among them: what comes after it may be the whole of what it was. */
  #isBroken = false;

  async *add(message: SourceMessage): AsyncGenerator<ImportItem> {
    const passed = passedOver(message);
    if (passed !== undefined) {
      yield { passed };
      return;
    }
    const mark = await digestOf(message.id, message.role, message.text, message.createdAt);
    if (this.#repeated.length > 0) {
      if (mark === this.#marks[this.#repeated.length]) {
        this.#repeated.push(message);
        if (this.#repeated.length === this.#marks.length) yield* this.#drop();
        return;
      }
      yield* this.#keepRepeated();
    }
    if ((this.#marks.length > 1 || this.#isBroken) && mark === this.#marks[0]) {
      this.#repeated.push(message);
      if (this.#marks.length === 1) yield* this.#drop();
      return;
    }
    yield* this.#keep(message, mark);
  }

  foundBroken(): void {
    this.#isBroken = true;
  }

  async *end(): AsyncGenerator<ImportItem> {
    if (this.#repeated.length >= fewest) yield* this.#drop();
    else yield* this.#keepRepeated();
  }

  *#drop(): Generator<ImportItem> {
    for (const _ of this.#repeated) yield { passed: "messages that the file has twice" };
    this.#repeated = [];
  }

  async *#keepRepeated(): AsyncGenerator<ImportItem> {
    const repeated = this.#repeated;
    this.#repeated = [];
    for (const message of repeated)
      yield* this.#keep(message, await digestOf(message.id, message.role, message.text, message.createdAt));
  }

  async *#keep(message: SourceMessage, mark: string): AsyncGenerator<ImportItem> {
    this.#marks.push(mark);
    this.#thread ??= await keyOf("messages", mark);
    this.#latest = message.createdAt ?? this.#latest;
    this.#before =
      message.id === undefined
        ? await chained("messages", this.#before || this.#thread, message)
        : await keyOf("messages", await digestOf(this.#thread, message.id));
    yield* parted({
      key: this.#before,
      value: message.text,
      role: message.role,
      thread: this.#thread,
      metadata: { source: "messages", ...message.metadata },
      ...(this.#latest === undefined ? {} : { createdAt: this.#latest }),
    });
  }
}
