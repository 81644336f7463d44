import { once } from "node:events";
import { sqliteStore } from "../../packages/core/src/store/sqlite-store.ts";
import { draft } from "./store-specs/spec.ts";

/** A program of its own: writes records one by one, and says the key of each as soon as it is acknowledged. */
const [path, name, count] = process.argv.slice(2);
if (path === undefined || name === undefined || count === undefined)
  throw new Error("give path, name and count");

const store = sqliteStore({ path });
for (let index = 0; index < Number(count); index += 1) {
  const key = `${name} ${index}`;
  await store.write([
    draft({ key, value: `${key} `.repeat(20), tasks: ["extract:x"] }),
    draft({ key: "shared" }),
  ]);
  // To the end of the pipe before the next write, so that nothing said is lost with the program.
  if (!process.stdout.write(`${key}\n`)) await once(process.stdout, "drain");
}
await store.close();
