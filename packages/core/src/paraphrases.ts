import { tokenize } from "@souvenir/orama";
import { canonicalName } from "./entities/canonical.ts";
import { withoutDuplicates } from "./ranking/diversity.ts";
import { dotProduct } from "./store/vector-metric.ts";
import { timeOf } from "./time/time.ts";
import type { SearchHit } from "./types.ts";

/** Places of a block for what is said several times. */
const places = 2;
/** UTF-16 units of a text that is one fact. What is longer says several things, and is near to everything. */
const longestFact = 240;
/** Cosine from which on two facts with the same names and numbers are one, and the share of common words without vectors. */
const nearest = 0.7;
const commonWords = 0.6;

/** Words that turn a fact round, in some languages: two texts that differ by one are no paraphrases. */
const negation =
  /(?<![\p{L}\p{M}])(?:not|no|never|\p{L}+n[’']t|without|nor|pas|jamais|sans|plus|aucune?|nicht|nie|niemals|kein\p{L}*|ohne|nunca|sin|tampoco|não|sem|nem|non|mai|senza|niet|nooit|geen|zonder|inte|aldrig|utan|ikke|nie|nigdy|bez|ne|нет|не|никогда|без|değil|yok|لا|ليس|لم|नहीं|không|tidak|bukan)(?![\p{L}\p{M}])|[不没沒无無別别]|ない|ません|않|없|아니/iu;

interface Fact {
  hit: SearchHit;
  /** Near-identical ones too. */
  duplicates: readonly SearchHit[];
  /** What must be equal for two to be one fact. */
  alike: string;
}

/**
 * What is said several times takes at most two places: the newest, where the best of them stood, and the best of the
 * others. The newest says for which others it stands. Two alone stay both, whatever they say: what looks alike may be what
 * has changed, and only one of two children. Of near-identical texts the newest stands for all.
 * @param hits - Best first.
 * @param vectorOf - The vector of a text, of an embedder that computes; else words alone tell.
 */
export function oncePerFact(
  hits: readonly SearchHit[],
  vectorOf: (text: string) => Float32Array | undefined,
): SearchHit[] {
  const distinct = withoutDuplicates(hits, ({ value }) => value, { count: hits.length });
  const facts = distinct.map(({ item, duplicates }): Fact => {
    const hit = duplicates.reduce(newer, item);
    return { hit, duplicates: [item, ...duplicates].filter((each) => each !== hit), alike: alikeOf(hit) };
  });
  const meanings = new Map<Fact, Meaning>();
  const meaning = (fact: Fact) => {
    const known = meanings.get(fact) ?? meaningOf(fact.hit.value, vectorOf);
    meanings.set(fact, known);
    return known;
  };
  const isSame = (left: Fact, right: Fact) =>
    left.alike === right.alike &&
    isNear(meaning(left), meaning(right)) &&
    hasNamesOf(left.hit, right.hit) &&
    hasNamesOf(right.hit, left.hit) &&
    timeIn(left.hit) === timeIn(right.hit);
  const groups: Fact[][] = [];
  for (const fact of facts) {
    const group = groups.find((members) => members.some((member) => isSame(member, fact)));
    if (group === undefined) groups.push([fact]);
    else group.push(fact);
  }
  const shown = groups.flatMap((group) => {
    const alone = group.length <= places;
    const newest = group.map(({ hit }) => hit).reduce(newer);
    const others = group.filter(({ hit }) => hit !== newest).map(({ hit }) => hit);
    // In the places of the best two.
    return group.slice(0, places).map((fact, place) => {
      if (alone) return { fact, hit: standingFor(fact.hit, [fact]) };
      return { fact, hit: place === 0 ? standingFor(newest, group) : (others[0] as SearchHit) };
    });
  });
  const order = new Map(facts.map((fact, place) => [fact, place]));
  return shown
    .sort((left, right) => (order.get(left.fact) as number) - (order.get(right.fact) as number))
    .map(({ hit }) => hit);
}

/** The hit with the keys of all that it stands for. */
function standingFor(hit: SearchHit, facts: readonly Fact[]): SearchHit {
  const all = facts.flatMap((fact) => [fact.hit, ...fact.duplicates]);
  const keys = new Set(all.flatMap(({ key, duplicates = [] }) => [key, ...duplicates]));
  keys.delete(hit.key);
  return keys.size === 0 ? hit : { ...hit, duplicates: [...keys] };
}

function newer(left: SearchHit, right: SearchHit): SearchHit {
  const start = ({ validFrom, createdAt }: SearchHit) => Date.parse(validFrom ?? createdAt);
  return start(right) > start(left) ? right : left;
}

function alikeOf({ key, value, role, validFrom, validTo, supersededBy }: SearchHit): string {
  const isFact = value.length <= longestFact && !/[?？؟]\s*$/u.test(value);
  if (!isFact) return JSON.stringify([key]);
  const numbers = Array.from(value.matchAll(/\p{N}+/gu), ([digits]) => digits).sort();
  return JSON.stringify([role ?? "", validFrom, validTo, supersededBy, numbers, negation.test(value)]);
}

/** Whether a text names what another memory does. */
function hasNamesOf({ value }: SearchHit, { entities }: SearchHit): boolean {
  const folded = canonicalName(value);
  return entities.every(({ name }) => folded.includes(canonicalName(name)));
}

function timeIn({ value }: SearchHit): string | undefined {
  const period = timeOf(value, 0)?.period;
  return period && `${period.from} ${period.to}`;
}

/** A vector of length 1, or the stems of the words where there is none. */
type Meaning = Float32Array | ReadonlySet<string>;

function meaningOf(text: string, vectorOf: (text: string) => Float32Array | undefined): Meaning {
  const vector = vectorOf(text);
  return vector === undefined ? new Set(tokenize(text)) : unit(vector);
}

function isNear(left: Meaning, right: Meaning): boolean {
  if (left instanceof Set && right instanceof Set) {
    const common = left.intersection(right).size;
    return common > 0 && common >= commonWords * (left.size + right.size - common);
  }
  return left instanceof Float32Array && right instanceof Float32Array && dotProduct(left, right) >= nearest;
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.sqrt(dotProduct(vector, vector));
  return length === 0 ? vector : vector.map((number) => number / length);
}
