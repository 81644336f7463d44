// A process of its own for test/bench/mastra.ts: `cold` ends after one turn, `talk` goes on until it is killed.
import { agentAt, embeddingModelAt, openSubject, type Subject } from "./mastra-subjects.ts";

const [, , mode, subject, folder = "", url = ""] = process.argv;
const { memory } = await openSubject(subject as Subject, folder, embeddingModelAt(url), 1_024);
const agent = agentAt(url, memory);
const say = (text: string, thread: string) => agent.generate(text, { memory: { thread, resource: "user" } });
if (mode === "cold") {
  await say("What was said about the harbour?", "cold");
  // Milliseconds since the process began, and of both kinds of processor time.
  const { user, system } = process.cpuUsage();
  process.stdout.write(`${performance.now()} ${(user + system) / 1_000}\n`);
  process.exit(0);
}
for (let turn = 0; ; turn += 1) {
  const text = `Note ${turn}: the code of locker ${turn} is ${(turn * 7_919) % 10_007}.`;
  await say(text, `talk-${turn % 5}`);
  process.stdout.write(`${text}\n`);
}
