import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { churn } from "./churn/churn.ts";

test("after random changes and restarts, an index says what one built anew says", async () => {
  const folder = await mkdtemp(join(tmpdir(), "souvenir-churn-"));
  try {
    let checks = 0;
    await churn({
      changes: 3_000,
      seed: 20261125,
      folder,
      onCheck: () => {
        checks++;
      },
    });
    expect(checks).toBeGreaterThanOrEqual(8);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
