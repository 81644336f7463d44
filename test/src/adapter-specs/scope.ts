import { expect } from "vitest";
import {
  type AdapterSetting,
  type AdapterSpec,
  ada,
  asked,
  fact,
  fence,
  question,
  Talk,
  user,
} from "./setting.ts";

/** Without memory: the agent answers, nothing is looked up or kept anywhere, and the mistake is told. */
async function withoutMemory(
  setting: AdapterSetting,
  scope: Record<string, unknown>,
  options: Record<string, unknown> = {},
): Promise<void> {
  await setting.knows(fact);
  await setting.knows(fact, "default");
  const before = await setting.memory.namespaces();
  setting.standIn.script({ chat: [{ content: "Hello." }] });
  const agent = await setting.agent({ options });
  expect((await asked(agent, { messages: [user(question)], scope })).text).toBe("Hello.");
  expect(setting.recalls).toEqual([]);
  expect(setting.stores).toEqual([]);
  expect(await setting.memory.namespaces()).toEqual(before);
  expect(setting.questions()[0]).not.toContain(fence);
  expect(setting.errors.length).toBeGreaterThan(0);
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
export const aPolicyThatIsNoneMeansNoMemory: AdapterSpec = (setting) =>
  withoutMemory(setting, { ...ada, store: "none" });

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
  for (const user_id of ["ada", "bob"])
    await asked(agent, {
      messages: [user(`I am ${user_id}, and I like tea.`)],
      scope: { thread: "monday" },
      values: { user_id },
    });
  expect(await setting.memory.namespaces()).toEqual(["memories/ada", "memories/bob"]);
  const [said] = await setting.thread({ namespace: "memories/bob", thread: "monday" });
  expect(said).toBe("user: I am bob, and I like tea.");
};

export const aTemplateThatCannotBeFilledMeansNoMemory: AdapterSpec = (setting) =>
  withoutMemory(setting, { thread: "monday" }, { namespace: "memories/{user_id}" });

export const noUserChoosesAnothersPlace: AdapterSpec = async (setting) => {
  const agent = await setting.agent({ options: { namespace: "memories/{user_id}" } });
  await asked(agent, {
    messages: [user(fact)],
    scope: { thread: "monday" },
    values: { user_id: "ada/private" },
  });
  const [namespace, ...others] = await setting.memory.namespaces();
  expect(others).toEqual([]);
  expect(namespace).not.toBe("memories/ada/private");
};

export const anyTextIsANamespace: AdapterSpec = async (setting) => {
  const agent = await setting.agent();
  const names = ["ada@example.com", "a/b", "{ada}", " ", "日本語"];
  for (const namespace of names)
    await asked(agent, { messages: [user(fact)], scope: { namespace, thread: "monday" } });
  expect((await setting.memory.namespaces()).toSorted()).toEqual(names.toSorted());
};

export const twoUsersNeverCross: AdapterSpec = async (setting) => {
  const agent = await setting.agent();
  // Each says what only they know, at the same time as the other, and asks for it in another thread.
  const turns = 25;
  const users = ["ada", "bob"];
  const secret = (name: string, turn: number) =>
    `The code of ${name} for door ${turn} is ${name}${turn * 7}.`;
  await Promise.all(
    users.flatMap((namespace) =>
      Array.from({ length: turns }, (_, turn) =>
        asked(agent, {
          messages: [user(secret(namespace, turn))],
          scope: { namespace, thread: `told ${turn}` },
        }),
      ),
    ),
  );
  await Promise.all(
    users.flatMap((namespace) =>
      Array.from({ length: turns }, (_, turn) =>
        asked(agent, {
          messages: [user(`What is the code of ${namespace} for door ${turn}?`)],
          scope: { namespace, thread: `asked ${turn}` },
        }),
      ),
    ),
  );
  for (const text of setting.questions()) {
    const whose = /What is the code of (\w+)/.exec(text)?.[1];
    if (whose !== undefined) expect(text).not.toContain(`code of ${whose === "ada" ? "bob" : "ada"}`);
  }
  for (const namespace of users) {
    const { records } = await setting.memory.list({ namespace, limit: 1_000 });
    expect(records).toHaveLength(turns * 4);
    const other = namespace === "ada" ? "bob" : "ada";
    expect(records.filter(({ value }) => value.includes(other))).toEqual([]);
  }
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

export const aCallWithoutRecallKeepsWhatWasSaid: AdapterSpec = async (setting) => {
  await setting.knows(fact);
  await asked(await setting.agent(), { messages: [user(question)], scope: { ...ada, recall: false } });
  expect(setting.recalls).toEqual([]);
  expect(setting.questions()[0]).not.toContain(fence);
  expect((await setting.thread())[0]).toBe(`user: ${question}`);
};

export const aCallWithoutStoreKeepsNothing: AdapterSpec = async (setting) => {
  await setting.knows(fact);
  await asked(await setting.agent(), { messages: [user(question)], scope: { ...ada, store: false } });
  expect(setting.questions()[0]).toContain(fact);
  expect(await setting.thread()).toEqual([]);
};

export const aCallMayKeepTheUsersWordsOnly: AdapterSpec = async (setting) => {
  await asked(await setting.agent(), { messages: [user(fact)], scope: { ...ada, store: "user" } });
  expect(await setting.thread()).toEqual([`user: ${fact}`]);
};

export const aPolicyMayChangeWhatIsKept: AdapterSpec = async (setting) => {
  const store = (messages: { role: string; content: unknown }[]) =>
    messages.map((message) => ({ ...message, content: String(message.content).replace(/\d{4,}/g, "…") }));
  setting.standIn.script({ chat: [{ content: "I keep 12345." }] });
  await asked(await setting.agent({ options: { store } }), { messages: [user("My code is 98765.")] });
  expect(await setting.thread()).toEqual(["user: My code is ….", "assistant: I keep …."]);
};

export const nothingIsRecalledWhereOptionsSaySo: AdapterSpec = async (setting) => {
  await setting.knows(fact);
  const talk = new Talk(await setting.agent({ options: { recall: false } }));
  await talk.say(question);
  expect(setting.recalls).toEqual([]);
  expect(await setting.thread()).toHaveLength(2);
};
