import { badRequest } from "./api-error.ts";
import { demand, either, list, object, orNull, record, text } from "./body-shape.ts";
import type { ModerationResult } from "./reply.ts";
import type { ModerationBody } from "./wire.ts";

/** The categories of `mistral-moderation-2603`, each with a word for which the stand-in flags a text. */
const words: Readonly<Record<string, RegExp>> = {
  sexual: /\berotic\b/i,
  hate_and_discrimination: /\bvermin\b/i,
  violence_and_threats: /\bkill you\b/i,
  dangerous: /\bbomb\b/i,
  criminal: /\bsteal\b/i,
  selfharm: /\bhurt myself\b/i,
  health: /\bdiagnosis\b/i,
  financial: /\bshares\b/i,
  law: /\blawsuit\b/i,
  pii: /\bphone\b/i,
  jailbreaking: /\bno restrictions\b/i,
};

const moderationBody = object({ model: text, input: either(text, list(text)) }, { metadata: orNull(record) });

/** Refuses unknown keys and wrong types (422), and no text at all. */
export function checkModeration(body: unknown): { model: string; texts: string[] } {
  demand(moderationBody, body);
  const { model, input } = body as ModerationBody;
  const texts = typeof input === "string" ? [input] : input;
  if (texts.length === 0) throw badRequest("Input cannot be empty.", "invalid_request_prompt", "3210");
  return { model, texts };
}

/** The same text is judged the same everywhere. */
export function judge(given: string): ModerationResult {
  const flagged = Object.entries(words).map(([name, word]) => [name, word.test(given)] as const);
  return {
    categories: Object.fromEntries(flagged),
    category_scores: Object.fromEntries(flagged.map(([name, isFlagged]) => [name, isFlagged ? 0.97 : 0.01])),
  };
}
