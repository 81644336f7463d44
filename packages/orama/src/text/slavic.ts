const czechCases: readonly (readonly [longer: number, RegExp])[] = [
  [7, /atech$/],
  [6, /(?:ětem|etem|atům)$/],
  [5, /(?:[eií]ch|[ái]ch|ých|[éií]ho|[ěe]mi|[éíi]mu|[ěe]t[ei]|[ýí]mi|ata|aty|am[ai]|ov[éi])$/],
  [4, /(?:[eéíáý]m|ům|at|[eou]s|mi|ou)$/],
  [3, /[aeiouůyáéíýě]$/],
];

/** The light Czech stemmer of Dolamic and Savoy ("Indexing and Stemming Approaches for the Czech Language", 2009). */
export function stemCzech(word: string): string {
  let stem = word;
  const ending = czechCases.find(([longer, pattern]) => stem.length > longer && pattern.test(stem));
  if (ending !== undefined) stem = stem.replace(ending[1], "");
  if (stem.length > 5) stem = stem.replace(/(?:ov|in|ův)$/, "");
  return stem
    .replace(/čt$/, "ck")
    .replace(/št$/, "sk")
    .replace(/[cč]$/, "k")
    .replace(/[zž]$/, "h")
    .replace(/e(?=[^aeiouyáéíýůě]$)/, "")
    .replace(/ů(?=.$)/, "o");
}

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
