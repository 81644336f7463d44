/** Endings of Polish nouns and adjectives by the letters that a word must have more than so many, longest first. */
const polishCases: readonly (readonly [longer: number, RegExp])[] = [
  [7, /(?:iami|iemu|iego|ów)$/],
  [6, /(?:ami|ach|ego|emu|iej|ych|ich|ymi|imi|iem|iom|iach)$/],
  [5, /(?:om|em|ej|ym|im|ie|ią|ię)$/],
  [4, /[aąeęioóuy]$/],
];

/** A light Polish stemmer: the endings of cases are cut off, and the vowels that come and go before them levelled. */
export function stemPolish(word: string): string {
  const ending = polishCases.find(([longer, pattern]) => word.length > longer && pattern.test(word));
  const stem = ending === undefined ? word : word.replace(ending[1], "");
  return stem.length < 4 ? stem : stem.replace(/ie(?=[^aeiouyąęó]$)/, "");
}
