// LangGraph's own suite for checkpointers. It looks for the runner's functions among the globals.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deltaChannelHistoryTests, validate } from "@langchain/langgraph-checkpoint-validation";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { SouvenirSaver } from "../src/saver.ts";

Object.assign(globalThis, { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it });

let folder: string;
let files = 0;
const initializer = {
  checkpointerName: "SouvenirSaver",
  async beforeAll() {
    folder = await mkdtemp(join(tmpdir(), "souvenir-saver-"));
  },
  afterAll: () => rm(folder, { recursive: true, force: true }),
  createCheckpointer: () => new SouvenirSaver({ path: join(folder, `${files++}.db`) }),
  destroyCheckpointer: (saver: SouvenirSaver) => saver.close(),
};

validate(initializer);
deltaChannelHistoryTests(initializer);
