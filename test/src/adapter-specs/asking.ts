// Asks an agent of an adapter once, over a memory in a file, and is killed before it has an answer.
import { createMemory } from "@souvenir/core";
import type { AdapterDriver } from "./driver.ts";
import { ada, user, weather } from "./setting.ts";

const [module = "", name = "", url = "", path = ""] = process.argv.slice(2);
const driver = ((await import(module)) as Record<string, AdapterDriver>)[name] as AdapterDriver;
const memory = await createMemory({ path, embedder: false });
const agent = await driver.make({ url, memory, options: { deadlineMs: 120_000 }, tools: [weather] });
await agent.ask({ messages: [user("How warm is Brest?")], scope: ada });
