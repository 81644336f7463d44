import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startMistralStandIn } from "@souvenir/test/mistral-stand-in/stand-in";
import { expect, test } from "vitest";
import type { Found } from "./rag/program.ts";

test("Mastra's vector query tool finds in given vectors, by a filter, and by words with the store's own embedder", async () => {
  const folder = await mkdtemp(join(tmpdir(), "souvenir-mastra-"));
  const standIn = await startMistralStandIn();
  try {
    const program = fileURLToPath(new URL("./rag/program.ts", import.meta.url));
    const args = ["--conditions=@souvenir/source", program, folder, standIn.url];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const { best, filtered, byIdentifier } = JSON.parse(stdout) as Record<
      "best" | "filtered" | "byIdentifier",
      Found
    >;
    expect(best.texts[0]).toContain("Yann Le Goff");
    expect(best.texts).toHaveLength(2);
    for (const { id, score } of best.sources) {
      expect(id).not.toBe("");
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThanOrEqual(1);
    }
    expect(filtered.texts.map((text) => /ZX-9004|Quimper/.test(text))).toEqual([true, true]);
    expect(byIdentifier.texts[0]).toContain("ZX-9004");
    // The chunks once, and two questions: the store's own embedder asks nobody.
    expect(standIn.embeddingsRequests()).toHaveLength(3);
  } finally {
    await standIn.close();
    await rm(folder, { recursive: true, force: true });
  }
});
