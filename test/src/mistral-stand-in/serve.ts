import { parseArgs } from "node:util";
import { startMistralStandIn } from "./stand-in.ts";

const { values } = parseArgs({ options: { port: { type: "string", default: "0" } } });
const standIn = await startMistralStandIn({ port: Number(values.port) });
process.stdout.write(`${standIn.url}\n`);

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void standIn.close());
