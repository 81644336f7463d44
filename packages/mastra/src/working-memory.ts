/** A line that holds one value: `- **Name**: Ada`, `Name: Ada`. */
const field = /^(\s*(?:[-*+]\s+)?(?:\*\*|__)?)([^:*_\n][^:\n]*?)((?:\*\*|__)?\s*:(?:\*\*|__)?)[ \t]*(.*)$/;
const heading = /^\s*#{1,6}\s+(.+?)\s*$/;

interface Line {
  text: string;
  /** Names the field or heading; undefined for other text. */
  name: string | undefined;
  value: string;
}

/**
 * An update of working memory in Markdown, merged into what is known: a field that the update names gets its value, one
 * that it leaves out or empty keeps the old one, and lines that it adds are added under their heading.
 */
export function mergeWorkingMemory(known: string, update: string): string {
  if (known.trim() === "") return update;
  const before = sections(known);
  for (const [title, lines] of sections(update)) {
    const section = before.get(title);
    if (section === undefined) {
      before.set(title, lines);
      continue;
    }
    for (const line of lines) merge(section, line);
  }
  return [...before.values()].map((lines) => lines.map(({ text }) => text).join("\n")).join("\n");
}

function merge(section: Line[], line: Line): void {
  if (line.text.trim() === "") return;
  const same = section.findIndex(({ name, text }) =>
    line.name === undefined ? text.trim() === line.text.trim() : name === line.name,
  );
  if (same >= 0) {
    if (line.name !== undefined && line.value !== "") section[same] = line;
    return;
  }
  const last = section.findLastIndex(({ text }) => text.trim() !== "");
  section.splice(last + 1, 0, line);
}

/** The lines below each heading, with it; what stands before the first heading is under `""`. */
function sections(markdown: string): Map<string, Line[]> {
  const found = new Map<string, Line[]>();
  let title = "";
  for (const text of markdown.replace(/\r\n/g, "\n").split("\n")) {
    const head = heading.exec(text)?.[1];
    if (head !== undefined) title = fold(head);
    const [, , name, , value = ""] = head === undefined ? (field.exec(text) ?? []) : [];
    const line: Line = {
      text,
      name: head !== undefined ? `# ${fold(head)}` : name === undefined ? undefined : fold(name),
      value: value.trim(),
    };
    const lines = found.get(title);
    if (lines === undefined) found.set(title, [line]);
    else lines.push(line);
  }
  return found;
}

function fold(name: string): string {
  return name.normalize("NFKC").trim().toLowerCase();
}
