/**
 * A text as one line that cannot drive the terminal: white space becomes a space; control characters, and the
 * invisible ones that reorder or hide text, are left out.
 */
export function oneLine(text: string): string {
  return withoutControls(text.replace(/\s{2,}|[^\S ]/gu, " ")).trim();
}

/** The same for a text that keeps its lines. */
export function safeText(text: string): string {
  return text
    .split("\n")
    .map((line) => withoutControls(line.replaceAll("\t", "    ")))
    .join("\n");
}

function withoutControls(text: string): string {
  return text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]/gu, "");
}

/** At most `width` characters, the last of them an ellipsis when something was cut. */
export function shorten(text: string, width: number | undefined): string {
  if (width === undefined) return text;
  const characters = Array.from(text);
  return characters.length <= width ? text : `${characters.slice(0, Math.max(1, width - 1)).join("")}…`;
}

/** Lines of at most `width` columns, broken at spaces, each with an indent. */
export function wrap(text: string, width: number, indent = ""): string {
  const lines: string[] = [];
  for (const paragraph of text.split("\n")) {
    let line = "";
    for (const word of paragraph.split(" ")) {
      if (line !== "" && indent.length + line.length + 1 + word.length > width) {
        lines.push(indent + line);
        line = "";
      }
      line += line === "" ? word : ` ${word}`;
    }
    lines.push(line === "" ? "" : indent + line);
  }
  return lines.join("\n");
}

/** A bar of ten places for a share of 0 to 1. */
export function bar(share: number): string {
  return "█".repeat(Math.round(share * 10)).padEnd(10, "░");
}

/** A size for people: `14.2 MB`, in powers of 1000. */
export function formatBytes(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let size = bytes;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? size : size.toPrecision(3)} ${units[unit]}`;
}

/** `1 memory`, `2 memories`. */
export function count(number: number, singular: string, plural = `${singular}s`): string {
  return `${number} ${number === 1 ? singular : plural}`;
}

/** Letters to insert, remove, change or swap with their neighbour to make one word of the other. */
function distance(left: string, right: string): number {
  const rows: number[][] = [Array.from({ length: right.length + 1 }, (_, index) => index)];
  for (let at = 1; at <= left.length; at++) {
    const row = [at];
    for (let to = 1; to <= right.length; to++) {
      const same = left[at - 1] === right[to - 1] ? 0 : 1;
      let best = Math.min(rows[at - 1]![to]! + 1, row[to - 1]! + 1, rows[at - 1]![to - 1]! + same);
      if (at > 1 && to > 1 && left[at - 1] === right[to - 2] && left[at - 2] === right[to - 1])
        best = Math.min(best, rows[at - 2]![to - 2]! + 1);
      row.push(best);
    }
    rows.push(row);
  }
  return rows[left.length]![right.length]!;
}

/** The known word that was probably meant, when one is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((candidate) => ({
      candidate,
      far: candidate.startsWith(word) && word.length >= 2 ? 1 : distance(word, candidate),
    }))
    .sort((left, right) => left.far - right.far);
  const best = ranked[0];
  return best !== undefined && best.far <= Math.max(1, Math.floor(word.length / 3))
    ? best.candidate
    : undefined;
}
