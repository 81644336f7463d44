import { expect } from "vitest";
import { questionOf } from "../mistral-stand-in/answer.ts";
import * as faults from "../mistral-stand-in/faults.ts";
import { type AdapterSetting, type AdapterSpec, ada, asked, fact, fence, question, user } from "./setting.ts";

/**
 * Without memory: nothing is looked up or kept anywhere, and the mistake is told: to the listener, while the agent
 * answers, or by a framework that refuses such a run itself.
 */
async function withoutMemory(
  setting: AdapterSetting,
  scope: Record<string, unknown>,
  options: Record<string, unknown> = {},
): Promise<void> {
  await setting.knows(fact);
  await setting.knows(fact, "default");
  const before = await setting.memory.namespaces();
  const counts = [setting.recalls.length, setting.stores.length, setting.lists.length];
  const first = setting.bodies().length;
  setting.standIn.script({ chat: [{ content: "Hello." }] });
  const agent = await setting.agent({ options });
  const refused = await asked(agent, { messages: [user(question)], scope }).then(
    ({ text }) => expect(text).toBe("Hello."),
    (error: unknown) => error,
  );
  expect([setting.recalls.length, setting.stores.length, setting.lists.length]).toEqual(counts);
  expect(await setting.memory.namespaces()).toEqual(before);
  expect(setting.questions().slice(first).join()).not.toContain(fence);
  expect(refused instanceof Error || setting.errors.length > 0).toBe(true);
}

export const noNamespaceMeansNoMemory: AdapterSpec = (setting) =>
  withoutMemory(setting, { thread: "monday" });
export const aMisspeltScopeMeansNoMemory: AdapterSpec = (setting) =>
  withoutMemory(setting, { namespce: "bob", thread: "monday" }, { namespace: "ada" });
export const aNamespaceOfNullMeansNoMemory: AdapterSpec = (setting) =>
  withoutMemory(setting, { namespace: null, thread: "monday" }, { namespace: "ada" });
export const anEmptyNamespaceMeansNoMemory: AdapterSpec = (setting) =>
  withoutMemory(setting, { namespace: "", thread: "monday" }, { namespace: "ada" });
export const aThreadThatIsNoneMeansNoMemory: AdapterSpec = (setting) =>
  withoutMemory(setting, { namespace: "ada", thread: { id: 7 } });
export const theCallsNamespaceWins: AdapterSpec = async (setting) => {
  const agent = await setting.agent({ options: { namespace: "bob" } });
  await asked(agent, { messages: [user(fact)] });
  expect(await setting.memory.namespaces()).toEqual(["ada"]);
};

export const aFunctionFindsTheScope: AdapterSpec = async (setting) => {
  const options = { namespace: async () => "ada", thread: () => "monday" };
  await asked(await setting.agent({ options }), { messages: [user(fact)], scope: {} });
  expect((await setting.thread())[0]).toBe(`user: ${fact}`);
};

export const templatesAreFilled: AdapterSpec = async (setting) => {
  const agent = await setting.agent({ options: { namespace: "memories/{user_id}" } });
  // No user chooses another's place.
  for (const user_id of ["ada", "bob", "ada/private"])
    await asked(agent, {
      messages: [user(`I am ${user_id}, and I like tea.`)],
      scope: { thread: "monday" },
      values: { user_id },
    });
  const namespaces = await setting.memory.namespaces();
  expect(namespaces).toHaveLength(3);
  expect(namespaces).toEqual(expect.arrayContaining(["memories/ada", "memories/bob"]));
  expect(namespaces).not.toContain("memories/ada/private");
  const [said] = await setting.thread({ namespace: "memories/bob", thread: "monday" });
  expect(said).toBe("user: I am bob, and I like tea.");
};

export const aTemplateThatCannotBeFilledMeansNoMemory: AdapterSpec = (setting) =>
  withoutMemory(setting, { thread: "monday" }, { namespace: "memories/{user_id}" });

export const anyTextIsANamespace: AdapterSpec = async (setting) => {
  const agent = await setting.agent();
  const names = ["ada@example.com", "a/b", "{ada}", " ", "日本語"];
  for (const namespace of names)
    await asked(agent, { messages: [user(fact)], scope: { namespace, thread: "monday" } });
  expect((await setting.memory.namespaces()).toSorted()).toEqual(names.toSorted());
};

