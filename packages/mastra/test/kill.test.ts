import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { startMistralStandIn } from "@souvenir/test/mistral-stand-in/stand-in";
import { expect, test } from "vitest";
import { SouvenirMemory } from "../src/index.ts";

const talker = fileURLToPath(new URL("./kill/talker.ts", import.meta.url));
const rounds = 4;
/** Turns after which the process is killed, in the middle of the next. */
const turns = 6;

test("kill -9: each turn that was answered is in the history and in the index", async () => {
  const folder = await mkdtemp(join(tmpdir(), "souvenir-mastra-"));
  const path = join(folder, "memory.db");
  const standIn = await startMistralStandIn();
  const acknowledged: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const child = spawn(
      process.execPath,
      ["--conditions=@souvenir/source", talker, path, `${standIn.url}/v1`, String(round)],
      { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, NODE_NO_WARNINGS: "1" } },
    );
    const gone = new Promise<NodeJS.Signals | null>((resolve) =>
      child.once("exit", (_, signal) => resolve(signal)),
    );
    for await (const line of createInterface({ input: child.stdout })) {
      if (line !== "ready") acknowledged.push(line);
      if (acknowledged.length >= (round + 1) * turns) child.kill("SIGKILL");
    }
    expect(await gone).toBe("SIGKILL");
  }
  const memory = new SouvenirMemory({ path, embedder: false });
  const said = (name: string) => `The code of ${name} is kept.`;
  const core = await memory.openMemory();
  const indexed = new Set(
    (await core.list({ namespace: "ada", limit: 1_000 })).records.map(({ value }) => value),
  );
  const stored = new Set<unknown>();
  for (let thread = 0; thread < 3; thread += 1) {
    const { messages } = await memory.recall({
      threadId: `thread-${thread}`,
      resourceId: "ada",
      perPage: false,
    });
    for (const { content } of messages) stored.add(content.content);
  }
  expect(acknowledged.length).toBeGreaterThanOrEqual(rounds * turns);
  expect(acknowledged.filter((name) => !indexed.has(said(name)))).toEqual([]);
  expect(acknowledged.filter((name) => !stored.has(said(name)))).toEqual([]);
  await memory.close();
  await standIn.close();
  await rm(folder, { recursive: true });
});
