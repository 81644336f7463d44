import { uniform } from "../evaluation/random.ts";
import type { Question } from "./bench.ts";

/** An answer of which it is known whether it is right: what the judge is judged by. */
export interface Probe {
  question: Question;
  kind: ProbeKind;
  right: boolean;
  answer: string;
}

export const probeKinds = [
  "the right answer in a sentence",
  "says that it does not know",
  "the right answer to another question",
  "the right answer with another number",
  "the trap that the bench set",
] as const;
export type ProbeKind = (typeof probeKinds)[number];

const unknown = "I do not know: the notes do not say anything about that.";

/**
 * Right and deliberately wrong answers to questions. Where nothing answers, not to know is right; elsewhere it is wrong.
 * @param all - Where answers of other questions are taken from; of the same type if there is one.
 */
export function probesOf(questions: readonly Question[], all: readonly Question[], seed: number): Probe[] {
  const next = uniform(seed);
  return questions.flatMap((question) => {
    const { unanswerable, right, points, trap, type } = question;
    const probes: Probe[] = [
      { question, kind: "says that it does not know", right: unanswerable, answer: unknown },
    ];
    const add = (kind: ProbeKind, answer: string, isRight = false) =>
      probes.push({ question, kind, right: isRight, answer });
    const said = answerOf(question);
    if (!unanswerable) add("the right answer in a sentence", `From what you told me: ${said}`, true);
    const others = all.filter(
      (other) =>
        other.id !== question.id &&
        !other.unanswerable &&
        answerOf(other) !== said &&
        other.points.length > 0 === points.length > 0,
    );
    const alike = others.filter((other) => other.type === type);
    const pool = alike.length > 0 ? alike : others;
    const other = pool[Math.floor(next() * pool.length)];
    if (other !== undefined)
      add("the right answer to another question", `From what you told me: ${answerOf(other)}`);
    // Points may leave the number open; a single answer does not.
    const changed = points.length === 0 && !unanswerable ? withAnotherNumber(right) : right;
    if (changed !== right) add("the right answer with another number", `From what you told me: ${changed}`);
    if (trap !== undefined && trap !== right) add("the trap that the bench set", trap);
    return probes;
  });
}

function answerOf({ right, points }: Question): string {
  return points.length === 0
    ? right
    : points.map((point) => point.replace(/^LLM response should \w+: ?/i, "")).join("; ");
}

/** Every number seven higher, and years too: no rounding, and no day more or less, makes it right. */
export function withAnotherNumber(text: string): string {
  return text.replace(/\d+/g, (digits) => String(Number(digits) + 7).padStart(digits.length, "0"));
}
