/** Particles and forms of the copula, longest first. */
const endings = (
  "에게서는 한테서는 에서는 에게서 한테서 이라고 이라는 입니다 입니까 인가요 이에요 이었다 까지는 부터는 으로는 에게는 " +
  "에서 에게 한테 으로 부터 까지 처럼 보다 마다 조차 밖에 이나 이라 라고 라는 하고 께서 이랑 이다 예요 에는 로는 에도 와는 과는 들은 들이 들을 들의 " +
  "은 는 이 가 을 를 의 에 와 과 도 만 로 들 랑"
).split(" ");

/**
 * A Korean word without its particles. At least one syllable stays before an ending of several syllables and two before
 * an ending of one; nouns that end like a particle lose it in every form, so that their forms stay equal.
 */
export function stemKorean(word: string): string {
  let stem = word;
  for (;;) {
    const ending = endings.find(
      (candidate) =>
        stem.endsWith(candidate) && stem.length - candidate.length >= (candidate.length > 1 ? 1 : 2),
    );
    if (ending === undefined) return stem;
    stem = stem.slice(0, -ending.length);
  }
}

/** The syllable that is left of a word of two whose second may be a particle, or `undefined`. */
export function shortKoreanNoun(word: string): string | undefined {
  return word.length === 2 && endings.includes(word[1]!) ? word[0]! : undefined;
}
