import type { RankingIndex, RankingText } from "./ranking-index.ts";

/** An index for the questions of somebody who still types: the last word of a text may be the beginning of one. */
export function whileTyping(index: RankingIndex): RankingIndex {
  const { text } = index;
  const beginning: RankingText = {
    match: (query) => text.match(query, { prefix: true }),
    search: (query, options) => text.search(query, { ...options, prefix: true }),
    maxScore: (query) => text.maxScore(query, { prefix: true }),
    withIdentifier: (identifier) => text.withIdentifier(identifier),
    lengthOf: (document) => text.lengthOf(document),
  };
  return {
    live: index.live,
    text: beginning,
    vectors: index.vectors,
    threads: index.threads,
    trust: index.trust,
    createdAt: (document) => index.createdAt(document),
    latest: () => index.latest(),
    asks: (document) => index.asks(document),
    saidBy: (name) => index.saidBy(name),
    naming: (name) => index.naming(name),
    namingKind: (kind) => index.namingKind(kind),
  };
}
