import { expect } from "vitest";
import { textOf } from "../mistral-stand-in/wire.ts";
import { type AdapterSetting, type AdapterSpec, ada, asked, fact, fence, user } from "./setting.ts";

/** The model calls a tool of memory, then answers. */
async function calling(
  setting: AdapterSetting,
  name: string,
  input: Record<string, unknown>,
): Promise<string> {
  setting.standIn.script({
    chat: [{ toolCalls: [{ name, arguments: input, id: "abcDEF123" }] }, { content: "Done." }],
  });
  const agent = await setting.agent({ memoryTools: true });
  await asked(agent, { messages: [user("Do as I say, please.")] }).catch(() => undefined);
  const answer = setting
    .bodies()
    .at(-1)!
    .messages.find(({ role }) => role === "tool");
  return textOf(answer?.content);
}

export const offersOneSetOfTools: AdapterSpec = async (setting) => {
  await asked(await setting.agent({ memoryTools: true }), { messages: [user("Hello.")] }).catch(
    () => undefined,
  );
  const offered = (setting.bodies()[0]!.tools ?? []).flatMap((tool) =>
    tool.function ? [tool.function] : [],
  );
  expect(offered.map(({ name }) => name).toSorted()).toEqual(["forget", "list", "recall", "remember"]);
  for (const { description, parameters } of offered) {
    expect(description).toMatch(/\w/);
    // Whose memory it is stands nowhere in what the model may say.
    expect(JSON.stringify(parameters)).not.toContain("namespace");
  }
};

export const aModelRemembersForItsUserOnly: AdapterSpec = async (setting) => {
  await calling(setting, "remember", { text: "Ada likes green tea.", namespace: "bob" });
  const { records } = await setting.memory.list({ namespace: "ada" });
  const found = records.some(({ value }) => value === "Ada likes green tea.");
  // A tool that refuses what it does not know writes nothing; none writes elsewhere.
  expect(await setting.memory.namespaces()).toEqual(["ada"]);
  expect(found || records.length > 0).toBe(true);
};

export const aModelRemembers: AdapterSpec = async (setting) => {
  await calling(setting, "remember", { text: "Ada likes green tea." });
  const { records } = await setting.memory.list({ namespace: "ada" });
  expect(records.map(({ value }) => value)).toContain("Ada likes green tea.");
};

export const whatAModelPinsIsAlwaysThere: AdapterSpec = async (setting) => {
  await calling(setting, "remember", { text: "Call me Dhravya.", always: true });
  const agent = await setting.agent();
  await asked(agent, {
    scope: { ...ada, thread: "another" },
    messages: [user("Plan a trip to Japan.")],
  });
  expect(JSON.stringify(setting.bodies().at(-1)?.messages)).toContain("Call me Dhravya.");
};

export const aModelRecallsAFencedBlock: AdapterSpec = async (setting) => {
  await setting.knows(fact);
  const said = await calling(setting, "recall", { query: "What does the sister study?" });
  expect(said).toContain(fence);
  expect(said).toContain(fact);
};

export const nullStandsForWhatIsOptional: AdapterSpec = async (setting) => {
  await calling(setting, "remember", { text: "Ada likes green tea.", tags: null });
  const { records } = await setting.memory.list({ namespace: "ada" });
  expect(records.map(({ value }) => value)).toContain("Ada likes green tea.");
};

export const forgettingWaitsForTheUser: AdapterSpec = async (setting) => {
  const { key } = await setting.memory.set({ namespace: "ada", value: fact });
  await calling(setting, "forget", { keys: [key] });
  expect(await setting.memory.get({ namespace: "ada", key })).toMatchObject({ value: fact });
};

export const whatAToolShowedIsNotKeptAgain: AdapterSpec = async (setting) => {
  await setting.knows(fact);
  await calling(setting, "recall", { query: "What does the sister study?" });
  expect(await setting.thread()).toEqual(["user: Do as I say, please.", "assistant: Done."]);
};
