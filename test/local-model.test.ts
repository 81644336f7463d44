// The example with a transformer in its own process, where its 475 MB of packages and a model are there.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const folder = fileURLToPath(new URL("../examples/local-model/", import.meta.url));
const model = process.env.SOUVENIR_LOCAL_MODEL;

test("a transformer in the process finds by meaning", async ({ skip }) => {
  if (model === undefined || !existsSync(`${folder}node_modules/@huggingface/transformers`))
    return skip("cd examples/local-model && npm install, and give a model by SOUVENIR_LOCAL_MODEL");
  const program = ["--conditions=@souvenir/source", "run.ts", model];
  const { stdout } = await promisify(execFile)(process.execPath, program, { cwd: folder });
  expect(stdout).toBe(
    "Who is the doctor for the kids?\n  Our pediatrician is Dr. Moreau.\nHow do I get in without my keys?\n  I keep my spare key under the blue pot.\n",
  );
});
