import type { SQLInputValue } from "node:sqlite";

/**
 * `node:sqlite` of Node 22 ends a text that it reads at its first NUL, and SQLite's UTF-8 has no lone surrogates, so no
 * text in the file has one: each is written as a noncharacter and what stands for it, and so is that noncharacter.
 */
const mark = "\uffff";
/** Begins what is encrypted: behind it comes neither 0, 1 nor 2, so that it is no text. */
export const sealedMark: string = mark;
const unwritable = /[\0\uffff]|\p{Surrogate}/gu;
const written = /\uffff(?:0|1|2([\da-f]{4}))/g;

/** A value as it is stored. */
export function storedValue(value: SQLInputValue): SQLInputValue {
  return typeof value === "string" ? storedText(value) : value;
}

/** A text as a database stores it that knows well-formed Unicode without NUL only. Different texts stay different. */
export function storedText(value: string): string {
  if (!value.includes("\u0000") && !value.includes(mark) && value.isWellFormed()) return value;
  return value.replace(unwritable, (character) =>
    character === "\u0000"
      ? `${mark}0`
      : character === mark
        ? `${mark}1`
        : `${mark}2${character.charCodeAt(0).toString(16)}`,
  );
}

/** A row as it was before it was stored, changed in place. */
export function readRow<Row>(row: Row): Row {
  const columns = row as Record<string, unknown>;
  for (const name in columns) {
    const value = columns[name];
    if (typeof value === "string" && value.includes(mark))
      columns[name] = value.replace(written, (found, code?: string) =>
        code !== undefined
          ? String.fromCharCode(Number.parseInt(code, 16))
          : found === `${mark}0`
            ? "\u0000"
            : mark,
      );
  }
  return row;
}
