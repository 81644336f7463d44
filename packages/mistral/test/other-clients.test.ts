import { HTTPClient, MistralAzure } from "@mistralai/mistralai-azure";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type MistralClient, withMemory } from "../src/index.ts";
import { openSetting, type Setting, user } from "./remembering.ts";

let setting: Setting;
beforeEach(async () => {
  setting = await openSetting();
});
afterEach(() => setting.close());

test("the client of Azure remembers, and has no more than it had", async () => {
  const url = `${setting.standIn.url}/v1/chat/completions`;
  // Azure has another path before the same API.
  const httpClient = new HTTPClient({ fetcher: (request) => fetch(new Request(url, request as Request)) });
  const azure = new MistralAzure({ endpoint: setting.standIn.url, apiKey: "key", httpClient });
  const client = withMemory(azure, { memory: setting.memory, namespace: "ada" });
  const typed: MistralAzure = client;
  expect(typed).toBeInstanceOf(MistralAzure);
  const ask = (content: string) => ({ model: "mistral-small-2503", messages: [user(content)] });
  await client.chat.complete(ask("My cat is called Minka."), { souvenir: { thread: "one" } });
  const options = { souvenir: { thread: "two" } };
  let said = "";
  for await (const { data } of await client.chat.stream(ask("What is my cat called?"), options))
    said += data.choices[0]?.delta.content;
  expect(said).toBe("My cat is called Minka.");
  expect(await setting.thread({ thread: "two" })).toHaveLength(2);
  expect(["parse", "parseStream"].filter((name) => name in client.chat)).toEqual([]);
  // @ts-expect-error: there are no agents on Azure.
  expect(client.agents).toBeUndefined();
});

test("so does anything that has chat: the client of Google Cloud, or one with members of its own", async () => {
  const sent: unknown[] = [];
  class Own {
    readonly #key = "key";
    get key(): string {
      return this.#key;
    }
    readonly chat = {
      complete: async (request: { messages: { role: "user"; content: string }[]; own?: boolean }) => {
        sent.push(request.messages);
        return { choices: [{ index: 0, finishReason: "stop", message: { content: "Hello." } }], own: true };
      },
      stream: async () => new ReadableStream(),
    } satisfies MistralClient["chat"];
  }
  const client = withMemory(new Own(), { memory: setting.memory, namespace: "ada" });
  const { own } = await client.chat.complete({ messages: [user("Good morning.")], own: true });
  expect([own, client.key, sent]).toEqual([true, "key", [[user("Good morning.")]]]);
  expect(await setting.thread()).toEqual(["user: Good morning.", "assistant: Hello."]);
});
