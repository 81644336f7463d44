import { once } from "node:events";
import { styleText } from "node:util";
import type { Progress } from "@souvenir/core";

type Style = "bold" | "dim" | "green" | "red" | "yellow" | "cyan";

const barWidth = 30;
const redrawMs = 100;

/** Results go to stdout, everything else to stderr. */
export class Terminal {
  readonly #stdout: NodeJS.WriteStream;
  readonly #stderr: NodeJS.WriteStream;
  /** Results are JSON: one document, or one for each line of a list. */
  readonly json: boolean;
  #interruption: AbortController | undefined;

  constructor(options: { stdout: NodeJS.WriteStream; stderr: NodeJS.WriteStream; json: boolean }) {
    this.#stdout = options.stdout;
    this.#stderr = options.stderr;
    this.json = options.json;
  }

  /** Columns to fit in, `undefined` where nobody looks: a pipe or a file gets whole lines. */
  get width(): number | undefined {
    return this.#stdout.isTTY ? Math.max(40, this.#stdout.columns ?? 80) : undefined;
  }

  /** Writes a line of the result and waits while the reader is behind. */
  async line(text = ""): Promise<void> {
    if (!this.#stdout.write(`${text}\n`)) await once(this.#stdout, "drain");
  }

  async document(value: unknown): Promise<void> {
    await this.line(JSON.stringify(value));
  }

  /** Says something that is not part of the result. */
  note(text: string): void {
    this.#stderr.write(`${text}\n`);
  }

  /** Paints only where a person looks, and not under NO_COLOR. */
  paint(style: Style, text: string): string {
    return styleText(style, text, { stream: this.#stdout });
  }

  paintNote(style: Style, text: string): string {
    return styleText(style, text, { stream: this.#stderr });
  }

  /**
   * A bar that is drawn over itself, on a terminal only. `clear` takes it away. `text` stands behind it, by default how
   * much is done.
   */
  progress(label: string): { update: (progress: Progress, text?: string) => void; clear: () => void } {
    const stream = this.#stderr;
    if (!stream.isTTY) return { update: () => {}, clear: () => {} };
    let drawnAt = Number.NEGATIVE_INFINITY;
    return {
      update: ({ done, total }, text = total === undefined ? String(done) : `${done} of ${total}`) => {
        const now = performance.now();
        if (now - drawnAt < redrawMs && done !== total) return;
        drawnAt = now;
        const share = total === undefined ? undefined : total === 0 ? 1 : Math.min(1, done / total);
        const bar =
          share === undefined
            ? ""
            : `${"█".repeat(Math.round(share * barWidth)).padEnd(barWidth, "░")} ${Math.floor(share * 100)} % `;
        stream.write(`\r\u001b[K${label} ${bar}${text}`);
      },
      clear: () => stream.write("\r\u001b[K"),
    };
  }

  /** Aborted by the first SIGINT or SIGTERM, for work that stops at a whole place. The second one ends at once. */
  interruption(): AbortSignal {
    if (this.#interruption !== undefined) return this.#interruption.signal;
    const controller = new AbortController();
    this.#interruption = controller;
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => controller.abort(new InterruptedError(signal)));
    }
    return controller.signal;
  }

  /** Asks on the terminal. `false` where nobody can answer. */
  async confirm(question: string): Promise<boolean> {
    if (!process.stdin.isTTY || !this.#stderr.isTTY) return false;
    const { createInterface } = await import("node:readline/promises");
    const lines = createInterface({ input: process.stdin, output: this.#stderr });
    try {
      return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
    } finally {
      lines.close();
    }
  }
}

/** The user stopped the work. Exit code 130, or 143 for SIGTERM. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
  readonly signal: "SIGINT" | "SIGTERM";

  constructor(signal: "SIGINT" | "SIGTERM") {
    super("stopped");
    this.signal = signal;
  }
}
