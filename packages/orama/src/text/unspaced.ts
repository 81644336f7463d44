import type { WordVisitor } from "./word-visitor.ts";

/** UTF-16 units handed to the segmenter at a time. */
const blockLength = 1024;
/** Weight of one or two Han characters beside the words. */
const pairWeight = 0.3;

let segmenter: Intl.Segmenter | undefined;

/**
 * Visits the words of a run of text in a script without spaces. Segmenters may cut a document and a question
 * differently, so each Han character and each pair of them is visited as an extra form.
 */
export function visitUnspaced(run: string, onlyWords: boolean, visit: WordVisitor): void {
  segmenter ??= new Intl.Segmenter("und", { granularity: "word" });
  for (let start = 0; start < run.length; ) {
    let end = Math.min(start + blockLength, run.length);
    if (end < run.length && (run.charCodeAt(end) & 0xfc00) === 0xdc00) end++;
    const block = run.slice(start, end);
    /** Length of the word that begins at a position. */
    const lengths = new Uint16Array(block.length);
    for (const { segment, index } of segmenter.segment(block)) {
      lengths[index] = segment.length;
      visit(segment, 1);
    }
    if (!onlyWords) visitHan(block, lengths, visit);
    start = end;
  }
}

function visitHan(block: string, lengths: Uint16Array, visit: WordVisitor): void {
  let before = -1;
  for (let at = 0; at < block.length; ) {
    const units = block.codePointAt(at)! > 0xffff ? 2 : 1;
    if (isHan(block, at)) {
      if (lengths[at] !== units) visit(block.slice(at, at + units), pairWeight);
      if (before >= 0 && lengths[before] !== at + units - before)
        visit(block.slice(before, at + units), pairWeight);
      before = at;
    } else before = -1;
    at += units;
  }
}

function isHan(block: string, at: number): boolean {
  const unit = block.charCodeAt(at);
  // U+3400–9FFF and the compatibility ideographs cover what is in use; pairs of units here are rare Han as well.
  return (
    (unit >= 0x3400 && unit <= 0x9fff) || (unit >= 0xf900 && unit <= 0xfaff) || (unit & 0xfc00) === 0xd800
  );
}
