import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { checkOptions } from "@souvenir/core";
import { nearestName } from "../../packages/core/src/nearest-name.ts";
import { type BenchName, benchNames } from "./bench.ts";

export interface AnswersOptions {
  bench: BenchName;
  /** Where its data is, when not in the usual place. */
  data: string | undefined;
  /** Estimated tokens of the context of every way but full context. */
  budget: number;
  /** Estimated tokens of full context. */
  window: number;
  /** The reader. */
  model: string;
  judge: string;
  /** How many questions, drawn with the seed. `undefined` for all. */
  questions: number | undefined;
  /** How many questions the judge is tried with. */
  audit: number;
  seed: number;
  /** Requests at once. */
  concurrency: number;
  retries: number;
  maxCalls: number | undefined;
  maxDollars: number | undefined;
  /** Each as `model=input/output`. */
  price: string[];
  /** The file of what is finished. */
  finished: string;
  json: string | undefined;
  markdown: string | undefined;
  /** Against the stand-in. */
  offline: boolean;
  /** `undefined` offline. */
  apiKey: string | undefined;
  serverURL: string | undefined;
}

const strings = {
  bench: undefined,
  data: undefined,
  budget: "4000",
  window: "240000",
  model: "mistral-small-latest",
  judge: "mistral-medium-latest",
  questions: undefined,
  audit: "40",
  seed: "1",
  concurrency: "4",
  retries: "6",
  "max-calls": undefined,
  "max-dollars": undefined,
  price: undefined,
  finished: undefined,
  json: undefined,
  markdown: undefined,
  "server-url": undefined,
} as const;
type StringName = keyof typeof strings;
const names: readonly string[] = [...Object.keys(strings), "offline", "help"];
const command = "npm run eval:answers --";

export const usage = `${command} --bench ${benchNames.join("|")} [--data FILE] [--budget 4000] [--model ${strings.model}] [--judge ${strings.judge}]
  --questions N --seed 1      a sample of the questions, the same for the same seed
  --audit 40                  questions whose right and wrong answers the judge is tried with; 0: none
  --window 240000             tokens of full context; what is older is cut, and the page says so
  --max-dollars N, --max-calls N   no call is made that could go above; run again to go on
  --price MODEL=IN/OUT        dollars for a million tokens, where prices.json has none; may be repeated
  --concurrency 4 --retries 6 requests at once; attempts after the first (Retry-After is kept)
  --finished FILE             requests that were answered; default .souvenir/answers/BENCH.jsonl
  --json FILE --markdown FILE what is printed, as files
  --offline                   against the stand-in of the tests, which is no model; so it is without MISTRAL_API_KEY
  --server-url URL            instead of Mistral's, without /v1`;

/** @throws Error that says what to give instead, with the nearest name for one that is unknown */
export function readOptions(
  given: readonly string[],
  environment: NodeJS.ProcessEnv,
  root: string,
): AnswersOptions | "help" {
  const { values, positionals } = parseArgs({
    args: [...given],
    allowPositionals: true,
    strict: false,
    options: {
      ...Object.fromEntries(Object.keys(strings).map((name) => [name, { type: "string" as const }])),
      price: { type: "string", multiple: true },
      offline: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  checkOptions({ ...values }, command, names);
  if (values.help === true) return "help";
  if (positionals.length > 0)
    throw new Error(`${command}: "${positionals[0]}" belongs to no option: data is given as --data FILE`);
  const text = (name: StringName): string | undefined => {
    const value: unknown = values[name];
    if (value === undefined) return strings[name];
    if (typeof value !== "string" || value === "") throw new Error(`--${name} needs a value: ${usage}`);
    return value;
  };
  const number = (name: StringName, least: number, whole = true): number | undefined => {
    const value = text(name);
    if (value === undefined) return undefined;
    const number = Number(value);
    if (!(number >= least) || (whole && !Number.isInteger(number)) || number > Number.MAX_SAFE_INTEGER)
      throw new Error(
        `--${name} must be ${whole ? "a whole number" : "a number"} from ${least} on, got "${value}"`,
      );
    return number;
  };
  const on = (name: "offline" | "help"): boolean => {
    const value = values[name];
    if (typeof value === "string") throw new Error(`--${name} takes no value`);
    return value === true;
  };
  const bench = benchOf(text("bench"));
  const finished = text("finished");
  const serverURL = text("server-url");
  const apiKey = environment.MISTRAL_API_KEY || undefined;
  const offline = on("offline") || apiKey === undefined;
  if (offline && serverURL !== undefined)
    throw new Error(
      "--server-url needs MISTRAL_API_KEY, and does not go with --offline: offline nothing is asked there",
    );
  const price = values.price === undefined ? [] : (values.price as unknown[]);
  if (price.some((each) => typeof each !== "string")) throw new Error("--price needs a value: MODEL=IN/OUT");
  return {
    bench,
    data: text("data"),
    budget: number("budget", 1)!,
    window: number("window", 1)!,
    model: text("model")!,
    judge: text("judge")!,
    questions: number("questions", 1),
    audit: number("audit", 0)!,
    seed: number("seed", 0)!,
    concurrency: number("concurrency", 1)!,
    retries: number("retries", 0)!,
    maxCalls: number("max-calls", 0),
    maxDollars: number("max-dollars", 0, false),
    price: price as string[],
    finished: finished ?? join(root, ".souvenir/answers", `${bench}.jsonl`),
    json: fileOf(text("json"), "json"),
    markdown: fileOf(text("markdown"), "markdown"),
    offline,
    apiKey: offline ? undefined : apiKey,
    serverURL,
  };
}

function benchOf(given: string | undefined): BenchName {
  const bench = benchNames.find((name) => name === given);
  if (bench !== undefined) return bench;
  if (given === undefined) throw new Error(`--bench is needed: ${benchNames.join(", ")}`);
  const meant = nearestName(given, benchNames);
  throw new Error(
    `there is no bench "${given}"${meant === undefined ? "" : `; did you mean "${meant}"?`} There are ${benchNames.join(", ")}`,
  );
}

/** Hours of work must not end in a file that cannot be written. */
function fileOf(path: string | undefined, name: string): string | undefined {
  if (path !== undefined && !existsSync(join(path, "..")))
    throw new Error(`--${name} ${path}: there is no folder for it`);
  return path;
}
