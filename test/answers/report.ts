import type { ProbeFigures, Share, WayFigures } from "./figures.ts";
import type { AnswersOptions } from "./options.ts";

/** All that the page shows and the JSON file holds: figures, and no text of a bench. */
export interface AnswersReport {
  /** False when any answer came from the stand-in: then nothing here says how good anything is. */
  measured: boolean;
  /** False when work is left: it was interrupted, a budget was spent, or a model did not answer. */
  complete: boolean;
  bench: string;
  /** Questions that were asked, of so many. */
  questions: { asked: number; of: number };
  options: Pick<AnswersOptions, "budget" | "window" | "model" | "judge" | "seed" | "audit">;
  ways: WayFigures[];
  audit: ProbeFigures[];
  /** Of this run and of what it took from the file. */
  totals: {
    reader: { inputTokens: number; outputTokens: number; dollars: number | undefined };
    judge: { inputTokens: number; outputTokens: number; dollars: number | undefined };
  };
  /** Of this run alone. */
  spent: { calls: number; dollars: number; unpriced: string[]; reused: number };
  left: number;
  failures: { message: string; times: number }[];
  stopped: string | undefined;
  circumstances: Record<string, string>;
}

export const notMeasured =
  "NOT A MEASUREMENT: answers and verdicts of this run came from the stand-in of the tests, which is no model. It shows that the machinery works, and nothing about how good anything is. Set MISTRAL_API_KEY, and leave out --offline, to measure.";

