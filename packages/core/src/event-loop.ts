/** How long work goes on before others have their turn, in milliseconds: far below what anybody notices. */
let sliceMs = 10;

/** For a thread that only answers questions: who asks a short one waits no longer than for this beside a long one. */
export function takeTurnsEvery(milliseconds: number): void {
  sliceMs = milliseconds;
}

/** Threads that work for this one now. */
let elsewhere = 0;

/** Another thread works for this one from now on, or no more. */
export function worksElsewhere(works: boolean): void {
  elsewhere += works ? 1 : -1;
}

/** When others ran last, as far as is known here: when the present turn of work began. */
let lastTurn = Number.NEGATIVE_INFINITY;

/** How work stands to other work. */
export interface Manners {
  /**
   * It is long, such as that of an index that follows an erasure: what is short goes first. While other threads work for this
   * one it rests as long as it worked, since they need the same cores. Default false.
   */
  patient?: boolean;
  /** While it says true, slices are of a millisecond: what comes meanwhile is seen soon. Default: never. */
  brief?: () => boolean;
}

/** Milliseconds of a slice of work that is brief. */
const briefMs = 1;

/** Work that waits to go on. */
interface Waiting {
  goOn: () => void;
  waits: boolean;
  patient: boolean;
}
/** The one that came first goes on first, but for those that are patient. */
const queue: Waiting[] = [];
/** How often what is patient lets others go on before it: then it is its turn, so that it ends. */
const patience = 8;
let patientFor = 0;

function takeNext(): Waiting {
  const [first] = queue as [Waiting];
  const other = queue.findIndex(({ patient }) => patient !== first.patient);
  let next = 0;
  if (other >= 0) {
    const isPatientsTurn = patientFor >= patience;
    patientFor = isPatientsTurn ? 0 : patientFor + 1;
    if (first.patient !== isPatientsTurn) next = other;
  }
  return queue.splice(next, 1)[0] as Waiting;
}

/**
 * Lets timers and input run, which a row of resolved promises would not. Works that go on side by side share the time of a
 * slice: if each had its own, others would wait for all of them.
 */
export function yieldToOthers({ patient = false }: Manners = {}): Promise<void> {
  return new Promise((goOn) => {
    const own = { goOn, waits: true, patient };
    const wait = () => {
      queue.push(own);
      takeTurn(own);
    };
    // What the turn waited for is no work.
    if (patient && elsewhere > 0) setTimeout(wait, Math.min(performance.now() - lastTurn, sliceMs));
    else wait();
  });
}

/** In the next turn of the event loop, and in those after it until its own work has gone on. */
function takeTurn(own: Waiting): void {
  const seen = lastTurn;
  const run = () => {
    if (!own.waits) return;
    const now = performance.now();
    // Nobody else has begun this turn yet.
    if (lastTurn === seen) lastTurn = now;
    if (now - lastTurn < sliceMs) {
      const first = takeNext();
      first.waits = false;
      first.goOn();
    }
    if (own.waits) takeTurn(own);
  };
  if (typeof setImmediate === "function") setImmediate(run);
  else setTimeout(run, 0);
}

/** For what is called many times in a row and waits for nothing: others run if they may not have for a while. */
export async function letOthersRun(): Promise<void> {
  if (performance.now() - lastTurn >= sliceMs) await yieldToOthers();
}

/**
 * Runs steps, of less than a millisecond each, in slices.
 * @param signal - Ends the work between two slices, by throwing its reason.
 * @returns What they return.
 */
export async function inSlices<Result>(
  steps: Generator<void, Result, void>,
  signal?: AbortSignal,
  manners?: Manners,
): Promise<Result> {
  const slices = new Slices(manners);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    if (!slices.over) continue;
    await slices.next();
    signal?.throwIfAborted();
  }
}

/**
 * The same for steps that go over what others may change in between: `undefined` when they did, so that the work would
 * be about what is no more.
 */
export async function inSlicesWhile<Result>(
  isUnchanged: () => boolean,
  steps: Generator<void, Result, void>,
  manners?: Manners,
): Promise<Result | undefined> {
  const slices = new Slices(manners);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    if (!slices.over) continue;
    await slices.next();
    if (!isUnchanged()) return undefined;
  }
}

/** The same for long work, before which short work goes. */
export function patiently<Result>(steps: Generator<void, Result, void>): Promise<Result> {
  return inSlices(steps, undefined, { patient: true });
}

/** All steps in one go. */
export function atOnce<Result>(steps: Generator<void, Result, void>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/**
 * Work over many things in slices, so that nobody waits for all of it:
 * `for (const item of items) { work(item); if (slices.over) await slices.next(); }`
 */
export class Slices {
  // What ran since others did last is part of the first slice.
  #end = lastTurn + sliceMs;
  #briefEnd: number;
  readonly #manners: Manners | undefined;

  constructor(manners?: Manners) {
    this.#manners = manners;
    this.#briefEnd = this.#endOfBrief();
  }

  /** Whether the time of this slice is over. */
  get over(): boolean {
    const now = performance.now();
    if (now >= this.#end) return true;
    return now >= this.#briefEnd && this.#manners?.brief?.() === true;
  }

  /** Others run, then the next slice begins. */
  async next(): Promise<void> {
    await yieldToOthers(this.#manners);
    this.#end = lastTurn + sliceMs;
    this.#briefEnd = this.#endOfBrief();
  }

  #endOfBrief(): number {
    return this.#manners?.brief === undefined ? Number.POSITIVE_INFINITY : performance.now() + briefMs;
  }
}
