import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

export type PromptName = "reader" | "judge";
export interface ChatMessage {
  role: "system" | "user" | "assistant";
  content: string;
}

/** Text of a prompt's file: what the model is told, a line of three hyphens, and what it is asked. */
export function promptText(name: PromptName): string {
  return readFileSync(new URL(`./prompts/${name}.md`, import.meta.url), "utf8");
}

/** The messages of a prompt, each `{{name}}` filled in. */
export function promptMessages(name: PromptName, values: Record<string, string>): ChatMessage[] {
  const [told = "", asked = ""] = promptText(name).split("\n---\n");
  const filled = asked.replace(/\{\{(\w+)\}\}/g, (_, key: string) => {
    const value = values[key];
    if (value === undefined) throw new Error(`prompts/${name}.md asks for {{${key}}}, which is not there`);
    return value;
  });
  return [
    { role: "system", content: told.trim() },
    { role: "user", content: filled.trim() },
  ];
}

/** Twelve characters that change with the text. */
export function fingerprint(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}
