import { blockFor, blockOf } from "./block.ts";
import { pairedBootstrap } from "./bootstrap.ts";
import { calibrationError, reliability } from "./calibration.ts";
import { averages, type Change, type Figures, figuresOf, isRight } from "./figures.ts";
import { lost, type Silence, silence } from "./foreign.ts";
import { mean } from "./metrics.ts";
import type { Answer, BaselineOutcome, Outcome, SetOutcome } from "./outcome.ts";
import { truthRows } from "./truth.ts";

/** What the page shows. */
export interface Evaluation {
  /** Where and how the figures came about, by name. */
  circumstances: Record<string, string>;
  sets: readonly SetOutcome[];
  /** Per cent by set, of weights that were trained without the set; `undefined` where there are none. */
  leaveOneSetOut: Record<string, { recall: number; ndcg: number }> | undefined;
  /** What differs from earlier figures; `undefined` when nothing was compared. */
  changes: readonly Change[] | undefined;
}

type Subject = BaselineOutcome | Outcome;
const judged = ["R@10", "nDCG@10"] as const;
const floors = [0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1, 0.2];

/** Everything, as a page in Markdown. The first configuration is the one that others are compared with. */
export function toMarkdown(evaluation: Evaluation): string {
  const { circumstances, sets } = evaluation;
  const given = sets.filter(({ written }) => written === undefined);
  const own = sets.filter(({ written }) => written !== undefined);
  const parts = [
    "# Retrieval evaluation",
    "Figures are per cent, averaged over the questions of a set that have relevant documents, and asked as a caller asks who changes no option: ten hits, the default floor. The sets are of others and not part of this repository, except for those under “Sets written for this page”. Losses stand beside gains.",
    Object.entries(circumstances)
      .map(
        ([name, value]) =>
          `- ${name[0]!.toUpperCase()}${name.slice(1)}: ${name === "command" ? `\`${value}\`` : value}`,
      )
      .join("\n"),
    ...(given.length === 0
      ? []
      : [
          "## Set by set",
          setTable(given, evaluation),
          ...withMinorities(given),
          "## Losses",
          ...losses(given),
          "## By type of question",
          typeTable(given),
          ...foreignSection(given),
          ...orderSection(given),
          ...blockSection(given),
        ]),
    ...truthSection(sets),
    ...(own.length === 0 ? [] : ["## Sets written for this page", ...own.flatMap(writtenSection)]),
    ...(evaluation.changes === undefined
      ? []
      : ["## Against the figures before", changeTable(evaluation.changes)]),
    "## What the names mean",
    names,
  ];
  return `${parts.join("\n\n")}\n`;
}

const names = [
  "- **static**: the defaults of `createMemory()`, with the built-in embedder. **words only**: `embedder: false`. **MiniLM**: vectors of all-MiniLM-L6-v2, where a set has them. **random**, **simulated strong N**: run when asked for; noise as vectors, and queries that lie at a relevant document plus N times its length of noise.",
  "- **textbook BM25**: k1 1.2, b 0.75, English stop words, Snowball stems; a word of a query counts once. **stock Orama**: its hybrid search with the vectors of the built-in embedder, similarity 0, weights 0.5 and 0.5.",
  "- R@10: found relevant documents / all relevant documents. nDCG@10 and MRR@10 with binary gains, except where grades are named. Intervals are 95 % of a paired bootstrap of 2,000 resamples over the questions.",
].join("\n");

/** Baselines and configurations that ran on any of the sets, in order. */
function subjectsOf(sets: readonly SetOutcome[]): string[] {
  return [
    ...new Set(sets.flatMap((set) => [...set.baselines, ...set.outcomes].map(({ subject }) => subject))),
  ];
}

function find({ baselines, outcomes }: SetOutcome, name: string): Subject | undefined {
  return [...baselines, ...outcomes].find(({ subject }) => subject === name);
}

function setTable(sets: readonly SetOutcome[], { leaveOneSetOut }: Evaluation): string {
  const subjects = subjectsOf(sets);
  const rows = sets.map((set) => {
    const times = set.outcomes[0] === undefined ? undefined : figuresOf(set.outcomes[0]);
    const out = leaveOneSetOut?.[set.set];
    return [
      set.set,
      `${set.documents} in ${set.groups}`,
      `${set.questions}`,
      ...subjects.map((name) => pair(find(set, name)?.own)),
      ...(leaveOneSetOut === undefined
        ? []
        : [out === undefined ? "–" : `${out.recall.toFixed(1)} / ${out.ndcg.toFixed(1)}`]),
      times === undefined ? "–" : `${times.p50.toFixed(1)} / ${times.p95.toFixed(1)}`,
    ];
  });
  const everywhere = (name: string) => sets.every((set) => find(set, name) !== undefined);
  const out = Object.values(leaveOneSetOut ?? {});
  rows.push([
    `**mean of ${sets.length}**`,
    "",
    "",
    ...subjects.map((name) => (everywhere(name) ? `**${meanPair(sets, name)}**` : "–")),
    ...(leaveOneSetOut === undefined
      ? []
      : [
          `**${mean(out.map(({ recall }) => recall)).toFixed(1)} / ${mean(out.map(({ ndcg }) => ndcg)).toFixed(1)}**`,
        ]),
    "",
  ]);
  const head = ["set", "documents, groups", "questions", ...subjects];
  return [
    "R@10 / nDCG@10; p50 / p95 in milliseconds of one search with the first configuration, while the machine did other work.",
    table([...head, ...(leaveOneSetOut === undefined ? [] : ["left out"]), "p50 / p95"], rows),
  ].join("\n\n");
}

/** Means of configurations that not every set has vectors for, beside the others on the same sets. */
function withMinorities(sets: readonly SetOutcome[]): string[] {
  const subjects = subjectsOf(sets);
  return subjects.flatMap((name) => {
    const some = sets.filter((set) => find(set, name) !== undefined);
    if (some.length === sets.length) return [];
    const beside = subjects.filter((other) => some.every((set) => find(set, other) !== undefined));
    const means = beside.map((other) => `${other} ${meanPair(some, other)}`);
    return [`Mean of the ${some.length} sets that have vectors for ${name}: ${means.join(", ")}.`];
  });
}

function meanPair(sets: readonly SetOutcome[], name: string): string {
  const all = sets.map((set) => averages(find(set, name)!.own));
  return judged.map((metric) => percent(mean(all.map((each) => each[metric])))).join(" / ");
}

/** Where the first configuration is below a baseline or another configuration. */
function losses(sets: readonly SetOutcome[]): string[] {
  const rows = sets.flatMap((set) => {
    const [first] = set.outcomes;
    if (first === undefined) return [];
    return [...set.baselines, ...set.outcomes.slice(1)].flatMap((rival) =>
      judged.flatMap((metric) => {
        const [ours, theirs] = [first, rival].map(({ own }) => own.map(({ scores }) => scores[metric]));
        const difference = pairedBootstrap(ours!, theirs!);
        if (difference.mean >= 0) return [];
        return [
          [
            set.set,
            rival.subject,
            metric,
            percent(mean(theirs!)),
            percent(mean(ours!)),
            interval(difference),
          ],
        ];
      }),
    );
  });
  const first = sets[0]?.outcomes[0]?.subject;
  if (rows.length === 0) return [`${first} is below nothing else on any set.`];
  return [
    `Where ${first} is below something else. An interval that includes 0 may be chance.`,
    table(["set", "better", "metric", "", first ?? "", "difference"], rows),
  ];
}

function typeTable(sets: readonly SetOutcome[]): string {
  const subjects = subjectsOf(sets);
  const rows = sets.flatMap((set) => {
    const types = Map.groupBy(set.outcomes[0]?.own ?? [], ({ type }) => type);
    if (types.size < 2) return [];
    return [...types]
      .sort(byName)
      .map(([type, { length }]) => [
        set.set,
        `${type ?? "–"} (${length})`,
        ...subjects.map((name) => pair(find(set, name)?.own.filter((answer) => answer.type === type))),
      ]);
  });
  return table(["set", "type (questions)", ...subjects], rows);
}

function foreignSection(sets: readonly SetOutcome[]): string[] {
  const asked = sets.filter(({ outcomes }) => (outcomes[0]?.foreign.length ?? 0) > 0);
  if (asked.length === 0) return [];
  const first = asked.map(({ outcomes }) => outcomes[0]!);
  const others = subjectsOf(asked).filter((name) =>
    asked.every(({ outcomes }) => outcomes.some((o) => o.subject === name)),
  );
  const row = (name: string, cells: readonly Silence[], costs: readonly number[]) => [
    name,
    `${cells.reduce((sum, { questions }) => sum + questions, 0)}`,
    percent(mean(cells.map(({ empty }) => empty))),
    mean(cells.map(({ hits }) => hits)).toFixed(1),
    percent(mean(cells.map(({ auc }) => auc))),
    percent(mean(costs)),
  ];
  const all = (name: string, label = name) => {
    const outcomes = asked.map((set) => find(set, name) as Outcome);
    return row(
      label,
      outcomes.map((outcome) => silence(outcome.foreign, outcome)),
      outcomes.map((outcome) => lost(outcome)),
    );
  };
  const unanswerable = sets.filter(({ outcomes }) => (outcomes[0]?.unanswerable.length ?? 0) > 0);
  const bins = reliability(first, 1);
  const deep = reliability(first, 10);
  return [
    "## Foreign questions",
    "The questions of each group, asked in the next group of the same set: nothing there answers them, but for what two people have in common. Answered by nothing; hits for a question (of at most 10); AUC of the best score without a floor, own against foreign; and what the floor costs own questions in R@10.",
    table(
      ["set", "questions", "by nothing", "hits", "AUC", "R@10 lost"],
      [
        ...asked.map(({ set, outcomes: [outcome] }) =>
          row(set, [silence(outcome!.foreign, outcome!)], [lost(outcome!)]),
        ),
        ...others.map((name) => all(name, `**mean of ${asked.length}, ${name}**`)),
      ],
    ),
    `At other floors (\`minScore\`), one for all sets, ${first[0]!.subject}, mean of ${asked.length} sets:`,
    table(
      ["floor", "by nothing", "hits", "R@10 lost"],
      floors.map((floor) => [
        `${floor}`,
        percent(mean(first.map((outcome) => silence(outcome.foreign, outcome, floor).empty))),
        mean(first.map((outcome) => silence(outcome.foreign, outcome, floor).hits)).toFixed(1),
        percent(mean(first.map((outcome) => lost(outcome, floor)))),
      ]),
    ),
    ...(unanswerable.length === 0
      ? []
      : [
          "Questions that the makers of a set wrote to have no answer in their own group. They are about people and things of the group: that the answer itself is missing, no score of likeness can know.",
          table(
            ["set", "questions", "by nothing", "hits", "AUC"],
            unanswerable.map(({ set, outcomes: [outcome] }) =>
              row(set, [silence(outcome!.unanswerable, outcome!)], [0]).slice(0, -1),
            ),
          ),
        ]),
    "## What a score means",
    `Scores of ${first[0]!.subject} without a floor, own and foreign questions of these sets together, against the share that is relevant. A bar ends at the observed share, \`|\` stands where the scores lie. What nobody judged counts as not relevant. Expected calibration error: ${percent(calibrationError(bins))} for first hits, ${percent(calibrationError(deep))} for the best ten.`,
    table(
      ["score", "first hits", "mean score", "relevant", "", "best ten", "mean score", "relevant"],
      Array.from({ length: 10 }, (_, tenth) => {
        const [one, ten] = [bins, deep].map((some) => some.find(({ from }) => from === tenth / 10));
        return [
          `${(tenth / 10).toFixed(1)} to ${((tenth + 1) / 10).toFixed(1)}`,
          ...binCells(one),
          one === undefined ? "" : `\`${plot(one.observed, one.predicted)}\``,
          ...binCells(ten),
        ];
      }),
    ),
  ];
}

function binCells(bin: { hits: number; predicted: number; observed: number } | undefined): string[] {
  return bin === undefined ? ["0", "", ""] : [`${bin.hits}`, percent(bin.predicted), percent(bin.observed)];
}

/** Twenty characters from 0 to 1. */
function plot(bar: number, mark: number): string {
  const line = [..."█".repeat(Math.round(bar * 20)).padEnd(20, "·")];
  line[Math.min(19, Math.floor(mark * 20))] = "|";
  return line.join("");
}

function orderSection(sets: readonly SetOutcome[]): string[] {
  const graded = sets.filter(({ outcomes }) => figuresOrNone(outcomes[0])?.newestFirst !== undefined);
  if (graded.length === 0) return [];
  const subjects = subjectsOf(graded.map((set) => ({ ...set, baselines: [] })));
  return [
    "## The newest statement first",
    "Old and new statement are both in memory; how often the newest comes before the older ones, and nDCG@10 with 2 for the newest and 1 for an older one.",
    table(
      ["set", "questions", ...subjects],
      graded.map((set) => [
        set.set,
        `${set.outcomes[0]!.own.filter((answer) => answer.newestFirst !== undefined).length}`,
        ...subjects.map((name) => {
          const figures = figuresOrNone(set.outcomes.find(({ subject }) => subject === name));
          return figures?.newestFirst === undefined
            ? "–"
            : `${percent(figures.newestFirst)} (nDCG ${percent(figures.graded ?? 0)})`;
        }),
      ]),
    ),
  ];
}

function figuresOrNone(outcome: Outcome | undefined): Figures | undefined {
  return outcome === undefined || outcome.own.length === 0 ? undefined : figuresOf(outcome);
}

function truthSection(sets: readonly SetOutcome[]): string[] {
  const rows = truthRows(sets);
  if (rows.length === 0) return [];
  const subjects = subjectsOf(sets.map((set) => ({ ...set, baselines: [] })));
  return [
    "## What is true",
    "Questions that a memory answers wrongly when it finds one of two statements: R@10 / all of what is relevant among the ten / the newest statement first, where a set grades it. Questions about what was never said: answered by nothing.",
    table(
      ["what", "set", "type (questions)", ...subjects],
      rows.map(({ what, set, type, questions, figures }) => [
        what,
        set,
        `${type} (${questions})`,
        ...subjects.map((name) => figures.get(name)?.map(percent).join(" / ") ?? "–"),
      ]),
    ),
  ];
}

function blockSection(sets: readonly SetOutcome[]): string[] {
  const reference = "words only";
  const rows = sets.flatMap((set) => {
    const words = set.outcomes.find(({ subject }) => subject === reference);
    const [first] = set.outcomes;
    if (words === undefined || first === undefined || first === words) return [];
    const target = blockOf(words.own, 10);
    const block = blockFor(first.own, target.recall);
    const finite = Number.isFinite(block.tokens);
    return [
      {
        ratio: block.tokens / target.tokens,
        cells: [
          set.set,
          percent(target.recall),
          target.tokens.toFixed(0),
          finite ? block.hits.toFixed(1) : "more than 50",
          finite ? block.tokens.toFixed(0) : "–",
          finite ? percent(block.tokens / target.tokens) : "–",
        ],
      },
    ];
  });
  if (rows.length === 0) return [];
  const ratios = rows.map(({ ratio }) => ratio).filter(Number.isFinite);
  return [
    "## Size of the block at equal recall",
    `How many hits for every question ${sets[0]!.outcomes[0]!.subject} needs to reach the recall that ${reference} has with ten, and the estimated tokens of their texts, mean over the questions; no floor on either side. Below 100 %: less to put before the model for the same. Mean of ${ratios.length} sets: ${percent(mean(ratios))} %.`,
    table(
      ["set", "R@10 of words", "tokens of ten hits", "hits needed", "tokens", "per cent"],
      rows.map(({ cells }) => cells),
    ),
  ];
}

/**
 * Shares of right answers of a set of ours: of questions with an answer in all and by group ("French 2" is one of
 * "French"), and of those without one.
 */
export function rightShares({
  own,
  unanswerable,
}: Outcome): { group: string; questions: number; right: number }[] {
  const share = (group: string, answers: readonly Answer[], answerable = true) => ({
    group,
    questions: answers.length,
    right: mean(answers.map((answer) => Number(isRight(answer, answerable)))),
  });
  const groups = Map.groupBy(own, ({ group }) => group.replace(/ \d+$/, ""));
  return [
    share("all", own),
    ...[...groups].map(([group, some]) => share(group, some)),
    ...(unanswerable.length === 0 ? [] : [share("no answer", unanswerable, false)]),
  ];
}

/** A sentence for each share of right answers that is below what its set asks for. */
export function belowThreshold(sets: readonly SetOutcome[]): string[] {
  return sets.flatMap(({ set, written, outcomes }) =>
    outcomes.flatMap((outcome) => {
      const thresholds = written?.thresholds[outcome.subject] ?? {};
      return rightShares(outcome).flatMap(({ group, right }) => {
        const least = (thresholds as Record<string, number>)[group];
        if (least === undefined || right * 100 >= least) return [];
        return [`${set}, ${outcome.subject}, ${group}: ${percent(right)} % right, and not ${least} %`];
      });
    }),
  );
}

function writtenSection({ set, documents, written, outcomes }: SetOutcome): string[] {
  const shares = new Map(outcomes.map((outcome) => [outcome.subject, rightShares(outcome)]));
  const groups = [...shares.values()][0] ?? [];
  const types = Map.groupBy(
    [...(outcomes[0]?.own ?? []), ...(outcomes[0]?.unanswerable ?? [])],
    ({ type }) => type,
  );
  const first = outcomes.map(({ subject, own, unanswerable }) => {
    const among = own.filter(({ hits }) => hits.slice(0, 3).some(({ grade }) => grade > 0)).length;
    const right = own.filter((answer) => isRight(answer, true)).length;
    const nothing = unanswerable.filter((answer) => isRight(answer, false)).length;
    return [
      subject,
      `${right} / ${among} of ${own.length}`,
      unanswerable.length === 0 ? "–" : `${nothing} of ${unanswerable.length}`,
      own.length === 0 ? "–" : pair(own),
      unanswerable.length === 0 || own.length === 0
        ? "–"
        : percent(silence(unanswerable, { subject, own, unanswerable, foreign: [], tookMs: 0 }).auc),
    ];
  });
  return [
    `### ${set}`,
    `${documents} memories. ${written!.about}`,
    table(
      ["", "right one first / among three", "no answer where there is none", "R@10 / nDCG@10", "AUC"],
      first,
    ),
    "Right answers in per cent: a relevant memory first; nothing, where there is none:",
    table(
      ["group (questions)", ...outcomes.map(({ subject }) => subject)],
      groups.map(({ group, questions }, place) => [
        `${group} (${questions})`,
        ...outcomes.map(({ subject }) => percent(shares.get(subject)![place]!.right)),
      ]),
    ),
    ...(types.size < 2
      ? []
      : [
          table(
            ["type (questions)", ...outcomes.map(({ subject }) => subject)],
            [...types]
              .sort(byName)
              .map(([type, { length }]) => [
                `${type ?? "–"} (${length})`,
                ...outcomes.map(({ own, unanswerable }) =>
                  percent(
                    mean(
                      [
                        ...own
                          .filter((answer) => answer.type === type)
                          .map((answer) => isRight(answer, true)),
                        ...unanswerable
                          .filter((answer) => answer.type === type)
                          .map((answer) => isRight(answer, false)),
                      ].map(Number),
                    ),
                  ),
                ),
              ]),
          ),
        ]),
  ];
}

function changeTable(changes: readonly Change[]): string {
  if (changes.length === 0) return "No figure differs by more than chance.";
  return table(
    ["set", "configuration", "figure", "before", "now", "difference, 99 %"],
    changes.map(({ set, configuration, figure, before, now, low, high }) => [
      set,
      configuration,
      figure,
      percent(before),
      percent(now),
      `${signed(low)} to ${signed(high)}`,
    ]),
  );
}

const byName = ([one]: [string | undefined, unknown], [other]: [string | undefined, unknown]) =>
  (one ?? "") < (other ?? "") ? -1 : 1;
const percent = (share: number): string => (share * 100).toFixed(1);
const signed = (share: number): string => `${share < 0 ? "−" : "+"}${percent(Math.abs(share))}`;
const interval = ({ mean, low, high }: { mean: number; low: number; high: number }): string =>
  `${signed(mean)} (${signed(low)} to ${signed(high)})`;

function pair(own: readonly Pick<Outcome["own"][number], "scores">[] | undefined): string {
  if (own === undefined || own.length === 0) return "–";
  const figures = averages(own);
  return judged.map((metric) => percent(figures[metric])).join(" / ");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}
