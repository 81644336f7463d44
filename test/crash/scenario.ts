import { createHash } from "node:crypto";
import type { Embedder } from "@souvenir/core";

/** One write as the writer announces it (`try`) and confirms it (`ack`), a line of JSON each. */
export type Line =
  | { step: "ready" }
  | { step: "try" | "ack"; kind: "set"; key: string; version: number }
  | { step: "try" | "ack"; kind: "many"; keys: string[] }
  | { step: "try" | "ack"; kind: "delete"; key: string }
  | { step: "try" | "ack"; kind: "turn"; id: string };

export const namespace = "crash";

/** A text that shows whether it is whole: it ends with its own checksum. */
export function wholeText(key: string, version: number): string {
  const body = `memory ${key} in version ${version} ${"with some words to fill the page ".repeat(1 + (version % 7))}`;
  return `${body}#${createHash("sha256").update(body).digest("hex")}`;
}

export function isWhole(text: string): boolean {
  const cut = text.lastIndexOf("#");
  return createHash("sha256").update(text.slice(0, cut)).digest("hex") === text.slice(cut + 1);
}

/** Slow enough that a kill finds texts in the queue. */
export function slowEmbedder(name: string): Embedder {
  return {
    id: `crash-${name}`,
    dimensions: 8,
    maxBatch: 4,
    async embed(texts) {
      await new Promise((done) => setTimeout(done, 3));
      return texts.map((text) => {
        const hash = createHash("sha256").update(name).update(text).digest();
        return Float32Array.from({ length: 8 }, (_, index) => (hash[index] as number) - 127.5);
      });
    },
  };
}
