import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import type { FactExtractor, MemoryRecord } from "../src/index.ts";
import { newPath, openAt, setClock } from "./open-memory.ts";
import { scriptedFacts, stated } from "./scripted-facts.ts";

const namespace = "ada";
const day = 86_400_000;

/** What stands in all files of a folder, as bytes. */
async function bytesIn(folder: string): Promise<string> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((name) => name.isFile());
  const read = files.map((name) => readFile(join(name.parentPath, name.name), "latin1"));
  return (await Promise.all(read)).join("\n");
}

test("with what people said all that was made of it is gone to the byte: facts in every state, runs, dreams and jobs", async () => {
  const path = await newPath();
  const clock = setClock("2026-02-01T10:00:00.000Z");
  const plain = scriptedFacts((window) => [
    ...stated(window),
    ...window.turns.flatMap(({ text }, index) =>
      Array.from(text.matchAll(/I sailed to Zanzibar|up at Zimbabwe/g), ([quote]) => ({
        ...{ text: `The user ${quote.replace("I ", "")}.`, subject: "user", attribute: "Zambezi" },
        ...{ type: "event" as const, sources: [{ turn: index + 1, quote }] },
        origin: quote.startsWith("I") ? ("stated" as const) : ("inferred" as const),
      })),
    ),
  ]);
  const extractor: FactExtractor = {
    ...plain,
    batch: { submit: async () => "job-1", collect: async () => undefined },
  };
  {
    await using memory = await openAt(path, { clock, facts: { extractor } });
    await memory.set({ namespace, key: "kept", value: "Something of somebody else.", role: "user" });
    for (const content of [
      "My home is Zanzibar. I sailed to Zanzibar.",
      "Yes, my home is Zanzibar. I sailed to Zanzibar.",
      "My home is Lyon. I sailed to Zanzibar, up at Zimbabwe.",
    ]) {
      clock.now += day;
      await memory.remember({ namespace, thread: "secret", messages: [{ role: "user", content }] });
      await memory.consolidate();
    }
    const { runs } = await memory.dream();
    expect(runs[0]?.keys).toHaveLength(1);
    const [fact] = (await memory.facts({ namespace, attribute: "home" })).facts;
    const merged = { ...fact, key: "fact:merged", state: "merged", mergedInto: fact?.key };
    expect(await memory.import([merged as MemoryRecord])).toEqual({ imported: 1, skipped: 0 });
    await memory.remember({
      namespace,
      thread: "secret",
      messages: [
        { role: "user", content: `To Zanzibar! ${"The early ferry to Zanzibar is cheap. ".repeat(6)}` },
      ],
    });
    clock.now += day;
    // What was said last waits in a job.
    await memory.flush();
    expect((await memory.stats()).queue.facts?.pending).toBe(1);
    await memory.dream();
    expect((await memory.facts({ namespace, type: "summary" })).facts).toHaveLength(1);
    for (const state of ["active", "superseded", "proposed", "merged"] as const)
      expect((await memory.facts({ namespace, state })).facts.length, state).toBeGreaterThan(0);
    expect(await bytesIn(dirname(path))).toContain("Zanzibar");
    await memory.delete({ namespace, thread: "secret" });
    for (const state of ["active", "superseded", "proposed", "merged"] as const)
      expect((await memory.facts({ namespace, state })).facts, state).toEqual([]);
    expect((await memory.facts({ namespace, type: "summary" })).facts).toEqual([]);
    expect((await memory.stats()).queue.facts?.pending).toBe(0);
    await memory.scrub();
    const left = await bytesIn(dirname(path));
    for (const word of ["Zanzibar", "Zimbabwe", "Zambezi", "fact:merged", "ferry"])
      expect(left.includes(word), word).toBe(false);
    expect(left).toContain("somebody else");
  }
  expect(await bytesIn(dirname(path))).not.toContain("Zanzibar");
});
