import type { SearchHit } from "@souvenir/core";

const width = 80;
const colours = process.stdout.isTTY && process.env.NO_COLOR === undefined;

const paint = (code: number) => (text: string) => (colours ? `\u001b[${code}m${text}\u001b[0m` : text);
export const bold = paint(1);
export const dim = paint(2);
export const green = paint(32);

export function say(text = ""): void {
  process.stdout.write(`${text}\n`);
}

export function heading(text: string): void {
  say();
  say(bold(text));
}

/** A text in lines of at most 80 columns. */
export function wrap(text: string, indent = ""): string {
  const lines: string[] = [];
  for (const paragraph of text.split("\n")) {
    let line = indent;
    for (const word of paragraph.split(" ")) {
      if (line.length + word.length + 1 > width && line.trim() !== "") {
        lines.push(line);
        line = indent;
      }
      line += line === indent ? word : ` ${word}`;
    }
    lines.push(line);
  }
  return lines.join("\n");
}

/** A memory with its score and what each signal says of it. */
export function showHit(hit: SearchHit, rank: number): void {
  const signals = Object.entries(hit.signals)
    .filter(([, value]) => value > 0)
    .map(([name, value]) => `${name} ${value.toFixed(2)}`)
    .join("  ");
  const label = `${rank}. `;
  say(`  ${label}${green(bar(hit.score))} ${hit.score.toFixed(2)}  ${dim(signals)}`);
  say(wrap(shorten(hit.value, 150), "     "));
}

function bar(score: number): string {
  const full = Math.round(score * 10);
  return "█".repeat(full) + "░".repeat(10 - full);
}

function shorten(text: string, length: number): string {
  const line = text.replace(/\s+/g, " ");
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`;
}

/** A bar that is drawn over itself in a terminal, and a line each tenth elsewhere. */
export function progressBar(label: string): (progress: { done: number; total?: number }) => void {
  let shown = -1;
  return ({ done, total = done }) => {
    const share = total === 0 ? 1 : done / total;
    const step = Math.floor(share * (process.stdout.isTTY ? 40 : 10));
    if (step === shown) return;
    shown = step;
    const line = `${label} ${bar(share)} ${done}/${total}`;
    if (process.stdout.isTTY) process.stdout.write(`\r${line}${done === total ? "\n" : ""}`);
    else say(line);
  };
}
