import type { SQLInputValue } from "node:sqlite";

/**
 * `node:sqlite` of Node 22 ends a text that it reads at its first NUL, so no text in the file has one: it is written as
 * a noncharacter and a digit, and so is that noncharacter.
 */
const mark = "\uffff";
const toWrite: Record<string, string> = { "\u0000": `${mark}0`, [mark]: `${mark}1` };

/** A value as it is stored. Different texts stay different. */
export function storedValue(value: SQLInputValue): SQLInputValue {
  if (typeof value !== "string" || !(value.includes("\u0000") || value.includes(mark))) return value;
  return value.replace(/[\0\uffff]/g, (character) => toWrite[character] as string);
}

/** A row as it was before it was stored, changed in place. */
export function readRow<Row>(row: Row): Row {
  const columns = row as Record<string, unknown>;
  for (const name in columns) {
    const value = columns[name];
    if (typeof value === "string" && value.includes(mark))
      columns[name] = value.replace(/\uffff[01]/g, (written) => (written === `${mark}0` ? "\u0000" : mark));
  }
  return row;
}
