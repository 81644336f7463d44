import type { FactExtractor, FactProposal, FactWindow } from "../src/index.ts";

/** An extractor that says what a test tells it to, and what it was shown. */
export interface ScriptedFacts extends FactExtractor {
  readonly windows: FactWindow[];
  readonly limits: number[];
  answer: (window: FactWindow, signal: AbortSignal) => unknown;
}

/** @param answer - Proposals for a window, or a promise of them. Default: what `stated` finds. */
export function scriptedFacts(answer: ScriptedFacts["answer"] = stated): ScriptedFacts {
  const usage = { calls: 0, inputTokens: 0, outputTokens: 0 };
  const scripted: ScriptedFacts = {
    id: "scripted",
    usage,
    windows: [],
    limits: [],
    answer,
    async extract(window, { signal, maxTokens }) {
      scripted.windows.push(window);
      scripted.limits.push(maxTokens);
      usage.calls += 1;
      usage.inputTokens += 900;
      usage.outputTokens += 100;
      return (await scripted.answer(window, signal)) as FactProposal[];
    },
  };
  return scripted;
}

/** "My home is Lyon" says where somebody lives, and takes the place of what is known of that. */
export function stated({ turns, known }: FactWindow): FactProposal[] {
  return turns.flatMap(({ text, quotable }, index) =>
    Array.from(
      quotable ? text.matchAll(/\bmy (\w+) is (\w+)/gi) : [],
      ([quote, attribute = "", value = ""]) => ({
        text: `The user's ${attribute} is ${value}.`,
        subject: "user",
        attribute,
        type: "state" as const,
        origin: "stated" as const,
        sources: [{ turn: index + 1, quote }],
        excludes: known.flatMap((fact, place) =>
          fact.attribute === attribute && !fact.text.includes(value) ? [place + 1] : [],
        ),
      }),
    ),
  );
}
