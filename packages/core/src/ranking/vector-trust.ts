import { clamp } from "./calibration.ts";

/** What one question says about the vector signal. A value that is not finite says nothing. */
export interface Observation {
  /**
   * How well the nearest memories meet the words of the question, in standard errors of what as many memories meet by
   * chance. Around 0 for noise.
   */
  relation: number;
  /** How much nearer the best memory by words is than the next ones by words. The unit is what chance gives the nearest. */
  separation: number;
  /** How near memories are that have some words of the question and are not the best by words. In the same unit. */
  blur: number;
  /** ln of how far the nearest memory leads before the third, against what chance gives. Around 0 for noise. */
  lead: number;
}

/** What memories say about their vectors: the sum of their kinships, and how many they are; see `kinshipOf`. */
export interface Kinship {
  sum: number;
  count: number;
}

/** How far the vector signal is trusted for one question. */
export interface Trust {
  /** Share of the vectors beside the words, 0 to 1. */
  share: number;
  /** 0: the nearest vectors are noise. 1: they mean something. */
  credibility: number;
  /** 1: the vectors use to single out a memory, and need no help of context. */
  leading: number;
}

const kinds: readonly (keyof Observation)[] = ["relation", "separation", "blur", "lead"];
/** Questions that are remembered. */
const capacity = 128;
/**
 * What is assumed before the first question, for how many questions that counts, and for how many the present one does.
 * The lead shows in a single question; separation and blur only in the mean of several.
 */
const priors: Readonly<Record<keyof Observation, { assumed: number; count: number; present: number }>> = {
  relation: { assumed: 1.2, count: 3, present: 2 },
  separation: { assumed: 0.25, count: 8, present: 1 },
  blur: { assumed: 0.15, count: 8, present: 1 },
  lead: { assumed: 0.02, count: 2, present: 3 },
};
/** The relation that takes the place of the assumed one, by whether memories showed that the vectors mean something. */
const shownByMemories = { assumed: 2, count: 16 };
const notShownByMemories = { assumed: 0.6, count: 3 };
/** Memories that are asked for their kin, answers that are enough, and answers that say something. */
const mostAsked = 256;
const enoughKinships = 64;
const fewestKinships = 16;
/** One question does not say more than that. */
const bounds: Readonly<Record<keyof Observation, number>> = {
  relation: 4,
  separation: 1.5,
  blur: 1,
  lead: 0.5,
};

/**
 * How far the vector signal of a namespace can be trusted: by what the present question says, tempered by what the
 * questions before it said.
 * - How far they lead: far when they single out a memory more than chance does, less when the words already do.
 * - Whether they count at all: vectors whose nearest memories have nothing to do with the words are noise; vectors that
 *   lift everything that shares words with a question, and hardly tell the best of it, are a blur. Both count nothing, and
 *   everything better than that counts in full.
 *
 * A question that is asked again takes the place of its former self, so that asking twice gives the same answer twice.
 */
export class VectorTrust {
  /** By question, in the order of `kinds`. */
  readonly #observations = new Map<string, Float64Array>();
  readonly #kinship: Kinship;
  #asked = 0;

  /** @param kinship - What the memories said before. Default: nothing. */
  constructor(kinship?: Kinship) {
    this.#kinship = { sum: 0, count: 0, ...kinship };
  }

