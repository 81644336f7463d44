import { Mistral } from "@mistralai/mistralai";
import { createMemory } from "@souvenir/core";
import { withMemory } from "@souvenir/mistral";

const memory = await createMemory(); // ./.souvenir/memory.db
const mistral = withMemory(new Mistral({ apiKey: process.env.MISTRAL_API_KEY }), {
  memory,
  namespace: "camille@example.com",
});
const ask = async (content: string) =>
  (await mistral.chat.complete({ model: "mistral-small-latest", messages: [{ role: "user", content }] }))
    .choices[0];

await ask("My web shop runs on Rust, Axum and PostgreSQL.");
console.log(await ask("What database am I using?")); // also tomorrow, in another process
