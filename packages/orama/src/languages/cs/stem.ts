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
