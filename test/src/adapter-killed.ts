import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createMemory } from "@souvenir/core";
import { expect, test } from "vitest";
import { ada, call } from "./adapter-specs/setting.ts";
import * as faults from "./mistral-stand-in/faults.ts";
import type { ChatReply } from "./mistral-stand-in/reply.ts";
import { startMistralStandIn } from "./mistral-stand-in/stand-in.ts";

/**
 * Registers a test that kill -9 loses nothing that was said, at two moments of a turn in a process of its own: while the
 * model has not answered, and while it has not after it called a tool.
 * @param module - URL of the module that exports the driver by this name.
 * @param skips - What a framework cannot keep, with the reason.
 */
export function adapterSurvivesKill(
  adapter: string,
  module: string,
  name: string,
  skips: { "after a tool was called"?: string } = {},
): void {
  const moments = {
    "before the model answers": [[faults.hangs()], ["user: How warm is Brest?"]],
    "after a tool was called": [
      [{ content: "Let me look outside.", toolCalls: [call()] }, faults.hangs()],
      ["user: How warm is Brest?", "assistant: Let me look outside."],
    ],
  } as const satisfies Record<string, readonly [chat: readonly ChatReply[], said: readonly string[]]>;
  for (const [moment, [chat, said]] of Object.entries(moments))
    test(`${adapter}: nothing said is lost when its process is killed ${moment}`, async (context) => {
      const reason = moment === "after a tool was called" ? skips[moment] : undefined;
      if (reason !== undefined) context.skip(reason);
      const folder = await mkdtemp(join(tmpdir(), "souvenir-killed-"));
      const path = join(folder, "memory.db");
      const standIn = await startMistralStandIn();
      try {
        standIn.script({ chat });
        const program = fileURLToPath(new URL("./adapter-specs/asking.ts", import.meta.url));
        const child = spawn(
          process.execPath,
          ["--conditions=@souvenir/source", program, module, name, standIn.url, path],
          { stdio: ["ignore", "inherit", "inherit"], env: { ...process.env, NODE_NO_WARNINGS: "1" } },
        );
        const exited = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
        const failed = exited.then(([code]) => {
          throw new Error(`the process ended by itself, with ${code}`);
        });
        while (standIn.chatRequests().length < chat.length)
          await Promise.race([standIn.nextRequest(), failed]);
        failed.catch(() => undefined);
        child.kill("SIGKILL");
        expect((await exited)[1]).toBe("SIGKILL");

        const memory = await createMemory({ path, embedder: false });
        const { records } = await memory.list(ada);
        await memory.close();
        expect(records.map(({ role, value }) => `${role}: ${value}`)).toEqual(said);
      } finally {
        await standIn.close();
        await rm(folder, { recursive: true });
      }
    });
}
