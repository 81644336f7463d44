import type { ImportFormat, ImportItem } from "../format.ts";
import { digestOf, keyOf, parted } from "../keys.ts";
import { momentOf, present, textIn } from "../values.ts";

/** UTF-16 units of a memory, about: a section that is longer is cut between paragraphs. */
const usualLength = 2_000;

/**
 * A note: Markdown, as Obsidian and others keep it, or plain text. Each section is a memory, and those of a note follow one
 * another in a thread. Front matter gives tags, date and title; `#tags` in the text are tags too.
 */
export const markdown: ImportFormat = {
  name: "Markdown and text",
  recognises: ({ value, isText = false }) =>
    isText && typeof value === "string" && !/^\s*<(?:!doctype|html|\?xml)/i.test(value),
  async *read({ value, file, changedAt }) {
    const { front, body } = withoutFront(value as string);
    const name = file
      ?.split(/[\\/]/)
      .at(-1)
      ?.replace(/\.(?:md|markdown|txt|text)$/i, "");
    const title = textIn(one(front.title)) ?? name;
    const createdAt =
      momentOf(one(front.date)) ??
      momentOf(one(front.created)) ??
      momentOf(one(front.created_at)) ??
      momentOf(/^\d{4}-\d\d-\d\d/.exec(name ?? "")?.[0]) ??
      changedAt;
    const tags = [...many(front.tags), ...many(front.tag)].map((tag) => tag.replace(/^#/, ""));
    const sections = sectionsOf(body);
    if (sections.length === 0) return yield { passed: "notes without words" };
    const thread = await keyOf("note", await digestOf(sections[0]?.text));
    const seen = new Set<string>();
    for (const { heading, text } of sections) {
      const key = await keyOf("note", await digestOf(heading, text));
      if (seen.has(key)) continue;
      seen.add(key);
      const own = [...new Set([...tags, ...tagsIn(text)])].filter((tag) => tag !== "").slice(0, 64);
      yield* parted({
        key,
        value: text,
        thread,
        ...(own.length === 0 ? {} : { tags: own.map((tag) => tag.slice(0, 40)) }),
        metadata: { source: "note", ...present({ title, heading }) },
        ...present({ createdAt }),
      }) as Iterable<ImportItem>;
    }
  },
};

interface Section {
  /** Headings above it, joined. */
  heading?: string;
  text: string;
}

/** A section for each heading with what stands below it, and for what stands above the first. */
function sectionsOf(body: string): Section[] {
  const sections: Section[] = [];
  let above: { level: number; title: string }[] = [];
  let lines: string[] = [];
  let fenced = false;
  const end = () => {
    const text = lines.join("\n").trim();
    lines = [];
    // A heading with nothing below it stands above the next ones.
    if (text === "" || /^#{1,6}\s[^\n]*$/.test(text)) return;
    const heading = above.map(({ title }) => title).join(" › ");
    for (const part of cut(text)) sections.push({ text: part, ...(heading === "" ? {} : { heading }) });
  };
  for (const line of body.split("\n")) {
    if (/^\s*(?:```|~~~)/.test(line)) fenced = !fenced;
    const [, marks, title] = fenced ? [] : (/^(#{1,6})\s+(\S.*?)\s*#*\s*$/.exec(line) ?? []);
    if (marks !== undefined && title !== undefined) {
      end();
      above = [...above.filter(({ level }) => level < marks.length), { level: marks.length, title }];
    }
    lines.push(line);
  }
  end();
  return sections;
}

/** Pieces of about the usual length, each of whole paragraphs. */
function cut(text: string): string[] {
  if (text.length <= usualLength) return [text];
  const pieces: string[] = [];
  let piece = "";
  for (const paragraph of text.split(/\n[^\S\n]*\n/)) {
    if (piece !== "" && piece.length + paragraph.length > usualLength) {
      pieces.push(piece);
      piece = "";
    }
    piece = piece === "" ? paragraph : `${piece}\n\n${paragraph}`;
  }
  return [...pieces, piece].map((each) => each.trim()).filter((each) => each !== "");
}

function tagsIn(text: string): string[] {
  return [...text.matchAll(/(?:^|\s)#([\p{L}][\p{L}\p{N}_/-]*)/gu)].map(([, tag]) => tag as string);
}

type Front = Record<string, string | string[]>;

/** The front matter's plain members: texts, and lists of texts. */
function withoutFront(text: string): { front: Front; body: string } {
  const plain = text.replaceAll("\r\n", "\n");
  const found = /^---\n([\s\S]*?)\n(?:---|\.\.\.)[^\S\n]*(?:\n|$)/.exec(plain);
  if (found === null) return { front: {}, body: plain };
  const front: Front = {};
  let list: string[] | undefined;
  for (const line of (found[1] as string).split("\n")) {
    const item = /^\s*-\s+(.*)$/.exec(line);
    if (item !== null && list !== undefined) {
      list.push(unquoted(item[1] as string));
      continue;
    }
    const member = /^([\w-]+):\s*(.*)$/.exec(line);
    if (member === null) continue;
    const [, name, value] = member as unknown as [string, string, string];
    const inline = /^\[(.*)\]$/.exec(value.trim());
    list = inline === null && value.trim() === "" ? [] : undefined;
    front[name.toLowerCase()] =
      list ?? (inline === null ? unquoted(value) : (inline[1] as string).split(",").map(unquoted));
  }
  return { front, body: plain.slice(found[0].length) };
}

function unquoted(text: string): string {
  return text.trim().replace(/^(["'])(.*)\1$/, "$2");
}

function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

function many(value: string | string[] | undefined): string[] {
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : value.split(/[\s,]+/)).filter((each) => each !== "");
}
