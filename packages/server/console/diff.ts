/** Words and what is between them. Above this the table of comparisons would be too large. */
const most = 1500;

export interface Change {
  kind: "kept" | "removed" | "added";
  text: string;
}

/** What became of a text, word by word: what is kept and removed is the old one, what is kept and added the new one. */
export function changes(before: string, after: string): Change[] {
  const old = tokens(before);
  const now = tokens(after);
  const found: Change[] = [];
  const add = (kind: Change["kind"], text: string) => {
    const last = found.at(-1);
    if (text === "") return;
    if (last?.kind === kind) last.text += text;
    else found.push({ kind, text });
  };
  if (old.length > most || now.length > most) {
    if (before === after) add("kept", after);
    else {
      add("removed", before);
      add("added", after);
    }
    return found;
  }
  const common = commonLengths(old, now);
  let left = 0;
  let right = 0;
  while (left < old.length || right < now.length) {
    if (left < old.length && right < now.length && old[left] === now[right]) {
      add("kept", now[right] as string);
      left++;
      right++;
    } else if (
      left < old.length &&
      (right === now.length || at(common, left + 1, right) >= at(common, left, right + 1))
    )
      add("removed", old[left++] as string);
    else add("added", now[right++] as string);
  }
  return found;
}

function tokens(text: string): string[] {
  return text.match(/[\p{L}\p{N}\p{M}]+|[\s\S]/gu) ?? [];
}

/** Length of the longest common subsequence of what follows, `[left][right]` (Hirschberg 1975, without the saving). */
function commonLengths(old: readonly string[], now: readonly string[]): Uint16Array[] {
  const rows = Array.from({ length: old.length + 1 }, () => new Uint16Array(now.length + 1));
  for (let left = old.length - 1; left >= 0; left--)
    for (let right = now.length - 1; right >= 0; right--)
      (rows[left] as Uint16Array)[right] =
        old[left] === now[right]
          ? at(rows, left + 1, right + 1) + 1
          : Math.max(at(rows, left + 1, right), at(rows, left, right + 1));
  return rows;
}

function at(rows: readonly Uint16Array[], left: number, right: number): number {
  return rows[left]?.[right] ?? 0;
}
