/** Scripts that are written without spaces between words. */
const unsegmented =
  "[\\p{L}\\p{M}\\p{N}]&&[\\p{scx=Han}\\p{scx=Hira}\\p{scx=Kana}\\p{scx=Thai}\\p{scx=Lao}\\p{scx=Khmr}\\p{scx=Mymr}]";

/**
 * A word; a word in Hangul, so that a particle glued to a foreign name comes apart; or a run of characters of a script
 * without spaces. Global: use it with `matchAll`.
 */
export const wordOrRun: RegExp = new RegExp(
  `[${unsegmented}]+|\\p{sc=Hang}+|[[\\p{L}\\p{M}\\p{N}]--[${unsegmented}]--\\p{sc=Hang}]+`,
  "gv",
);

/** Tests whether a match of `wordOrRun` is a run of a script without spaces. */
export const startsRun: RegExp = new RegExp(`^[${unsegmented}]`, "v");
