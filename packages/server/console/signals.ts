import type { WireHit } from "../src/api/wire.ts";
import { type Child, h, svg } from "./dom.ts";
import { counted, score } from "./text.ts";

type Signal = keyof WireHit["signals"];

export const signalNames: readonly Signal[] = ["text", "vector", "entity", "context", "recency"];

/** Below, the figure beside the bar would be 0.00. */
const leastShown = 0.005;

export const meanings: Record<Signal, string> = {
  text: "words in common",
  vector: "meaning or spelling alike",
  entity: "names in common",
  context: "its conversation",
  recency: "how new it is",
};

/** What each signal says, 0 to 1, as bars with their figures. One that says nothing is not drawn. */
export function signalBars(signals: WireHit["signals"]): HTMLElement {
  return h(
    "span",
    { class: "signals" },
    signalNames.map((name) => {
      const value = signals[name];
      if (value < leastShown) return undefined;
      return h(
        "span",
        { class: `signal ${name}`, title: `${name}: ${meanings[name]}` },
        h("span", { class: "name" }, name, " "),
        bar(value),
        h("span", { class: "amount" }, score(value), " "),
      );
    }),
  );
}

/** A length from 0 to 1. */
export function bar(value: number): SVGSVGElement {
  const width = Math.round(Math.min(1, Math.max(0, value)) * 1000) / 10;
  return svg(
    "svg",
    { class: "bar", viewBox: "0 0 100 4", preserveAspectRatio: "none", "aria-hidden": "true" },
    svg("rect", { class: "track", width: 100, height: 4 }),
    svg("rect", { class: "length", width, height: 4 }),
  );
}

/** Why it was found, in a few words each. `toKey` says how a key of another memory is shown. */
export function reasonLines(
  { reasons, duplicates = [] }: WireHit,
  toKey?: (key: string) => Child,
): { label: string; text: Child }[] {
  const { terms, context_terms: beside, entities, neighbours, time } = reasons;
  const keys = (list: readonly string[]): Child => list.map((key) => h("p", {}, toKey?.(key)));
  const lines: { label: string; text: Child }[] = [];
  if (terms.length > 0) lines.push({ label: "words", text: terms.join(", ") });
  if (entities.length > 0) lines.push({ label: "names", text: entities.join(", ") });
  if (beside.length > 0) lines.push({ label: "words beside it", text: beside.join(", ") });
  if (neighbours.length > 0)
    lines.push({
      label: "helped by",
      text: toKey ? keys(neighbours) : counted(neighbours.length, "turn beside it", "turns beside it"),
    });
  if (time !== undefined && time >= leastShown)
    lines.push({ label: "fits the time asked for", text: `${Math.round(time * 100)} %` });
  if (duplicates.length > 0)
    lines.push({
      label: "stands for",
      text: toKey
        ? keys(duplicates)
        : counted(duplicates.length, "memory that says the same", "memories that say the same"),
    });
  return lines;
}
