/**
 * A program of its own: puts checkpoints and their writes, and says each as soon as it is acknowledged.
 * node saver-writer.ts FILE THREAD COUNT
 */
import { writeSync } from "node:fs";
import type { RunnableConfig } from "@langchain/core/runnables";
import { emptyCheckpoint, uuid6 } from "@langchain/langgraph-checkpoint";
import { SouvenirSaver } from "../src/saver.ts";

const [path, thread, count] = process.argv.slice(2) as [string, string, string];
const saver = new SouvenirSaver({ path });
let config: RunnableConfig = { configurable: { thread_id: thread, checkpoint_ns: "" } };
for (let step = 0; step < Number(count); step += 1) {
  const checkpoint = {
    ...emptyCheckpoint(),
    id: uuid6(step),
    channel_values: { said: `${thread} ${step}`.repeat(50), name: thread },
    channel_versions: { said: step + 1, name: 1 },
  };
  const newVersions = step === 0 ? checkpoint.channel_versions : { said: step + 1 };
  config = await saver.put(config, checkpoint, { source: "loop", step, parents: {} }, newVersions);
  await saver.putWrites(config, [["said", step]], "task");
  writeSync(1, `${checkpoint.id}\n`);
}
await saver.close();
