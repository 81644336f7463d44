// npm run test:nodes -- --rounds 200
import { parseArgs } from "node:util";
import { nodeRounds } from "./node-rounds.ts";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "40" } } });
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error("--rounds takes a positive integer");
  process.exit(2);
}
const report = await nodeRounds(rounds, {
  onRound: ({ rounds: done, acknowledged, faults }) => {
    if (done % 10 === 0)
      console.log(`${done} rounds, ${acknowledged} acknowledged writes, ${faults.length} faults`);
  },
});
console.log(
  `${report.rounds} rounds: ${report.acknowledged} acknowledged writes, ${report.unanswered} unanswered, longest wait ${Math.round(report.longestMs)} ms, ${report.faults.length} faults`,
);
for (const [kind, times] of Object.entries(report.recovery)) {
  const sorted = times.sort((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.floor(share * (sorted.length - 1))] ?? 0);
  console.log(
    `  ${kind}: ${times.length} times, right again after ${at(0.5)} ms (p50), ${at(0.95)} (p95), ${at(1)} (worst)`,
  );
}
console.log(`  errors: ${JSON.stringify(report.errors)}`);
for (const fault of report.faults.slice(0, 50)) console.log(`  ${fault}`);
process.exitCode = report.faults.length === 0 ? 0 : 1;
