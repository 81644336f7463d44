/**
 * Names that other libraries give to what has another name here, so that a habit is answered with the right one. Only a
 * table of words: what is offered of it is always a name that the call really has.
 */
const synonyms: Readonly<Record<string, string>> = {
  apiKey: "key token secret bearer authorization password",
  clock: "now time timer",
  concurrency: "parallel parallelism maxconcurrency workers",
  content: "text value body message parts",
  countTokens: "tokenizer tokencounter counttoken encode",
  createdAt: "timestamp date time at on updatedat saidat",
  cursor: "offset page pagetoken nexttoken nextcursor continuation startafter",
  deadlineMs: "timeout timeoutms deadline maxwait",
  dimensions: "dims dim size length outputdimension",
  embedder: "embedding embeddings embed embedfunction embeddingmodel embeddingfunction model vectorizer",
  entities: "names people persons",
  exclude: "except ignore skip without omit not",
  expiresAt: "ttl ttlms ttlseconds ttlminutes expires expiresin expiresinms expiry expiration maxage expire",
  extractor: "ner entityextractor extract",
  facets: "aggregations aggs aggregate counts",
  ifVersion: "version expectedversion ifmatch etag revision",
  key: "id uuid memoryid recordid docid name apikey token",
  keys: "ids uuids memoryids",
  limit:
    "topk topn top k n count max maximum take first size pagesize perpage maxresults numresults matchcount",
  limits: "limit quota quotas maximums",
  logger: "log logging logs",
  maxBatch: "batchsize batch maxembeddingspercall chunksize",
  messages: "message history turns conversation chat",
  metadata: "meta payload attributes properties props extra info data",
  minScore:
    "threshold scorethreshold similaritythreshold similarity minsimilarity minrelevance mincosine cutoff",
  model: "modelid modelname embeddingmodel",
  namespace: "user userid tenant tenantid agentid agent scope ns space owner collection bank index project",
  onProgress: "progress callback progresscallback",
  order: "sort sortby orderby direction",
  path: "file filename filepath dbpath database db dir directory storage location",
  placement: "position where",
  query: "messages message q question text search prompt input term phrase",
  reranker: "rerank reranking rerankmodel rerankingmodel crossencoder",
  role: "author speaker sender from",
  serverURL: "baseurl url endpoint host",
  signal: "abortsignal abort abortcontroller cancel",
  since: "after from start startdate starttime createdafter datefrom",
  store: "backend driver adapter",
  tags: "tag labels label categories category keywords topics",
  texts: "text values contents",
  thread: "threadid conversation conversationid session sessionid chat chatid runid",
  tokenBudget: "maxtokens tokens budget tokenlimit tokenmax",
  until: "before to end enddate endtime createdbefore dateto",
  url: "baseurl endpoint host server address origin",
  value: "text content body memory data document pagecontent message fact string",
  where: "filter filters filterby conditions condition metadatafilter match",
  // Operators of `where`.
  eq: "equals equal is",
  exists: "isnull notnull has present",
  gt: "greaterthan greater above morethan",
  gte: "greaterthanorequal min atleast from since",
  in: "any anyof oneof contains includes",
  lt: "lessthan less below",
  lte: "lessthanorequal max atmost to until",
  ne: "notequal notequals neq isnot",
  nin: "notin noneof",
};

/** A name without what conventions differ in: case, underscores, hyphens, a leading `$`. */
function bare(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}

/**
 * Which of the known names is meant by one that is not known: the same in another spelling, what another library calls
 * so, or the one nearest in letters. `undefined` when none is near.
 */
export function nearestName(given: string, known: readonly string[]): string | undefined {
  // What is longer is a text and no name; distances cost the product of the lengths.
  if (given.length > 40) return undefined;
  const name = bare(given);
  const same = known.find((candidate) => bare(candidate) === name);
  if (same !== undefined) return same;
  const synonym = known.find((candidate) => {
    // As `min_score`, on the wire.
    const own = candidate.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    return Object.hasOwn(synonyms, own) && synonyms[own]?.split(" ").includes(name);
  });
  if (synonym !== undefined) return synonym;
  let best: { candidate: string; distance: number } | undefined;
  for (const candidate of known) {
    const other = bare(candidate);
    // One that begins as the other does is an abbreviation or has a unit behind it; a part of it is half of the name.
    const begins =
      Math.min(name.length, other.length) >= 3 && (other.startsWith(name) || name.startsWith(other));
    const within = name.length >= 4 && other.includes(name);
    const distance = begins ? 1 : within ? 2 : editDistance(name, other);
    if (distance <= Math.max(1, Math.floor(Math.max(name.length, other.length) / 3)))
      if (best === undefined || distance < best.distance) best = { candidate, distance };
  }
  return best?.candidate;
}

/** Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment). */
function editDistance(left: string, right: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const equal = left[row - 1] === right[column - 1];
      let cost = Math.min(
        (last[column] as number) + 1,
        (current[column - 1] as number) + 1,
        (last[column - 1] as number) + (equal ? 0 : 1),
      );
      if (row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1])
        cost = Math.min(cost, (beforeLast[column - 2] as number) + 1);
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[right.length] as number;
}
