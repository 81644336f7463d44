import { type Logger, type Memory, SouvenirError } from "@souvenir/core";
import { Cron } from "croner";

/** Dreams that are to come. */
export interface PlannedDreams {
  readonly first: Date;
  /** No more of them; the one under way is broken off, and leaves nothing behind. */
  stop(): Promise<void>;
}

/**
 * Has a memory dream at the times of a cron expression, by this machine's clock, never twice at once.
 * @throws SouvenirError `INVALID_INPUT` for what is no such expression, or has no time to come.
 */
export function planDreams(memory: Memory, expression: string, logger: Logger = {}): PlannedDreams {
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();
  const dream = async () => {
    try {
      const { runs, discarded } = await memory.dream({ signal: stopping.signal });
      logger.info?.("dreamt", { runs: runs.map(({ id }) => id), discarded: discarded.length });
    } catch (error) {
      if (!stopping.signal.aborted) logger.warn?.("a dream failed, and left nothing behind", { error });
    }
  };
  let plan: Cron;
  try {
    // What waits must not keep a process alive that has nothing else to do.
    plan = new Cron(expression, { protect: true, unref: true }, () => {
      running = dream();
      return running;
    });
  } catch (cause) {
    throw notOne(expression, cause);
  }
  const first = plan.nextRun();
  if (first === null) throw notOne(expression);
  return {
    first,
    async stop() {
      plan.stop();
      stopping.abort();
      await running;
    },
  };
}

function notOne(expression: string, cause?: unknown): SouvenirError {
  return new SouvenirError(
    "INVALID_INPUT",
    `dream: expected a cron expression with a time to come, such as "0 3 * * *" for every night at three, got "${expression}"`,
    cause === undefined ? {} : { cause },
  );
}
