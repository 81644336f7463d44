import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createMemory } from "@souvenir/core";
import { expect, onTestFinished, test } from "vitest";
import { scriptedFacts } from "../packages/core/test/scripted-facts.ts";

const namespace = "ada";
/** Writes the first of it, and answers how it was found. */
async function said(path: string, ...contents: string[]) {
  const extractor = scriptedFacts();
  const memory = await createMemory({ path, embedder: false, facts: { extractor } });
  for (const [thread, content] of contents.entries()) {
    if (thread > 0) await memory.consolidate();
    await memory.remember({ namespace, thread: `${thread}`, messages: [{ role: "user", content }] });
  }
  await memory.close();
  return extractor;
}

const program = fileURLToPath(new URL("./facts-killed/program.ts", import.meta.url));

/** Runs the program until it kills itself. Answers the signal that it ended by. */
function killed(path: string, step: string): Promise<unknown> {
  const child = spawn(process.execPath, ["--conditions=@souvenir/source", program, path, step], {
    stdio: "inherit",
  });
  return new Promise((resolve) => child.once("exit", (_, by) => resolve(by)));
}

/** Which process finds each fact: the one that is killed, or the next. */
test.each([
  ["asked", "next"],
  ["before the commit", "next"],
  ["in the commit", "either"],
  ["after the commit", "killed"],
  ["in an undo", "undone"],
])(
  "killed when it has %s, each fact is there once and nothing that was said is lost",
  async (step, finder) => {
    const folder = await mkdtemp(join(tmpdir(), "souvenir-facts-killed-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const path = join(folder, "memory.db");
    const extractor = await said(path, "My home is Lyon.");
    expect(await killed(path, step)).toBe("SIGKILL");

    const next = await createMemory({ path, embedder: false, facts: { extractor } });
    onTestFinished(() => next.close());
    const { runs, pending } = await next.consolidate();
    expect(pending).toBe(0);
    if (finder !== "either") expect(runs).toHaveLength(finder === "next" ? 1 : 0);
    const [run, ...others] = await next.runs({ namespace });
    expect(others).toEqual([]);
    if (finder === "undone") expect(await next.undo(run?.id ?? "")).toEqual({ erased: 0 });
    const { facts } = await next.facts({ namespace });
    expect(facts.map(({ value }) => value)).toEqual(finder === "undone" ? [] : ["The user's home is Lyon."]);
    const [turn] = (await next.list({ namespace, thread: "0" })).records;
    for (const { sources } of facts) expect(sources.map(({ key }) => key)).toEqual([turn?.key]);
    expect((await next.consolidate()).runs).toEqual([]);
  },
);

test.each(["asked", "before the commit", "in the commit", "after the commit", "after an undo"])(
  "killed when it has %s, what is said again counts once, and can be undone",
  async (step) => {
    const folder = await mkdtemp(join(tmpdir(), "souvenir-facts-killed-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const path = join(folder, "memory.db");
    const extractor = await said(path, "My home is Lyon.", "Yes, my home is Lyon.");
    expect(await killed(path, step)).toBe("SIGKILL");
    const next = await createMemory({ path, embedder: false, facts: { extractor } });
    onTestFinished(() => next.close());
    const { runs, pending } = await next.consolidate();
    expect(pending).toBe(0);
    if (step !== "in the commit")
      expect(runs).toHaveLength(["asked", "before the commit"].includes(step) ? 1 : 0);
    const sources = async () => (await next.facts({ namespace })).facts.map((fact) => fact.sources.length);
    expect(await sources()).toEqual([step === "after an undo" ? 1 : 2]);
    const [run, ...others] = await next.runs({ namespace });
    expect(others).toHaveLength(1);
    expect(await next.undo(run?.id ?? "")).toEqual({ erased: 0 });
    expect(await sources()).toEqual([1]);
    expect((await next.consolidate()).runs).toEqual([]);
  },
);

test("killed in a dream, it has happened as a whole or not at all", async () => {
  const folder = await mkdtemp(join(tmpdir(), "souvenir-facts-killed-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, "memory.db");
  const clock = Date.parse("2026-02-01");
  let days = 0;
  const extractor = scriptedFacts(({ turns }) => [
    {
      ...{ text: "The user ran along the river.", subject: "user", attribute: "running", type: "event" },
      ...{ origin: "stated", sources: [{ turn: turns.length, quote: "I ran along the river" }] },
    },
  ]);
  const options = {
    path,
    embedder: false,
    facts: { extractor },
    clock: () => clock + days * 86_400_000,
  } as const;
  {
    await using memory = await createMemory(options);
    for (days = 1; days < 4; days += 1) {
      const messages = [{ role: "user", content: "I ran along the river." }];
      await memory.remember({ namespace, thread: `${days}`, messages });
      await memory.consolidate();
    }
  }
  expect(await killed(path, "in a dream")).toBe("SIGKILL");
  await using next = await createMemory(options);
  await next.dream();
  const { facts } = await next.facts({ namespace, state: "proposed" });
  expect(facts.map(({ sources }) => sources.length)).toEqual([3]);
  const dreams = (await next.runs({ namespace })).filter((run) => run.extractor === "dream");
  expect(dreams.map(({ keys }) => keys)).toEqual([[facts[0]?.key]]);
  expect(await next.undo(dreams[0]?.id ?? "")).toEqual({ erased: 1 });
});
