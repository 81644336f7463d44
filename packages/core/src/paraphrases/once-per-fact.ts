import type { SearchHit } from "../types.ts";
import { withoutDuplicates } from "./duplicates.ts";
import { numbersOf, Saying, saidTogether, saysOneThing } from "./saying.ts";

/** Places of a block for what is said several times. */
const places = 2;
/** Of the best so many are compared with each other, in some 20 ms at most; what comes after them stays. */
const compared = 64;
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
 */
export function oncePerFact(hits: readonly SearchHit[]): SearchHit[] {
  const distinct = withoutDuplicates(hits, ({ value }) => value, { count: hits.length });
  const facts = distinct.map(({ item, duplicates }): Fact => {
    const hit = duplicates.reduce(newer, item);
    return { hit, duplicates: [item, ...duplicates].filter((each) => each !== hit), alike: alikeOf(hit) };
  });
  const alike = Map.groupBy(facts.slice(0, compared), ({ alike }) => alike);
  const groups = [...alike.values()].flatMap((some) => (some.length <= places ? [some] : saidAgain(some)));
  groups.push(...facts.slice(compared).map((fact) => [fact]));
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

/** Facts put together that say the same. */
function saidAgain(facts: readonly Fact[]): Fact[][] {
  const sayings = facts.map(
    ({ hit }) =>
      new Saying(
        hit.value,
        hit.entities.map(({ name }) => name),
      ),
  );
  const alike = (left: number, right: number) =>
    (sayings[left] as Saying).likenessTo(sayings[right] as Saying);
  const texts = facts.map(({ hit }) => hit.value);
  return saidTogether(sayings, texts, alike).map((group) => group.map((place) => facts[place] as Fact));
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
  if (!saysOneThing(value)) return JSON.stringify([key]);
  return JSON.stringify([role ?? "", validFrom, validTo, supersededBy, numbersOf(value)]);
}