/** The page. */
export function toMarkdown(report: AnswersReport): string {
  const { measured, complete, ways, audit, questions, options, circumstances } = report;
  return `${[
    `# Answers: ${report.bench}`,
    ...(measured ? [] : [`> **${notMeasured}**`]),
    ...(complete ? [] : [`> **Unfinished.** ${unfinished(report)}`]),
    `${questions.asked} of ${questions.of} questions. A reader (${options.model}) answers from what each way gives it, within ${options.budget} tokens; a judge (${options.judge}) decides whether the answer is right. All ways in one run, with the same questions, prompts and models.`,
    Object.entries(circumstances)
      .map(([name, value]) => `- ${name}: ${value}`)
      .join("\n"),
    wayTable(ways),
    ...notes(ways),
    "## By type of question",
    typeTable(ways),
    "## The judge, judged",
    ...auditSection(audit),
    "## Cost",
    ...costSection(report),
  ].join("\n\n")}\n`;
}

function unfinished({ left, failures, stopped }: AnswersReport): string {
  const failed = failures.map(({ message, times }) => `${times} × ${message}`).join("; ");
  return [
    `${left} answers and verdicts are missing, so rows may rest on different questions.`,
    stopped === undefined ? "" : `Stopped: ${stopped}.`,
    failed === "" ? "" : `Failed: ${failed}.`,
    "The same command goes on where this one ended.",
  ]
    .filter((part) => part !== "")
    .join(" ");
}

function wayTable(ways: readonly WayFigures[]): string {
  return table(
    [
      "way",
      "right",
      "95 % interval",
      "against Souvenir",
      "context tokens",
      "recall ms, p50 / p95",
      "reader ms, p50 / p95",
      "$ for 1,000 answers",
    ],
    ways.map((each) => [
      each.way,
      `${percent(each.share)} (${each.right} of ${each.judged})`,
      `${percent(each.low)} to ${percent(each.high)}`,
      each.difference === undefined
        ? "–"
        : `${signed(each.difference.mean)} (${signed(each.difference.low)} to ${signed(each.difference.high)})`,
      whole(each.contextTokens),
      pair(each.recallMs),
      pair(each.readerMs),
      dollars(each.dollarsPerThousand),
    ]),
  );
}

function notes(ways: readonly WayFigures[]): string[] {
  const said = ways.flatMap(({ way, cut, unjudged, cutShort }) => [
    ...(cut.questions > 0
      ? [
          `${way} was cut for ${cut.questions} questions: ${whole(cut.turns)} older turns had no room on average.`,
        ]
      : []),
    ...(unjudged > 0
      ? [`${way}: the judge came to no verdict about ${unjudged} answers; they count nowhere.`]
      : []),
    ...(cutShort > 0 ? [`${way}: ${cutShort} answers were too long and are judged as far as they go.`] : []),
  ]);
  const full = ways.find(({ way }) => way === "full context");
  if (full !== undefined && full.judged > 0 && full.cut.questions === 0)
    said.unshift("Full context had room for every conversation.");
  return said.length === 0 ? [] : [said.map((line) => `- ${line}`).join("\n")];
}

function typeTable(ways: readonly WayFigures[]): string {
  const types = [...new Set(ways.flatMap(({ byType }) => Object.keys(byType)))].sort();
  return table(
    ["type", ...ways.map(({ way }) => way)],
    types.map((type) => [type, ...ways.map(({ byType }) => shareWithInterval(byType[type]))]),
  );
}

function auditSection(audit: readonly ProbeFigures[]): string[] {
  if (audit.length === 0)
    return ["The judge was not tried (--audit 0): how far it can be trusted is not known."];
  const sum = (right: boolean) => {
    const some = audit.filter((each) => each.right === right);
    const asked = some.reduce((all, each) => all + each.asked - each.unjudged, 0);
    return { asked, passed: some.reduce((all, { passed }) => all + passed, 0) };
  };
  const [good, bad] = [sum(true), sum(false)];
  return [
    `It let ${bad.passed} of ${bad.asked} deliberately wrong answers pass, and refused ${good.asked - good.passed} of ${good.asked} right ones.`,
    table(
      ["answer", "is", "tried", "passed as right", "no verdict"],
      audit.map(({ kind, right, asked, passed, unjudged }) => [
        kind,
        right ? "right" : "wrong",
        `${asked}`,
        `${passed}`,
        `${unjudged}`,
      ]),
    ),
  ];
}

function costSection({ totals, spent }: AnswersReport): string[] {
  const row = (name: string, { inputTokens, outputTokens, dollars: cost }: (typeof totals)["reader"]) => [
    name,
    whole(inputTokens),
    whole(outputTokens),
    dollars(cost),
  ];
  const unpriced =
    spent.unpriced.length === 0
      ? ""
      : ` The price of ${spent.unpriced.join(" and ")} is unknown: --price gives it.`;
  return [
    table(
      ["all together", "tokens in", "tokens out", "$"],
      [row("reader", totals.reader), row("judge", totals.judge)],
    ),
    `This run made ${spent.calls} calls for ${dollars(spent.unpriced.length > 0 ? undefined : spent.dollars)} $ and took ${spent.reused} answers from earlier runs.${unpriced}`,
  ];
}

function shareWithInterval(share: Share | undefined): string {
  if (share === undefined || share.judged === 0) return "–";
  return `${percent(share.share)} (${share.right} of ${share.judged}; ${percent(share.low)} to ${percent(share.high)})`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---").join("|")}|`, ...rows.map(line)].join("\n");
}

function percent(share: number): string {
  return Number.isNaN(share) ? "–" : (share * 100).toFixed(1);
}

function signed(share: number): string {
  return `${share < 0 ? "−" : "+"}${Math.abs(share * 100).toFixed(1)}`;
}

function whole(number: number): string {
  return Number.isNaN(number) ? "–" : Math.round(number).toLocaleString("en");
}

function pair({ p50, p95 }: { p50: number; p95: number }): string {
  return [p50, p95].map((each) => (Number.isNaN(each) ? "–" : each.toFixed(1))).join(" / ");
}

function dollars(cost: number | undefined): string {
  return cost === undefined || Number.isNaN(cost) ? "unknown" : cost.toFixed(cost < 1 ? 4 : 2);
}
