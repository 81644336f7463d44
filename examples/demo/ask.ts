// The second process: knows nothing but the file. ask.ts FILE NAMESPACE QUESTION…
import { Mistral } from "@mistralai/mistralai";
import { createMemory } from "@souvenir/core";
import { withMemory } from "@souvenir/mistral";
import { mistralEndpoint } from "@souvenir/test/mistral-stand-in/endpoint";
import { answeredByStandIn } from "@souvenir/test/mistral-stand-in/stand-in";
import { bold, dim, heading, say, showHit, wrap } from "./terminal.ts";

const [path, namespace, ...questions] = process.argv.slice(2) as [string, string, ...string[]];
const { serverURL, apiKey } = await mistralEndpoint();
const memory = await createMemory({ path });
const mistral = withMemory(new Mistral({ serverURL, apiKey }), {
  memory,
  namespace,
  thread: `questions-${Date.now()}`,
});

for (const [index, question] of questions.entries()) {
  heading(`? ${question}`);
  const { results, tookMs } = await memory.search({ namespace, query: question, limit: 3 });
  say(dim(`  ${results.length === 0 ? "nothing relevant" : "recalled"} in ${tookMs.toFixed(1)} ms`));
  for (const [place, hit] of results.entries()) showHit(hit, place + 1);
  if (index === 0) {
    const { text } = await memory.recall({ namespace, query: question });
    say(dim("  what the model is given, before the question:"));
    say(dim(wrap(text, "  | ")));
  }
  const answer = await mistral.chat.complete(
    { model: "mistral-small-latest", messages: [{ role: "user", content: question }] },
    // A question about the past is nothing new to remember.
    { souvenir: { store: false } },
  );
  const who = answeredByStandIn(answer) ? "stand-in, not a model" : answer.model;
  say(bold(wrap(`→ ${String(answer.choices[0]?.message?.content ?? "")}`, "  ")));
  say(dim(`    (${who})`));
}
await memory.close();
