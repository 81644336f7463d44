// Writes until it is killed: node writer.ts FILE ROUND EMBEDDER [NEXT EMBEDDER]
import { writeSync } from "node:fs";
import { createMemory } from "@souvenir/core";
import { type Line, namespace, slowEmbedder, wholeText } from "./scenario.ts";

const [path, round, embedder, next] = process.argv.slice(2) as [string, string, string, string?];
/** Straight to the pipe: a line that the parent reads was written before the kill. */
const say = (line: Line) => writeSync(1, `${JSON.stringify(line)}\n`);

const memory = await createMemory({ path, embedder: slowEmbedder(embedder) });
say({ step: "ready" });
if (next !== undefined) void memory.reembed({ embedder: slowEmbedder(next) });

let count = 0;
async function write(lane: number): Promise<never> {
  const versions = new Map<string, number>();
  for (;;) {
    const turn = count++;
    const key = `${round}-${lane}-${turn % 5}`;
    if (turn % 11 === 10) {
      const keys = Array.from({ length: 20 }, (_, index) => `${round}-${lane}-many-${turn}-${index}`);
      say({ step: "try", kind: "many", keys });
      await memory.setMany(keys.map((one) => ({ namespace, key: one, value: wholeText(one, 1) })));
      say({ step: "ack", kind: "many", keys });
    } else if (turn % 13 === 12) {
      say({ step: "try", kind: "delete", key });
      await memory.delete({ namespace, key });
      versions.delete(key);
      say({ step: "ack", kind: "delete", key });
    } else if (turn % 7 === 6) {
      const id = `${round}-${lane}-${turn}`;
      say({ step: "try", kind: "turn", id });
      await memory.remember({
        namespace,
        thread: `thread ${lane}`,
        turnId: id,
        messages: [
          { role: "user", content: wholeText(`${id}-user`, 1) },
          { role: "assistant", content: wholeText(`${id}-assistant`, 1) },
        ],
      });
      say({ step: "ack", kind: "turn", id });
    } else {
      const version = (versions.get(key) ?? 0) + 1;
      versions.set(key, version);
      say({ step: "try", kind: "set", key, version });
      await memory.set({ namespace, key, value: wholeText(key, version) });
      say({ step: "ack", kind: "set", key, version });
    }
  }
}
await Promise.all([0, 1, 2, 3].map(write));