export const twoUsersNeverCross: AdapterSpec = async (setting) => {
  const users = ["amber", "cobalt"] as const;
  const [turns, atOnce] = [60, 10];
  // Every thirteenth call fails.
  let calls = 0;
  setting.standIn.script({
    chat: ({ messages }) => {
      calls++;
      if (calls % 13 === 0) return faults.refused("no");
      return { content: `I heard: ${questionOf(messages)}` };
    },
  });
  const agent = await setting.agent({ options: { limit: 4, tokenBudget: 200 } });
  const failed = { amber: 0, cobalt: 0 };
  const say = async (name: (typeof users)[number], turn: number): Promise<void> => {
    const messages = [user(`My ${name} token number ${turn} lies in drawer ${turn % 9}`)];
    const request = { messages, scope: { namespace: name, thread: `${turn}` } };
    try {
      if (turn % 2 === 0) await agent.ask(request);
      else for await (const _ of agent.stream(request));
    } catch {
      failed[name]++;
    }
  };
  for (let turn = 0; turn < turns; turn += atOnce)
    await Promise.all(
      Array.from({ length: atOnce }, (_, ahead) => users.map((name) => say(name, turn + ahead))).flat(),
    );
  await agent.settled();

  let recalled = 0;
  for (const text of setting.questions()) {
    expect(users.filter((name) => text.includes(name))).toHaveLength(1);
    if (text.includes(fence)) recalled++;
  }
  expect(recalled).toBeGreaterThan(turns / 2);
  expect(failed.amber + failed.cobalt).toBeGreaterThan(5);
  for (const name of users) {
    const records = await Array.fromAsync(setting.memory.export({ namespace: name }));
    expect(records.filter(({ value }) => !value.includes(`${name} token`))).toEqual([]);
    expect(records.filter(({ role }) => role === "user")).toHaveLength(turns);
    expect(records.filter(({ role }) => role === "assistant")).toHaveLength(turns - failed[name]);
  }
  expect(setting.recalls).toHaveLength(users.length * turns);
  expect(setting.errors).toEqual([]);
};

export const theSameWordsInTwoThreadsAreTwoTurns: AdapterSpec = async (setting) => {
  const agent = await setting.agent();
  const threads = ["monday", "tuesday"];
  await Promise.all(
    threads.map((thread) => asked(agent, { messages: [user("Good morning.")], scope: { ...ada, thread } })),
  );
  for (const thread of threads) expect(await setting.thread({ ...ada, thread })).toHaveLength(2);
  expect(setting.recalls).toHaveLength(2);
};

export const nothingIsRecalledWhereThatIsSaid: AdapterSpec = async (setting) => {
  await setting.knows(fact);
  await asked(await setting.agent(), { messages: [user(question)], scope: { ...ada, recall: false } });
  const scope = { ...ada, thread: "tuesday" };
  await asked(await setting.agent({ options: { recall: false } }), { messages: [user(question)], scope });
  expect(setting.recalls).toEqual([]);
  expect(setting.questions().join()).not.toContain(fence);
  // What was said is kept all the same.
  for (const each of [ada, scope]) expect((await setting.thread(each))[0]).toBe(`user: ${question}`);
};

export const aCallWithoutStoreKeepsNothing: AdapterSpec = async (setting) => {
  await setting.knows(fact);
  await asked(await setting.agent(), { messages: [user(question)], scope: { ...ada, store: false } });
  expect(setting.questions()[0]).toContain(fact);
  expect(await setting.thread()).toEqual([]);
};

export const aPolicySaysWhatIsKept: AdapterSpec = async (setting) => {
  await asked(await setting.agent(), { messages: [user(fact)], scope: { ...ada, store: "user" } });
  expect(await setting.thread()).toEqual([`user: ${fact}`]);

  const store = (messages: { role: string; content: unknown }[]) =>
    messages.map((message) => ({ ...message, content: String(message.content).replace(/\d{4,}/g, "…") }));
  setting.standIn.script({ chat: [{ content: "I keep 12345." }] });
  const scope = { ...ada, thread: "tuesday" };
  await asked(await setting.agent({ options: { store } }), { messages: [user("My code is 98765.")], scope });
  expect(await setting.thread(scope)).toEqual(["user: My code is ….", "assistant: I keep …."]);
};

export const aPolicyThatIsNoneMeansNoMemory: AdapterSpec = (setting) =>
  withoutMemory(setting, { ...ada, store: "none" });
