import { clamp } from "./calibration.ts";

/** What one question says about the two signals. */
export interface Observation {
  /** ln of how far the nearest vector leads before the tenth, against what chance gives. Around 0 for noise. */
  vectorLead: number;
  /** ln of how far the best text leads before the tenth. 0 or more. */
  textLead: number;
  /** How well the words of the query are met by the memory with the nearest vector: 1 as by the best, 0 as by any. */
  agreement: number;
}

/** How far the vector signal is trusted. */
export interface Trust {
  /** Share of the vectors beside the words, 0 to 1. */
  share: number;
  /** 0: the nearest vectors are noise. 1: they mean something. */
  credibility: number;
}

/** Questions that are remembered. */
const capacity = 64;
/** What is assumed before the first question, and how many questions that counts for. */
const assumed: Readonly<Observation> = { vectorLead: 0.08, textLead: 0.55, agreement: 0.3 };
const assumedCount = 4;
/** How many questions the present one counts for. */
const presentCount = 2;

/**
 * Learns from the questions that are asked how far the vector signal of a namespace can be trusted. One question tells
 * little, some dozens tell it well:
 * - Vectors whose nearest memories have nothing to do with the words of the queries are noise: share 0.
 * - Vectors that single out one memory, more than chance does, come from a good embedder: they lead.
 * - Otherwise the share depends on the words: where these single out a memory, vectors only help.
 *
 * A question that is asked again takes the place of its former self, so that asking twice gives the same answer twice.
 */
export class VectorTrust {
  readonly #observations = new Map<string, Observation>();

  /** Takes a question into account and returns the trust for it. An observation that is not finite tells nothing. */
  observe(question: string, observation: Observation): Trust {
    if (!Object.values(observation).every(Number.isFinite)) return this.current();
    if (!this.#observations.has(question) && this.#observations.size === capacity) {
      const [oldest] = this.#observations.keys();
      this.#observations.delete(oldest as string);
    }
    this.#observations.set(question, observation);
    return this.#trust(observation);
  }

  /** The trust for a question that tells nothing itself. */
  current(): Trust {
    return this.#trust(undefined);
  }

  #trust(present: Observation | undefined): Trust {
    const mean: Observation = { vectorLead: 0, textLead: 0, agreement: 0 };
    let count = 0;
    const add = (observation: Readonly<Observation>, times: number) => {
      mean.vectorLead += times * observation.vectorLead;
      mean.textLead += times * observation.textLead;
      mean.agreement += times * observation.agreement;
      count += times;
    };
    add(assumed, assumedCount);
    for (const observation of this.#observations.values()) add(observation, 1);
    if (present !== undefined) add(present, presentCount - 1);
    return trustFrom({
      vectorLead: mean.vectorLead / count,
      textLead: mean.textLead / count,
      agreement: mean.agreement / count,
    });
  }
}

/** The trust for an observation that is known well; see `VectorTrust`. */
export function trustFrom({ vectorLead, textLead, agreement }: Observation): Trust {
  const credibility = clamp(agreement / 0.2);
  const helping = Math.min(0.5, Math.max(0.1, 0.2 + 1.2 * (0.6 - textLead)));
  const leading = clamp((vectorLead - 0.08) / 0.15);
  return { share: credibility * (helping + (0.8 - helping) * leading), credibility };
}
