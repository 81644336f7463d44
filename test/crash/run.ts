// npm run test:crash -- --rounds 300
import { parseArgs } from "node:util";
import { killRounds } from "./kill-rounds.ts";

const { values } = parseArgs({ options: { rounds: { type: "string", default: "200" } } });
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error("--rounds takes a positive integer");
  process.exit(2);
}
const report = await killRounds(rounds, {
  onRound: ({ rounds: done, acknowledged, faults }) => {
    if (done % 10 === 0)
      console.log(`${done} rounds, ${acknowledged} acknowledged writes, ${faults.length} faults`);
  },
});
console.log(
  `${report.rounds} kills: ${report.acknowledged} acknowledged writes, ${report.interrupted} interrupted, ` +
    `${report.resumed} re-embeddings resumed, ${report.faults.length} faults`,
);
for (const fault of report.faults.slice(0, 50)) console.log(`  ${fault}`);
process.exitCode = report.faults.length === 0 ? 0 : 1;