  /** What the memories said, to be kept with the index. */
  get kinship(): Kinship {
    return { ...this.#kinship };
  }

  /** Whether more memories are to be asked. */
  get asksForKin(): boolean {
    return this.#kinship.count < enoughKinships && this.#asked < mostAsked;
  }

  /**
   * Takes a memory into account, so that vectors that mean something are known before the first question. Vectors are not
   * called noise for it: turns that stand together need not be about the same.
   * @param kinship - See `kinshipOf`. NaN says nothing.
   */
  learn(kinship: number): void {
    this.#asked++;
    if (!Number.isFinite(kinship)) return;
    this.#kinship.sum += kinship;
    this.#kinship.count++;
  }

  /**
   * Takes a question into account and returns the trust for it.
   * @param textLead - See `trustFrom`.
   */
  observe(question: string, observation: Observation, textLead: number): Trust {
    if (!this.#observations.has(question) && this.#observations.size === capacity) {
      const [oldest] = this.#observations.keys();
      this.#observations.delete(oldest as string);
    }
    const present = packed(observation);
    this.#observations.set(question, present);
    return this.#trust(present, observation.lead, textLead);
  }

  /** The trust for a question that is not remembered. */
  current(lead: number, textLead: number): Trust {
    return this.#trust(undefined, lead, textLead);
  }

  #trust(present: Float64Array | undefined, lead: number, textLead: number): Trust {
    return trustFrom(this.#means(present), lead, textLead);
  }

  #means(present: Float64Array | undefined): Observation {
    const sums = new Float64Array(kinds.length);
    const counts = new Float64Array(kinds.length);
    for (const observed of this.#observations.values()) addTo(sums, counts, observed);
    const mean = (kind: keyof Observation) => {
      const at = kinds.indexOf(kind);
      const prior = { ...priors[kind], ...(kind === "relation" ? relationShownBy(this.#kinship) : {}) };
      const now = present?.[at] ?? Number.NaN;
      const more = Number.isNaN(now) ? 0 : prior.present - 1;
      const sum = (sums[at] as number) + prior.count * prior.assumed + (more === 0 ? 0 : more * now);
      return sum / ((counts[at] as number) + prior.count + more);
    };
    return {
      relation: mean("relation"),
      separation: mean("separation"),
      blur: mean("blur"),
      lead: mean("lead"),
    };
  }
}

function addTo(sums: Float64Array, counts: Float64Array, observed: Float64Array): void {
  for (let at = 0; at < observed.length; at++) {
    const value = observed[at] as number;
    if (Number.isNaN(value)) continue;
    sums[at] = (sums[at] as number) + value;
    counts[at] = (counts[at] as number) + 1;
  }
}

/** By kind, within the bounds; NaN says nothing. */
function packed(observation: Observation): Float64Array {
  return Float64Array.from(kinds, (kind) => {
    const value = observation[kind];
    return Number.isFinite(value) ? Math.min(bounds[kind], Math.max(-bounds[kind], value)) : Number.NaN;
  });
}

/**
 * The prior of the relation, by what memories say. Undefined when too few do.
 * Of noise, the sum of kinships has a mean of 0 and the root of their number as its deviation.
 */
function relationShownBy({ sum, count }: Kinship): { assumed: number; count: number } | undefined {
  if (count < fewestKinships) return undefined;
  const shown = clamp((sum / Math.sqrt(count) - 2) / 2);
  const between = (name: "assumed" | "count") =>
    notShownByMemories[name] + shown * (shownByMemories[name] - notShownByMemories[name]);
  return { assumed: between("assumed"), count: between("count") };
}

const mostShare = 0.6;
/** The logit of the part of that share: where the vectors do not lead and the words lead as usual, and by what leads. */
const atNoLead = -0.3;
const perLead = 8;
const perTextLead = -1;
const usualTextLead = 0.65;
/** How much the lead in the present question counts beside the mean lead. One alone is often chance. */
const presentLead = 0.2;
/** Keeps what is known of neither from dividing nothing by nothing. */
const little = 0.1;

/**
 * The trust for a question; see `VectorTrust`.
 * @param known - Means over the questions.
 * @param lead - Of the vectors, for this question; NaN when it cannot be told.
 * @param textLead - ln of how far the best memory by words leads before the tenth, for this question; as `lead`.
 */
export function trustFrom(known: Observation, lead: number, textLead: number): Trust {
  const credibility = clamp((known.relation - 0.2) / 0.8);
  const telling = Math.max(0, known.separation) + 2 * Math.max(0, known.lead);
  const clarity = clamp((telling / (telling + Math.max(0, known.blur) + little) - 0.3) / 0.25);
  const part = logistic(
    atNoLead +
      perLead *
        (known.lead + presentLead * (bounded(lead, -bounds.lead, bounds.lead, known.lead) - known.lead)) +
      perTextLead * (bounded(textLead, 0, 2, usualTextLead) - usualTextLead),
  );
  const leading = clamp(2 * logistic(atNoLead + perLead * known.lead) - 1);
  return { share: mostShare * part * credibility * clarity, credibility, leading };
}

function logistic(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

function bounded(value: number, low: number, high: number, unknown: number): number {
  return Number.isNaN(value) ? unknown : Math.min(high, Math.max(low, value));
}
