import type { MastraCompositeStore } from "@mastra/core/storage";
import { LibSQLStore } from "@mastra/libsql";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SouvenirStorage } from "../src/index.ts";
import { type AgentSetting, ada, openAgentSetting } from "./agent-setting.ts";

const hazelnuts = "I am allergic to hazelnuts.";
const question = "What am I allergic to?";
const bob = "bob@example.com";

const storages: Record<string, () => MastraCompositeStore> = {
  SouvenirStorage: () => new SouvenirStorage({ path: ":memory:" }),
  LibSQLStore: () => new LibSQLStore({ id: "other", url: ":memory:" }),
};

for (const [name, open] of Object.entries(storages))
  describe(`recall shows what the storage holds, whoever changed it: ${name}`, () => {
    let setting: AgentSetting;
    let storage: MastraCompositeStore;
    beforeEach(async () => {
      storage = open();
      setting = await openAgentSetting({ storage, tools: true });
    });
    afterEach(async () => {
      await setting.close();
      expect(setting.errors).toEqual([]);
    });

    const domain = async () => (await storage.getStore("memory")) ?? expect.unreachable();
    const messagesOf = async (threadId: string) =>
      (await (await domain()).listMessages({ threadId, perPage: false })).messages;
    const asked = async (thread: string, resource = ada): Promise<string> => {
      await setting.say(thread, question, { resource });
      return setting.told();
    };
    const found = async (resourceId = ada) => {
      await setting.memory.saveThread({
        thread: {
          id: `of ${resourceId}`,
          resourceId,
          title: "",
          createdAt: new Date(),
          updatedAt: new Date(),
        },
      });
      const { messages } = await setting.memory.recall({
        threadId: `of ${resourceId}`,
        resourceId,
        vectorSearchString: question,
      });
      return JSON.stringify(messages);
    };

    test("a deleted message", async () => {
      await setting.say("monday", hazelnuts);
      const ids = (await messagesOf("monday")).map(({ id }) => id);
      await (await domain()).deleteMessages(ids);
      expect(await asked("tuesday")).not.toContain("hazelnuts");
      expect(await found()).not.toContain("hazelnuts");
      expect(await setting.indexed("monday")).toEqual([]);
    });

    test("a deleted thread, by the REST search and the model's tool too", async () => {
      await setting.say("monday", hazelnuts);
      await (await domain()).deleteThread({ threadId: "monday" });
      const { recall, list } = setting.memory.listTools();
      const context = { agent: { threadId: "tuesday", resourceId: ada } } as never;
      expect(await list?.execute?.({}, context)).toBe("Nothing is remembered.");
      expect(await recall?.execute?.({ query: question }, context)).toBe("No memory fits.");
      expect(await found()).not.toContain("hazelnuts");
      expect(await asked("tuesday")).not.toContain("hazelnuts");
    });

    test("everything cleared, many of it: what was said since is found behind it", async () => {
      const messages = Array.from({ length: 60 }, (_, index) => ({
        id: `m${index}`,
        role: "user" as const,
        createdAt: new Date(1_000 + index),
        threadId: "monday",
        resourceId: ada,
        content: {
          format: 2 as const,
          parts: [{ type: "text" as const, text: `${hazelnuts} Case ${index}.` }],
        },
      }));
      await setting.memory.createThread({ threadId: "monday", resourceId: ada });
      await setting.memory.saveMessages({ messages });
      await (await domain()).dangerouslyClearAll();
      await setting.say("wednesday", "My allergic reaction was to peanuts, a rash.");
      const system = await asked("tuesday");
      expect(system).not.toContain("hazelnuts");
      expect(system).toContain("peanuts");
    });

    test("an edited message: its words of now, in the index too", async () => {
      await setting.say("monday", hazelnuts);
      const [message] = await messagesOf("monday");
      const parts = [{ type: "text" as const, text: "I am allergic to walnuts." }];
      await (await domain()).updateMessages({
        messages: [{ id: message?.id as string, content: { format: 2, parts, content: "" } as never }],
      });
      const system = await asked("tuesday");
      expect(system).not.toContain("hazelnuts");
      expect(system).toContain("walnuts");
      expect(await setting.indexed("monday")).toContain("user: I am allergic to walnuts.");
    });

    test("a thread that was handed over: the new owner's, not the old one's", async () => {
      await setting.say("monday", hazelnuts);
      await (await domain()).updateThreadResourceId({ threadId: "monday", resourceId: bob });
      expect(await asked("tuesday")).not.toContain("hazelnuts");
      expect(await asked("bob's", bob)).toContain("hazelnuts");
    });

    test("a thread that is saved with another owner takes its messages along", async () => {
      await setting.say("monday", hazelnuts);
      const thread = (await setting.memory.getThreadById({ threadId: "monday" })) ?? expect.unreachable();
      await setting.memory.saveThread({ thread: { ...thread, resourceId: bob } });
      expect(await asked("tuesday")).not.toContain("hazelnuts");
      expect(await asked("bob's", bob)).toContain("hazelnuts");
      expect((await messagesOf("monday")).map(({ resourceId }) => resourceId)).toEqual([bob, bob]);
    });

    test("what no storage of Mastra holds is shown as it is", async () => {
      await setting.core.remember({
        namespace: ada,
        thread: "elsewhere",
        messages: [{ role: "user", content: hazelnuts }],
      });
      expect(await asked("tuesday")).toContain("hazelnuts");
    });
  });

test("what retention took away is recalled no more", async () => {
  let now = Date.parse("2026-01-01T00:00:00Z");
  const storage = new SouvenirStorage({
    path: ":memory:",
    clock: () => now,
    retention: { memory: { messages: { maxAge: "30d" } } },
  });
  const setting = await openAgentSetting({ storage });
  await setting.say("monday", hazelnuts);
  const { messages } = await setting.memory.recall({ threadId: "monday", resourceId: ada });
  now = (messages[0]?.createdAt.getTime() ?? 0) + 31 * 86_400_000;
  await storage.prune();
  await setting.say("tuesday", question);
  expect(setting.told()).not.toContain("hazelnuts");
  expect(await setting.indexed("monday")).toEqual([]);
  await setting.close();
});
