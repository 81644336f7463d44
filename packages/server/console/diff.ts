import { type Child, h } from "./dom.ts";

/** Words and what is between them. Above this the table of comparisons would be too large. */
const most = 1500;

/** What changed from one text to the next, word by word. */
export function differences(before: string, after: string): Child[] {
  const old = tokens(before);
  const now = tokens(after);
  if (old.length > most || now.length > most)
    return before === after ? [after] : [h("del", {}, before), " ", h("ins", {}, after)];
  const parts: Child[] = [];
  let kept = "";
  let removed = "";
  let added = "";
  const flush = () => {
    parts.push(kept, removed !== "" && h("del", {}, removed), added !== "" && h("ins", {}, added));
    kept = removed = added = "";
  };
  const common = commonLengths(old, now);
  let left = 0;
  let right = 0;
  while (left < old.length || right < now.length) {
    const token = now[right];
    if (left < old.length && old[left] === token) {
      if (removed !== "" || added !== "") flush();
      kept += token;
      left++;
      right++;
    } else if (
      right === now.length ||
      (left < old.length && at(common, left + 1, right) >= at(common, left, right + 1))
    ) {
      removed += old[left++];
    } else {
      added += token;
      right++;
    }
  }
  flush();
  return parts;
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
