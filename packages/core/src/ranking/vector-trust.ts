import { clamp } from "./calibration.ts";

/** What one question says about the two signals. A value that is not finite says nothing. */
export interface Observation {
  /**
   * When the words prefer another memory than the one with the nearest vector: ln of how far that one leads before the
   * third, against what chance gives. Around 0 for noise, and for vectors that only repeat what the words say.
   */
  vectorLead: number;
  /** ln of how far the best memory by words leads before the tenth. 0 or more. */
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
  /** 1: the embedder is so good that it leads. */
  leading: number;
}

/** Questions that are remembered. */
const capacity = 128;
/** What is assumed before the first question, and how many questions that counts for. */
const assumed: Readonly<Observation> = { vectorLead: 0.01, textLead: 0.6, agreement: 0.3 };
const assumedCount = 3;
/** How many questions the present one counts for. */
const presentCount = 2;

/**
 * Learns from the questions that are asked how far the vector signal of a namespace can be trusted. One question tells
 * little, some dozens tell it well:
 * - Vectors whose nearest memories have nothing to do with the words of the queries are noise: share 0.
 * - Vectors that single out one memory where the words prefer another, more than chance does, come from a good embedder:
 *   they lead.
 * - Other vectors help, and less where the words already single out a memory.
 *
 * A question that is asked again takes the place of its former self, so that asking twice gives the same answer twice.
 */
export class VectorTrust {
  readonly #observations = new Map<string, Observation>();
  /** These vectors repeat what the words say: they may help, and never lead. */
  readonly lexical: boolean;

  /** @param options `lexical`: see there. */
  constructor(options: { lexical: boolean }) {
    this.lexical = options.lexical;
  }

  /** Takes a question into account and returns the trust for it. */
  observe(question: string, observation: Observation): Trust {
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
    const mean = (name: keyof Observation) => {
      let sum = assumedCount * assumed[name];
      let count = assumedCount;
      const add = (value: number, times: number) => {
        if (!Number.isFinite(value)) return;
        sum += times * value;
        count += times;
      };
      for (const observation of this.#observations.values()) add(observation[name], 1);
      if (present !== undefined) add(present[name], presentCount - 1);
      return sum / count;
    };
    return trustFrom({
      vectorLead: this.lexical ? 0 : mean("vectorLead"),
      textLead: mean("textLead"),
      agreement: mean("agreement"),
    });
  }
}

/** Shares of vectors that help, where words do and do not single out a memory, and of vectors that lead. */
const smallHelp = 0.1;
const help = 0.16;
const lead = 0.8;

/** The trust for an observation that is known well; see `VectorTrust`. */
export function trustFrom({ vectorLead, textLead, agreement }: Observation): Trust {
  const credibility = clamp(agreement / 0.2);
  const leading = clamp((vectorLead - 0.045) / 0.06);
  const helping = help + (smallHelp - help) * clamp((textLead - 0.6) / 0.15);
  return { share: credibility * (helping + (lead - helping) * leading), credibility, leading };
}
