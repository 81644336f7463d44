import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createMemory } from "@souvenir/core";
import { expect, onTestFinished, test } from "vitest";
import { scriptedFacts } from "../packages/core/test/scripted-facts.ts";

const namespace = "ada";
const program = fileURLToPath(new URL("./facts-killed/program.ts", import.meta.url));

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
    const extractor = scriptedFacts();
    const first = await createMemory({ path, embedder: false, facts: { extractor } });
    await first.remember({
      namespace,
      thread: "t",
      messages: [{ role: "user", content: "My home is Lyon." }],
    });
    await first.close();
    const child = spawn(process.execPath, ["--conditions=@souvenir/source", program, path, step], {
      stdio: "inherit",
    });
    const signal = await new Promise((resolve) => child.once("exit", (_, by) => resolve(by)));
    expect(signal).toBe("SIGKILL");

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
    const [turn] = (await next.list({ namespace, thread: "t" })).records;
    for (const { sources } of facts) expect(sources.map(({ key }) => key)).toEqual([turn?.key]);
    expect((await next.consolidate()).runs).toEqual([]);
  },
);
