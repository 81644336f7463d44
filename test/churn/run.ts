// npm run test:churn [-- --changes 100000 --seed 1]
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { churn } from "./churn.ts";

const { values } = parseArgs({
  options: { changes: { type: "string", default: "100000" }, seed: { type: "string", default: "1" } },
});
const folder = await mkdtemp(join(tmpdir(), "souvenir-churn-"));
try {
  await churn({
    changes: Number(values.changes),
    seed: Number(values.seed),
    folder,
    onCheck: (done) => console.log(`${done} changes: equal to an index that is built anew`),
  });
} finally {
  await rm(folder, { recursive: true, force: true });
}
