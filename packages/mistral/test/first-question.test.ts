import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startMistralStandIn } from "@souvenir/test/mistral-stand-in/stand-in";
import { expect, test } from "vitest";

const program = fileURLToPath(new URL("./first-question/program.ts", import.meta.url));

test("the first question of a process has its vector, however long the client's modules take to load", async () => {
  const standIn = await startMistralStandIn();
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--conditions=@souvenir/source", program, standIn.url],
      { env: { ...process.env, NODE_NO_WARNINGS: "1" } },
    );
    expect(JSON.parse(stdout)).toEqual({
      // No module and no request before the memory is opened, no request before the question.
      steps: ["embedder made", "client loaded", "memory open"],
      degraded: [],
      vectors: 1,
    });
  } finally {
    await standIn.close();
  }
});
