import { setImmediate as later } from "node:timers/promises";
import type { Memory, SouvenirError } from "@souvenir/core";
import { expect } from "vitest";
import * as faults from "../mistral-stand-in/faults.ts";
import type { Agent } from "./driver.ts";
import {
  type AdapterSetting,
  type AdapterSpec,
  ada,
  asked,
  fact,
  looking,
  question,
  storing,
  streamed,
  user,
} from "./setting.ts";

const request = { messages: [user(question)], scope: ada };
const never = <Value>(): Promise<Value> => new Promise<Value>(() => undefined);
const broken = async (): Promise<never> => {
  throw new Error("the memory is broken");
};

/** The agent answers all the same, and says which stage failed. */
async function answersWithout(
  setting: AdapterSetting,
  methods: Partial<Memory>,
  stage: string,
  options = {},
) {
  setting.standIn.script({ chat: [{ content: "I do not know." }, { content: "I do not know." }] });
  const agent = await setting.agent({ memory: setting.memoryWith(methods), options });
  expect((await agent.ask(request)).text).toBe("I do not know.");
  await agent.settled(50);
  expect(setting.errors.map((error) => error.stage)).toContain(stage);
  return agent;
}

export const aHangingRecallCostsTheDeadlineOnly: AdapterSpec = async (setting) => {
  await answersWithout(setting, looking(never), "recall", { deadlineMs: 20 });
};

export const aHangingStoreCostsTheDeadlineOnly: AdapterSpec = async (setting) => {
  await answersWithout(setting, storing(never), "store", { deadlineMs: 20 });
};

export const aMemoryThatHangsWhollyCostsTheDeadlineOnly: AdapterSpec = async (setting) => {
  const memory = { ...looking(never), ...storing(never), list: never, get: never };
  setting.standIn.script({ chat: [{ content: "one two" }] });
  const agent = await setting.agent({ memory: setting.memoryWith(memory), options: { deadlineMs: 20 } });
  let text = "";
  for await (const piece of agent.stream(request)) text += piece;
  expect(text).toBe("one two");
  await agent.settled(50);
  expect(setting.errors.length).toBeGreaterThan(0);
};

export const waitingForAHangingStoreIsBounded: AdapterSpec = async (setting) => {
  setting.standIn.script({ chat: [{ content: "I do not know." }] });
  const memory = setting.memoryWith(storing(never));
  const agent = await setting.agent({ memory, options: { deadlineMs: 20 } });
  await agent.ask(request);
  // Resolves, though the write never does.
  await agent.settled(20);
};

export const aFailingRecallCostsNoAnswer: AdapterSpec = async (setting) => {
  await answersWithout(setting, looking(broken), "recall");
  expect((await setting.thread()).at(-1)).toBe("assistant: I do not know.");
};

export const aFailingStoreCostsNoAnswer: AdapterSpec = async (setting) => {
  await answersWithout(setting, storing(broken), "store");
};

export const aMemoryThatThrowsAtOnceCostsNoAnswer: AdapterSpec = async (setting) => {
  const throws = (): never => {
    throw new Error("the memory throws");
  };
  await answersWithout(setting, { ...looking(throws), ...storing(throws) }, "store");
};

export const aRecallWithoutTextOrMemoriesCostsNoAnswer: AdapterSpec = async (setting) => {
  for (const answer of [undefined, {}, { text: "" }, { memories: [] }]) {
    setting.standIn.script({ chat: [{ content: "Yes." }] });
    const memory = setting.memoryWith({ recall: (async () => answer) as unknown as Memory["recall"] });
    expect((await asked(await setting.agent({ memory }), request)).text).toBe("Yes.");
  }
};

export const listenersThatThrowCostNothing: AdapterSpec = async (setting) => {
  await setting.knows(fact);
  const listener = (): never => {
    throw new Error("the listener throws");
  };
  const agent = await setting.agent({ options: { onError: listener, onRecall: listener } });
  expect((await asked(agent, request)).text).toContain("chemistry");
  expect(await setting.thread()).toHaveLength(2);
};

export const listenersThatRejectCostNothing: AdapterSpec = async (setting) => {
  // An unhandled rejection would end the process: it comes a turn of the event loop later.
  const unhandled: unknown[] = [];
  const note = (reason: unknown): unknown => unhandled.push(reason);
  process.on("unhandledRejection", note);
  try {
    for (const how of [looking(broken), {}]) {
      const memory = setting.memoryWith(how);
      const agent = await setting.agent({ memory, options: { onError: broken, onRecall: broken } });
      await asked(agent, request);
      await later();
    }
  } finally {
    process.off("unhandledRejection", note);
  }
  expect(unhandled).toEqual([]);
  expect((await setting.thread()).length).toBeGreaterThan(0);
};

