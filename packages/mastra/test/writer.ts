/**
 * A program of its own: saves messages and vectors, and says each as soon as it is acknowledged.
 * node writer.ts FILE NAME COUNT
 */
import { once } from "node:events";
import { SouvenirStorage, SouvenirVector } from "../src/index.ts";
import { message, thread } from "./storage-specs/spec.ts";

const [path, name, count] = process.argv.slice(2) as [string, string, string];
const storage = new SouvenirStorage({ path });
const vector = new SouvenirVector({ path, embedder: false });
const { memory } = storage.stores;
await memory.saveThread({ thread: thread({ id: name }) });
await vector.createIndex({ indexName: "docs", dimension: 3 });
for (let index = 0; index < Number(count); index += 1) {
  const id = `${name}-${index}`;
  // Two that come together or not at all.
  const pair = [id, `${id}-answer`].map((one) =>
    message(one, index, { threadId: name, text: `${one} `.repeat(200) }),
  );
  await Promise.all([
    memory.saveMessages({ messages: pair }),
    memory.updateResource({ resourceId: "shared", metadata: { [id]: true } }),
    vector.upsert({ indexName: "docs", ids: [id], vectors: [[1, index, 0]], metadata: [{ name }] }),
  ]);
  // To the end of the pipe before the next write, so that nothing said is lost with the program.
  if (!process.stdout.write(`${id}\n`)) await once(process.stdout, "drain");
}
await storage.close();
await vector.close();
