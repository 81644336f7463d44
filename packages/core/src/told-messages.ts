import { fileMarks, textOf } from "./conversation/content.ts";
import { splitText } from "./long-text.ts";
import { optionNames } from "./option-names.ts";
import type { Told } from "./thread-view.ts";
import type { Limits, Message } from "./types.ts";
import { checkName, checkObject, checkOptions, checkText, invalid } from "./validation.ts";

/** Roles whose text is not something that was said. */
const silent = new Set(["system", "developer", "tool", "function"]);
/** What is shown beside the words of one message, at most. */
const mostFiles = 100;

/** The words of a message as they may be kept. @param where - Of one that is to be kept. */
export type Said = (text: string, where: string | undefined) => string;

export async function spoken(
  messages: unknown,
  list: "messages" | "before",
  { valueBytes, keyBytes }: Limits,
  said: Said = (text) => text,
): Promise<Told[]> {
  if (!Array.isArray(messages)) throw invalid(list, "an array of { role, content }", messages);
  const ids = new Set<string>();
  const told: Told[] = [];
  for (const [index, given] of messages.entries()) {
    const where = `${list}[${index}]`;
    const message = checkOptions(given, where, optionNames.message) as unknown as Message;
    const role = checkText(message.role, `${where}.role`, 128);
    if (message.id !== undefined) checkName(message.id, `${where}.id`, keyBytes, "keyBytes");
    checkContent(message.content, `${where}.content`);
    const files = message.files === undefined ? undefined : checkFiles(message.files, `${where}.files`);
    if (silent.has(role)) continue;
    if (message.metadata?.souvenir !== undefined)
      throw invalid(
        `${where}.metadata.souvenir`,
        "another name: this one marks the parts of long messages, and files",
      );
    const text = said(
      textOf(message.content).toWellFormed(),
      list === "before" ? undefined : `${where}.content`,
    );
    const parts = text.trim() === "" ? [] : splitText(text, valueBytes);
    if (parts.length === 0) continue;
    if (message.id !== undefined) {
      if (ids.has(message.id)) throw invalid(`${where}.id`, "an id that no other message of the call has");
      ids.add(message.id);
    }
    told.push({ role, parts, files: files ?? (await fileMarks(message.content)), message });
  }
  return told;
}

function checkContent(content: unknown, where: string): void {
  if (content === undefined || content === null || typeof content === "string") return;
  if (!Array.isArray(content)) throw invalid(where, "a string or an array of parts", content);
  for (const part of content) {
    const { type, text } = checkObject(part, where);
    if (type === "text" && text !== undefined && typeof text !== "string")
      throw invalid(`${where}.text`, "a string", text);
  }
}

function checkFiles(files: unknown, where: string): readonly string[] {
  if (!Array.isArray(files) || files.length > mostFiles)
    throw invalid(where, `an array of at most ${mostFiles} names`, files);
  return files.map((file, index) => checkName(file, `${where}[${index}]`, 128));
}
