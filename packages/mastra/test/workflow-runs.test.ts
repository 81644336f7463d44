// Runs of workflows, and of agents, which are workflows too, in the file of the memory.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Agent } from "@mastra/core/agent";
import { Mastra } from "@mastra/core/mastra";
import type { MastraCompositeStore, WorkflowsStorage } from "@mastra/core/storage";
import { createTool } from "@mastra/core/tools";
import { createStep, createWorkflow, type WorkflowRunState } from "@mastra/core/workflows";
import { LibSQLStore } from "@mastra/libsql";
import { type MistralStandIn, startMistralStandIn } from "@souvenir/test/mistral-stand-in/stand-in";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { SouvenirMemory, SouvenirStorage } from "../src/index.ts";

const workflowName = "order";

function stateOf(runId: string, fields: Partial<WorkflowRunState> = {}): WorkflowRunState {
  return {
    runId,
    status: "running",
    value: {},
    context: { input: { topic: "nuts" } },
    activePaths: [],
    activeStepsPath: {},
    serializedStepGraph: [],
    suspendedPaths: {},
    resumeLabels: {},
    waitingPaths: {},
    timestamp: 1,
    ...fields,
  } as WorkflowRunState;
}

const storages: Record<string, (folder: string) => MastraCompositeStore> = {
  SouvenirStorage: (folder) => new SouvenirStorage({ path: join(folder, "memory.db") }),
  "SouvenirStorage in memory": () => new SouvenirStorage({ path: ":memory:" }),
  "Mastra's LibSQLStore": (folder) => new LibSQLStore({ id: "libsql", url: `file:${folder}/mastra.db` }),
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "souvenir-mastra-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

for (const [name, open] of Object.entries(storages))
  describe(name, () => {
    let runs: WorkflowsStorage;
    let storage: MastraCompositeStore;
    beforeEach(async () => {
      storage = open(folder);
      await storage.init();
      runs = (await storage.getStore("workflows")) ?? expect.unreachable();
    });
    afterEach(async () => {
      await storage.close?.();
    });
    const persist = (runId: string, fields?: Partial<WorkflowRunState>, rest: object = {}) =>
      runs.persistWorkflowSnapshot({ workflowName, runId, snapshot: stateOf(runId, fields), ...rest });
    const listed = async (args?: Parameters<WorkflowsStorage["listWorkflowRuns"]>[0]) => {
      const { runs: found, total } = await runs.listWorkflowRuns(args);
      return [found.map(({ runId }) => runId), total];
    };

    test("a snapshot is kept whole, and again over the one before, with its owner and beginning", async () => {
      const createdAt = new Date("2026-01-01T00:00:00Z");
      await persist("a", {}, { resourceId: "ada", createdAt, updatedAt: createdAt });
      await persist("a", { status: "suspended" });
      expect(await runs.loadWorkflowSnapshot({ workflowName, runId: "a" })).toEqual(
        stateOf("a", { status: "suspended" }),
      );
      const run = await runs.getWorkflowRunById({ runId: "a" });
      expect(run).toMatchObject({ workflowName, runId: "a", resourceId: "ada", createdAt });
      expect(run?.updatedAt.getTime()).toBeGreaterThan(createdAt.getTime());
    });

    test("what is not there is null, and deleting it does nothing", async () => {
      expect(await runs.loadWorkflowSnapshot({ workflowName, runId: "none" })).toBeNull();
      expect(await runs.getWorkflowRunById({ runId: "none", workflowName })).toBeNull();
      await runs.deleteWorkflowRunById({ runId: "none", workflowName });
      const opts = { status: "success" as const };
      expect(await runs.updateWorkflowState({ workflowName, runId: "none", opts })).toBeUndefined();
      await persist("a");
      await runs.deleteWorkflowRunById({ runId: "a", workflowName: "another" });
      expect(await listed()).toEqual([["a"], 1]);
      await runs.deleteWorkflowRunById({ runId: "a", workflowName });
      expect(await listed()).toEqual([[], 0]);
    });

    test("lists newest first, by name, status, owner, dates, thread, page by page", async () => {
      const at = (day: number) => new Date(Date.UTC(2026, 0, day));
      const memoryInfo = { threadId: "monday", resourceId: "ada" };
      await persist("a", { status: "success" }, { createdAt: at(1), resourceId: "ada" });
      await persist(
        "b",
        { context: { input: { messageListState: { memoryInfo } } } as never },
        { createdAt: at(2), resourceId: "ada" },
      );
      const waits = {
        status: "suspended",
        suspendPayload: { __streamState: { messageList: { memoryInfo } } },
      };
      await persist(
        "c",
        { status: "suspended", context: { input: {}, ask: waits } as never },
        { createdAt: at(3), resourceId: "bob" },
      );
      await runs.persistWorkflowSnapshot({
        workflowName: "other",
        runId: "d",
        snapshot: stateOf("d"),
        createdAt: at(4),
      });
      expect(await listed()).toEqual([["d", "c", "b", "a"], 4]);
      expect(await listed({ workflowName })).toEqual([["c", "b", "a"], 3]);
      expect(await listed({ status: "suspended" })).toEqual([["c"], 1]);
      expect(await listed({ resourceId: "ada" })).toEqual([["b", "a"], 2]);
      expect(await listed({ fromDate: at(2), toDate: at(3) })).toEqual([["c", "b"], 2]);
      expect(await listed({ threadId: "monday" })).toEqual([["c", "b"], 2]);
      expect(await listed({ threadId: "tuesday" })).toEqual([[], 0]);
      expect(await listed({ page: 0, perPage: 3 })).toEqual([["d", "c", "b"], 4]);
      expect(await listed({ page: 1, perPage: 3 })).toEqual([["a"], 4]);
    });

    test("results of steps that end at once are all there", async () => {
      await persist("a");
      const steps = Array.from({ length: 20 }, (_, index) => `step${index}`);
      await Promise.all(
        steps.map((stepId) =>
          runs.updateWorkflowResults({
            workflowName,
            runId: "a",
            stepId,
            result: { status: "success", output: stepId, payload: {}, startedAt: 1, endedAt: 2 },
            requestContext: { [stepId]: true },
          }),
        ),
      );
      const state = await runs.loadWorkflowSnapshot({ workflowName, runId: "a" });
      expect(Object.keys(state?.context ?? {}).sort()).toEqual(["input", ...steps].sort());
      expect(Object.keys(state?.requestContext ?? {})).toHaveLength(20);
    });

    test("of two that resume one run, one does", async () => {
      await persist("a", { status: "suspended" });
      const resume = () =>
        runs.updateWorkflowState({
          workflowName,
          runId: "a",
          opts: { status: "running", expectedStatus: "suspended" },
        });
      const resumed = await Promise.all([resume(), resume()]);
      expect(resumed.filter((state) => state?.status === "running")).toHaveLength(1);
      expect(resumed.filter((state) => state === undefined)).toHaveLength(1);
    });
  });

test("what a run holds that is no JSON costs nothing of it; a page that is none is refused", async () => {
  const storage = new SouvenirStorage({ path: ":memory:" });
  const circle: Record<string, unknown> = { n: 1n };
  circle.self = circle;
  const snapshot = stateOf("a", { context: { input: circle } as never });
  await storage.stores.workflows.persistWorkflowSnapshot({ workflowName, runId: "a", snapshot });
  expect((await storage.stores.workflows.listWorkflowRuns()).total).toBe(1);
  const refused = { code: "INVALID_INPUT" };
  await expect(storage.stores.workflows.listWorkflowRuns({ page: -1 })).rejects.toMatchObject(refused);
  await storage.close?.();
});

test("retention goes by the last change", async () => {
  let now = Date.UTC(2026, 0, 1);
  const storage = new SouvenirStorage({
    path: ":memory:",
    clock: () => now,
    retention: { workflows: { workflowSnapshot: { maxAge: "30d" } } },
  });
  for (const runId of ["old", "waiting"])
    await storage.stores.workflows.persistWorkflowSnapshot({
      workflowName,
      runId,
      snapshot: stateOf(runId),
    });
  now += 20 * 86_400_000;
  const opts = { status: "suspended" as const };
  await storage.stores.workflows.updateWorkflowState({ workflowName, runId: "waiting", opts });
  now += 20 * 86_400_000;
  await storage.prune();
  expect((await storage.stores.workflows.listWorkflowRuns()).runs.map(({ runId }) => runId)).toEqual([
    "waiting",
  ]);
  await storage.close?.();
});

describe("after a restart", () => {
  let standIn: MistralStandIn;
  const open: { close(): Promise<void> }[] = [];
  beforeEach(async () => {
    standIn = await startMistralStandIn();
  });
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
    await standIn.close();
  });

  /** The same program, started anew on the file. */
  function start() {
    const path = join(folder, "memory.db");
    const sent: string[] = [];
    const memory = new SouvenirMemory({ path, embedder: false });
    const storage = new SouvenirStorage({ path });
    const agent = new Agent({
      id: "clerk",
      name: "clerk",
      instructions: "",
      model: { id: "mistral/mistral-small-latest", url: `${standIn.url}/v1`, apiKey: "key" },
      memory,
      tools: {
        send: createTool({
          id: "send",
          description: "Sends a letter.",
          inputSchema: z.object({ to: z.string() }),
          requireApproval: true,
          execute: async ({ to }) => {
            sent.push(to);
            return { sent: true };
          },
        }),
      },
    });
    const ask = createStep({
      id: "ask",
      inputSchema: z.object({ nuts: z.number() }),
      outputSchema: z.object({ total: z.number() }),
      resumeSchema: z.object({ more: z.number() }),
      execute: async ({ inputData, resumeData, suspend }) => {
        if (resumeData === undefined) return suspend({});
        return { total: inputData.nuts + resumeData.more };
      },
    });
    const workflow = createWorkflow({
      id: "order",
      inputSchema: z.object({ nuts: z.number() }),
      outputSchema: z.object({ total: z.number() }),
    })
      .then(ask)
      .commit();
    const mastra = new Mastra({
      agents: { clerk: agent },
      workflows: { order: workflow },
      storage,
      logger: false,
    });
    open.push(memory, { close: async () => storage.close?.() });
    return { agent: mastra.getAgent("clerk"), workflow: mastra.getWorkflow("order"), storage, memory, sent };
  }
  const stop = async () => {
    for (const one of open.splice(0)) await one.close();
  };
  const scope = { thread: "monday", resource: "ada" };

  test("a tool that waits for approval is approved, and the agent goes on", async () => {
    standIn.script({
      chat: [{ toolCalls: [{ name: "send", arguments: { to: "Bob" } }] }, { content: "It is on its way." }],
    });
    const before = start();
    const stream = await before.agent.stream("Write to Bob.", { memory: scope });
    let toolCallId = "";
    for await (const chunk of stream.fullStream)
      if (chunk.type === "tool-call-approval") toolCallId = chunk.payload.toolCallId;
    expect([toolCallId === "", before.sent]).toEqual([false, []]);
    await stop();
    const after = start();
    const resumed = await after.agent.approveToolCall({ runId: stream.runId, toolCallId });
    expect(await resumed.text).toBe("It is on its way.");
    expect(after.sent).toEqual(["Bob"]);
  });

  test("a suspended workflow is resumed", async () => {
    const run = await start().workflow.createRun();
    expect((await run.start({ inputData: { nuts: 3 } })).status).toBe("suspended");
    await stop();
    const again = await start().workflow.createRun({ runId: run.runId });
    const result = await again.resume({ step: "ask", resumeData: { more: 4 } });
    expect(result).toMatchObject({ status: "success", result: { total: 7 } });
  });

  test("who is forgotten leaves no run that waits", async () => {
    standIn.script({ chat: [{ toolCalls: [{ name: "send", arguments: { to: "Bob" } }] }] });
    const { agent, memory, storage } = start();
    const stream = await agent.stream("My code is hazelnut, write it to Bob.", { memory: scope });
    await stream.consumeStream();
    expect((await storage.stores.workflows.listWorkflowRuns({ resourceId: "ada" })).total).toBeGreaterThan(0);
    await memory.forget("ada");
    const { runs } = await storage.stores.workflows.listWorkflowRuns();
    expect(JSON.stringify(runs)).not.toContain("hazelnut");
  });
});
