/** First character of the terms of telephone numbers; no word begins with it. */
export const phoneMark = "+";

const phone = /(?<![\p{L}\p{N}.,/-])\+?\(?\d[\d ()./-]{6,22}\d(?![\p{L}\p{N}]|[-/]\p{L})/gu;
const date = /^\d{4}[-./]\d\d?[-./]\d\d?|^\d\d?[-./]\d\d?[-./](?:19|20)\d\d/;
/** Figures of a telephone number; more of them are something else. */
const fewest = 8;
const most = 15;

/**
 * The telephone numbers of a text by their last 8 figures, which are the same however a number is grouped and whether or
 * not it begins with the code of the country.
 */
export function phoneNumbers(text: string): string[] {
  const found: string[] = [];
  for (const [number] of text.matchAll(phone)) {
    const figures = number.replace(/\D/g, "");
    if (figures.length < fewest || figures.length > most || date.test(number)) continue;
    found.push(phoneMark + figures.slice(-fewest));
  }
  return found;
}
