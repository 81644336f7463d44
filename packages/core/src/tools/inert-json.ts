/** JSON in which a name can neither make a fence as the recalled block has one nor hide or reorder text. */
export function inertJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>\p{Cf}\p{Zl}\p{Zp}]|[\ufe00-\ufe0f]|[\u{e0100}-\u{e01ef}]/gu,
    (character) =>
      Array.from(
        { length: character.length },
        (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`,
      ).join(""),
  );
}
