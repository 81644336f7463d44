import { optionNames } from "../option-names.ts";
import type { Ranking } from "../ranking/ranking.ts";
import { checkOrigins } from "../trust/origin.ts";
import type { Limits, SearchInput } from "../types.ts";
import {
  checkDate,
  checkEntities,
  checkFlag,
  checkInteger,
  checkNamespace,
  checkOptions,
  checkSignal,
  checkTags,
  checkText,
  checkThread,
  invalid,
} from "../validation.ts";
import { parseFilter } from "../where.ts";
import type { ExceptTurns, Filter } from "./filter.ts";

export const mostHits = 1000;
const defaultDeadlineMs = 2_000;

/** A question after its check: plain data, which can be given to another thread. */
export interface Question {
  namespace: string;
  query: string;
  filter: Filter;
  limit: number;
  minScore: number;
  prefix: boolean;
  facets: boolean;
  explain: boolean;
  deadlineMs: number;
  /** The moment as it was known at which it is asked, in milliseconds since 1970. */
  knownAt?: number;
  /** The names in it, where who asks has found them: for an extractor that only they have. */
  names?: readonly string[];
}

/** What a question is checked by. */
export interface Checking {
  limits: Limits;
  ranking: Ranking;
  clock: () => number;
}

/** @throws SouvenirError `INVALID_INPUT`, and the reason of its signal when that is aborted already */
export function checkQuestion(
  given: SearchInput,
  except: readonly ExceptTurns[],
  { limits, ranking, clock }: Checking,
): { question: Question; signal: AbortSignal | undefined } {
  const input = checkOptions(given, "search", optionNames.search) as unknown as SearchInput;
  const namespace = checkNamespace(input.namespace);
  const query = checkText(
    typeof input.query === "string" ? input.query.toWellFormed() : input.query,
    "query",
    limits.queryBytes,
    "queryBytes",
  );
  const {
    limit = 10,
    minScore = ranking.minScore,
    deadlineMs = defaultDeadlineMs,
    prefix = false,
    facets = false,
    explain = false,
    knownAt,
    signal,
  } = input;
  checkInteger(limit, "limit", 1, mostHits);
  checkUnit(minScore, "minScore");
  checkInteger(deadlineMs, "deadlineMs", 0, 600_000);
  checkFlag(facets, "facets");
  checkFlag(prefix, "prefix");
  checkFlag(explain, "explain");
  checkSignal(signal);
  const question = {
    ...{ namespace, query, limit, minScore, prefix, facets, explain, deadlineMs },
    filter: checkFilter(input, except, { limits, clock }),
    ...(knownAt === undefined ? {} : { knownAt: checkDate(knownAt, "knownAt") }),
  };
  signal?.throwIfAborted();
  return { question, signal };
}

/** @throws SouvenirError `INVALID_INPUT` */
export function checkFilter(
  { tags, where, entities, thread, since, until, asOf, origin, heldBack }: Partial<SearchInput>,
  except: readonly ExceptTurns[],
  { limits, clock }: Pick<Checking, "limits" | "clock">,
): Filter {
  if (entities !== undefined && !Array.isArray(entities))
    throw invalid("entities", "an array of names or { name, type }", entities);
  const condition = where === undefined ? undefined : parseFilter(where);
  return {
    now: clock(),
    ...(tags === undefined ? {} : { tags: checkTags(tags, limits) }),
    ...(condition === undefined ? {} : { where: condition }),
    ...(thread === undefined ? {} : { thread: checkThread(thread) }),
    ...(except.length === 0 ? {} : { except }),
    ...(since === undefined ? {} : { since: checkDate(since, "since") }),
    ...(until === undefined ? {} : { until: checkDate(until, "until") }),
    ...(asOf === undefined ? {} : { asOf: checkDate(asOf, "asOf") }),
    ...(origin === undefined ? {} : { origin: checkOrigins(origin) }),
    ...(heldBack === undefined ? {} : { heldBack: checkFlag(heldBack, "heldBack") }),
    ...(entities === undefined
      ? {}
      : {
          entities: Array.from(entities, (entity, place) =>
            typeof entity === "string"
              ? checkText(entity, `entities[${place}]`, 512)
              : (checkEntities([entity])[0] as { name: string; type: string }),
          ),
        }),
  };
}

function checkUnit(value: unknown, where: string): void {
  if (typeof value !== "number" || !(value >= 0 && value <= 1))
    throw invalid(where, "a number from 0 to 1", value);
}
