import { Mistral } from "@mistralai/mistralai";
import { createMemory } from "@souvenir/core";
import { withMemory } from "@souvenir/mistral";

const memory = await createMemory(); // ./.souvenir/memory.db
const client = new Mistral({ apiKey: process.env.MISTRAL_API_KEY });
const mistral = withMemory(client, { memory, namespace: "camille@example.com" });

async function ask(content: string) {
  const { choices } = await mistral.chat.complete({
    model: "mistral-small-latest",
    messages: [{ role: "user", content }],
  });
  return choices[0]?.message?.content;
}

await ask("My web shop runs on Rust, Axum and PostgreSQL.");
console.log(await ask("What database am I using?")); // also tomorrow, in another process