/** Warnings of the process, and of the framework's own logger, while something is done. */
async function warningsOf(
  setting: AdapterSetting,
  memory: Memory,
  work: (agent: Agent) => Promise<unknown>,
): Promise<string[]> {
  const warnings: string[] = [];
  const listener = ({ name, message }: Error): void => {
    if (name.startsWith("Souvenir")) warnings.push(message);
  };
  process.on("warning", listener);
  try {
    const onWarning = (message: string) => warnings.push(message);
    await work(await setting.agent({ memory, options: { onError: undefined }, onWarning }));
    // They are told in a later turn of the event loop.
    await later();
  } finally {
    process.off("warning", listener);
  }
  return warnings;
}

export const withoutAListenerTheFirstFailureIsAWarning: AdapterSpec = async (setting) => {
  const memory = setting.memoryWith(looking(broken));
  const warnings = await warningsOf(setting, memory, async (agent) => {
    for (const thread of ["monday", "tuesday", "friday"])
      await asked(agent, { ...request, scope: { ...ada, thread } });
  });
  expect(new Set(warnings).size).toBe(1);
  // Nothing that was said is in it.
  expect(warnings.join()).not.toContain("sister");
};

export const eachKindOfFailureIsToldWithoutAListener: AdapterSpec = async (setting) => {
  const memory = setting.memoryWith({ ...looking(broken), ...storing(broken) });
  const warnings = await warningsOf(setting, memory, async (agent) => {
    for (const thread of ["monday", "tuesday"]) await asked(agent, { ...request, scope: { ...ada, thread } });
  });
  expect(new Set(warnings).size).toBeGreaterThan(0);
};

const refused = async (setting: AdapterSetting, options: Record<string, unknown>, named: string) => {
  const making = (async () => setting.agent({ options }))();
  await expect(making).rejects.toMatchObject({
    code: "INVALID_INPUT" satisfies SouvenirError["code"],
    message: expect.stringContaining(named),
  });
};

export const refusesAnUnknownOption: AdapterSpec = (setting) =>
  refused(setting, { tokenBudgett: 3 }, "tokenBudget");
export const refusesADeadlineThatIsNone: AdapterSpec = (setting) =>
  refused(setting, { deadlineMs: Number.NaN }, "deadlineMs");
export const refusesABudgetThatIsNone: AdapterSpec = (setting) =>
  refused(setting, { tokenBudget: "many" }, "tokenBudget");
export const refusesAListenerThatIsNone: AdapterSpec = (setting) =>
  refused(setting, { onError: "log" }, "onError");
export const refusesAPlaceThatIsNone: AdapterSpec = (setting) =>
  refused(setting, { placement: "above" }, "placement");

export const refusesAMemoryThatIsNone: AdapterSpec = async (setting) => {
  const making = (async () => setting.agent({ memory: {} as Memory }))();
  await expect(making).rejects.toMatchObject({ code: "INVALID_INPUT" });
};

export const errorsOfTheModelAreItsOwn: AdapterSpec = async (setting) => {
  const errorOf = async (memory: boolean): Promise<unknown> => {
    setting.standIn.script({ chat: [{ ...faults.unauthorized(), times: Number.POSITIVE_INFINITY }] });
    const agent = await setting.agent(memory ? {} : { memory: undefined });
    const error: unknown = await agent.ask(request).catch((reason: unknown) => reason);
    setting.standIn.reset();
    return error;
  };
  const [without, with_] = [await errorOf(false), await errorOf(true)];
  const told = (error: unknown) => ({ name: (error as Error).name, message: (error as Error).message });
  expect(told(with_)).toEqual(told(without));
};

export const aSearchWithoutVectorsIsToldToTheListener: AdapterSpec = async (setting) => {
  await setting.knows(fact);
  const recalled: { degraded?: unknown }[] = [];
  const memory = setting.memoryWith({
    recall: async (input) => ({ ...(await setting.memory.recall(input)), degraded: ["vector"] }),
    search: async (input) => ({ ...(await setting.memory.search(input)), degraded: ["vector"] }),
  });
  const onRecall = (event: { degraded?: unknown }) => recalled.push(event);
  await asked(await setting.agent({ memory, options: { onRecall } }), request);
  expect(recalled.map(({ degraded }) => degraded)).toEqual([["vector"]]);
};

export const aTurnAfterAFailureIsAsAnyOther: AdapterSpec = async (setting) => {
  await setting.knows(fact);
  let failing = true;
  const memory = setting.memoryWith({
    recall: (input) => (failing ? broken() : setting.memory.recall(input)),
    search: (input) => (failing ? broken() : setting.memory.search(input)),
    remember: (input) => (failing ? broken() : setting.memory.remember(input)),
    setMany: (inputs, how) => (failing ? broken() : setting.memory.setMany(inputs, how)),
  });
  const agent = await setting.agent({ memory });
  await asked(agent, { messages: [user("Hello there.")] });
  failing = false;
  const scope = { ...ada, thread: "tuesday" };
  expect(await streamed(agent, { messages: [user(question)], scope })).toContain("chemistry");
  expect(await setting.thread(scope)).toHaveLength(2);
};
