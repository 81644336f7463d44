import type { Ask } from "./ask.ts";
import type { Question } from "./bench.ts";
import type { Reply } from "./finished.ts";
import { promptMessages } from "./prompt.ts";

export interface Verdict {
  /** `undefined` when the judge came to none. */
  right: boolean | undefined;
  /** What it took; none for an answer without a word. */
  replies: Reply[];
}

const tokensOfVerdict = 400;

/** The last verdict of a text; `undefined` without one. */
export function readVerdict(text: string): boolean | undefined {
  const found = [...text.matchAll(/\bVERDICT\W{1,6}(right|wrong)\b/gi)].at(-1)?.[1];
  return found === undefined ? undefined : found.toLowerCase() === "right";
}

/** Asks whether an answer is right; once more when what comes back is no verdict. */
export async function judge(
  ask: Ask,
  model: string,
  { id, text, right, points }: Question,
  answer: string,
  about: string,
): Promise<Verdict> {
  if (answer.trim() === "") return { right: false, replies: [] };
  const messages = promptMessages("judge", {
    question: inert(text),
    right: inert(right),
    points:
      points.length === 0
        ? ""
        : `<points>\n${points.map((point) => `- ${inert(point)}`).join("\n")}\n</points>\n`,
    answer: inert(answer),
  });
  const once = (request: typeof messages) =>
    ask(
      { model, messages: request, maxTokens: tokensOfVerdict },
      { about: `${about} of ${id}`, keep: (said) => readVerdict(said) !== undefined },
    );
  const first = await once(messages);
  const verdict = readVerdict(first.text);
  if (verdict !== undefined) return { right: verdict, replies: [first] };
  const second = await once([
    ...messages,
    { role: "assistant", content: first.text || "…" },
    { role: "user", content: "Your verdict, as one line: VERDICT: right, or VERDICT: wrong" },
  ]);
  return { right: readVerdict(second.text), replies: [first, second] };
}

/** No text can close the tag that it stands in. */
function inert(text: string): string {
  return text.replaceAll("<", "‹").replaceAll(">", "›");
}
