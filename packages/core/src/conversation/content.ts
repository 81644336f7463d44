import { withoutRecallBlocks } from "../recall-block.ts";

type Part = Record<string, unknown>;

/** Parts that people see or hear beside the words. */
const shown = /image|file|document|audio|video|media/;
/** Parts that stand between two texts as something of its own: a call of a tool, its result. */
const ownThing = /tool[-_](call|use|result|approval)|function/;
/** What a part says of how it is sent, and not of what it is. */
const unsaid = new Set([
  "type",
  "detail",
  "filename",
  "fileName",
  "file_name",
  "name",
  "mediaType",
  "mimeType",
  "mime_type",
  "media_type",
  "format",
  "cache_control",
  "providerOptions",
  "providerMetadata",
  "experimental_providerMetadata",
]);

/**
 * The words of a message: its string, or the texts of its parts, without thinking, tools, pictures and the blocks that
 * `recallBlock` wrote. Texts that follow one another are pieces of one text, as models stream it, also with thinking or
 * references between. A blank line stands where a picture, a file or a tool was between, or one sentence ended and
 * another begins.
 * @param content - A string, or parts as Mistral, the AI SDK, LangChain or Mastra have them. Anything else says nothing.
 */
export function textOf(content: unknown): string {
  if (typeof content === "string") return withoutRecallBlocks(content);
  let text = "";
  let separated = false;
  for (const part of partsOf(content)) {
    const type = String(part.type ?? "");
    const said = (type === "text" || type === "input_text" || type === "output_text") && part.text;
    if (typeof said === "string") {
      if (said === "") continue;
      const apart = separated ? !/\s$/u.test(text) && !/^\s/u.test(said) : endsSentence(text, said);
      text += text !== "" && apart ? `\n\n${said}` : said;
      separated = false;
    } else separated ||= isShown(type) || ownThing.test(type);
  }
  return withoutRecallBlocks(text);
}

/**
 * One name for each thing that is shown beside the words, by what it is: 32 hexadecimal digits of a SHA-256 of all its
 * bytes, or of its address or reference. The same picture as bytes and in base64 has the same name.
 */
export async function fileMarks(content: unknown): Promise<string[]> {
  const files = partsOf(content).filter(({ type }) => isShown(String(type ?? "")));
  return Promise.all(
    files.map(async (part) => {
      const leaves: string[] = [];
      for (const [name, value] of Object.entries(part))
        if (!unsaid.has(name)) await collectLeaves(value, leaves);
      return digest(leaves.sort());
    }),
  );
}

/** SHA-256 of some JSON: 32 hexadecimal digits of it. */
export async function digest(value: unknown): Promise<string> {
  return hexadecimal(new TextEncoder().encode(JSON.stringify(value)));
}

/** Parts of a list, `[]` for a content that is none. */
export function partsOf(content: unknown): Part[] {
  if (!Array.isArray(content)) return [];
  return content.map((part: unknown) =>
    typeof part === "string" ? { type: "text", text: part } : Object(part),
  );
}

/** Whether a sentence ends and another begins where two texts meet. */
function endsSentence(left: string, right: string): boolean {
  return /[.!?…。！？:;]$/u.test(left) && /^[\p{Lu}\p{Lo}¿¡"“«]/u.test(right);
}

function isShown(type: string): boolean {
  return shown.test(type) && !type.startsWith("reasoning");
}

async function collectLeaves(value: unknown, leaves: string[]): Promise<void> {
  if (value === undefined || value === null) return;
  const bytes = bytesOf(value);
  if (bytes !== undefined) leaves.push(await hexadecimal(bytes));
  else if (value instanceof URL) leaves.push(value.href);
  else if (typeof Blob !== "undefined" && value instanceof Blob)
    leaves.push(await hexadecimal(new Uint8Array(await value.arrayBuffer())));
  else if (Array.isArray(value)) for (const item of value) await collectLeaves(item, leaves);
  else if (typeof value === "object") {
    for (const [name, member] of Object.entries(value))
      if (!unsaid.has(name)) await collectLeaves(member, leaves);
  } else leaves.push(String(value));
}

function bytesOf(value: unknown): Uint8Array<ArrayBuffer> | undefined {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (ArrayBuffer.isView(value))
    return Uint8Array.from(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  if (typeof value !== "string") return undefined;
  const data = /^data:[^,]{0,200};base64,/i.exec(value);
  const text = data === null ? value : value.slice(data[0].length);
  // A word of four letters is base64 too: what is shorter than any picture is taken as it stands.
  if (data === null && (text.length < 32 || text.length % 4 !== 0 || !/^[\w+/-]+={0,2}$/.test(text)))
    return undefined;
  try {
    return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) =>
      character.charCodeAt(0),
    );
  } catch {
    return undefined;
  }
}

async function hexadecimal(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash.subarray(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
