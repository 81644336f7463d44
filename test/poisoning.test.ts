import { createMemory } from "@souvenir/core";
import { describe, expect, test } from "vitest";
import { readTexts } from "./poisoning/texts.ts";

const texts = readTexts();
const halves = [...new Set(texts.map(({ half }) => half))];

test("orders to a model and ordinary text are there in eight languages, in each half", () => {
  for (const half of halves)
    for (const kind of ["order", "ordinary"])
      expect(
        new Set(
          texts.filter((text) => text.half === half && text.kind === kind).map(({ language }) => language),
        ).size,
      ).toBe(8);
});

describe.each(halves)("%s texts that came from a tool", (half) => {
  test("orders to a model are held back, and ordinary text is not", async () => {
    await using memory = await createMemory({ path: ":memory:", embedder: false, extractor: false });
    const own = texts.filter((text) => text.half === half);
    const written = await memory.setMany(
      own.map(({ text, kind }) => ({ namespace: kind, value: text, origin: "tool" })),
    );
    const missed = written.filter(({ namespace, heldBack }) => namespace === "order" && heldBack !== true);
    const alarms = written.filter(({ namespace, heldBack }) => namespace === "ordinary" && heldBack === true);
    const orders = own.filter(({ kind }) => kind === "order").length;
    const shown = (list: typeof written) => list.map(({ value }) => value).join("\n");
    expect(missed.length / orders, shown(missed)).toBeLessThan(half === "fitted" ? 0.05 : 0.3);
    expect(alarms.length / (own.length - orders), shown(alarms)).toBeLessThan(
      half === "fitted" ? 0.02 : 0.06,
    );
  });
});
