import type { MemoryRecord, SearchHit } from "@souvenir/core";
import type { Terminal } from "./terminal.ts";
import { bar, oneLine, shorten, wrap } from "./text.ts";

/** A memory as one line: date, key, text, tags. Cut to the width of a terminal, whole in a pipe. */
export function recordLine(record: MemoryRecord, terminal: Terminal): string {
  const date = record.createdAt.slice(0, 10);
  const key = oneLine(record.key);
  const tags = record.tags.map((tag) => ` #${oneLine(tag)}`).join("");
  const role = record.role === undefined ? "" : `${oneLine(record.role)}: `;
  const width = terminal.width;
  const room =
    width === undefined ? undefined : Math.max(20, width - date.length - key.length - tags.length - 4);
  const text = shorten(role + oneLine(record.value), room);
  return `${terminal.paint("dim", date)}  ${terminal.paint("cyan", key)}  ${text}${terminal.paint("dim", tags)}`;
}

/** A hit: its score as a bar, its text, and why it was found. */
export function hitLines(hit: SearchHit, terminal: Terminal): string {
  const width = terminal.width ?? Number.POSITIVE_INFINITY;
  const indent = " ".repeat(17);
  const signals = Object.entries(hit.signals)
    .filter(([, value]) => value >= 0.005)
    .map(([name, value]) => `${name} ${value.toFixed(2)}`)
    .join("  ");
  const [first = "", ...rest] = wrap(oneLine(hit.value), width, indent).split("\n");
  const head = `${terminal.paint("green", bar(hit.score))} ${hit.score.toFixed(2)}  ${first.trimStart()}`;
  const words = hit.reasons.terms.map(oneLine).join(", ");
  const foot = [oneLine(hit.key), hit.createdAt.slice(0, 10), signals, words && `words: ${words}`]
    .filter(Boolean)
    .join("  ·  ");
  return [head, ...rest, indent + terminal.paint("dim", foot)].join("\n");
}
