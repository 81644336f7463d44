/** A message as the alignment sees it. */
export interface Said {
  /** Equal for the same message: what was said by whom, or the caller's id. */
  identity: string;
  role: string;
  /** Whether it was said in another conversation than what stands before it in the thread. */
  apart?: boolean;
}

/** What is known of the given messages and of the part of the thread that they are compared with. */
export interface Edges {
  /** Whether the part begins where the thread begins. */
  fromStart: boolean;
  /** Whether it ends where the thread ends. */
  toEnd: boolean;
  /** Whether equal identities cannot be a coincidence: ids of the caller. */
  certain: boolean;
  /** How many of the given messages only say where the others belong; `undefined`: the caller does not say. */
  before: number | undefined;
}

export interface Alignment {
  /** For each given message, the place in the thread of what it is or replaces; `undefined` for a new one. */
  places: (number | undefined)[];
  /** Given messages that say something else than what stands in their place. */
  replacing: Set<number>;
  /** Places in the thread that the given history has gone another way from. */
  withdrawn: number[];
  /** Whether the messages were found in the thread; not when they only go on from its end, or are strange to it. */
  found: boolean;
}

type Match = { place: number; given: number };

/** Characters from which on the words that a conversation begins with are not said in the same way at another time. */
const shortestTelling = 20;
/** Characters of messages, said once on both sides, from which on they prove that a window has gone another way. */
const shortestProof = 20;

/** Cells of the table up to which what has no unique lines is compared in full. */
const largestTable = 16_384;

/**
 * Where the messages of a window belong in a thread, as a diff would say: the same, replaced, new. A window that ends
 * earlier than the thread or leaves something out takes nothing back; one that differs from a message on has gone
 * another way, and what the thread has after that is withdrawn.
 *
 * Short answers ("yes") are said again and again, so a message alone proves nothing: a window is found in the thread
 * when two of its messages stand as far apart there, when it is the whole thread and begins with the same sentence, or
 * by the caller's ids. Two short ones ("yes", "ok") prove too little to put anything in or take it back. Otherwise it goes
 * on from what the thread ends with: what is kept twice is a smaller loss than what is gone. Time and memory: linear in
 * both, but for sorting.
 */
export function align(thread: readonly Said[], given: readonly Said[], edges: Edges): Alignment {
  const examples = examplesBefore(thread, given, edges);
  if (examples > 0) {
    const before = (edges.before as number) - examples;
    const { places, replacing, ...found } = align(thread, given.slice(examples), { ...edges, before });
    return {
      ...found,
      places: [...new Array<undefined>(examples).fill(undefined), ...places],
      replacing: new Set([...replacing].map((index) => index + examples)),
    };
  }
  if (answersTheEnd(thread, given, edges)) {
    const offset = thread.length - (edges.before as number);
    let first = edges.before as number;
    while (first > 0 && thread[first - 1 + offset]?.identity === given[first - 1]?.identity) first--;
    const places = given.map((_, index) =>
      index >= first && index < (edges.before as number) ? index + offset : undefined,
    );
    return { places, replacing: new Set(), withdrawn: [], found: true };
  }
  const ends = edges.toEnd ? commonEnds(thread, given) : [];
  const overlap = ends.findLastIndex((length, index) => length === index + 1) + 1;
  const matches = supported(matching(thread, given), edges, thread, given);
  if (matches.length > 0 && overlap < matches.length && !goesOn(thread, given, matches, overlap, edges)) {
    const aligned = fromMatches(thread, given, matches, edges);
    const changes = matches.length < given.length || aligned.withdrawn.length > 0;
    const again = (edges.before ?? 2) < 2 && edges.fromStart && edges.toEnd && isFirstExchange(thread);
    const certain = edges.certain || again || isBeginning(matches, edges);
    if (!changes || certain || proves(matches, thread, given)) return { ...aligned, found: true };
  }
  // It goes on from the end, to which as many of the messages lead as can. What the window begins with may be examples
  // that nobody said: where they are the thread's end as well as what was said last, it is that.
  let end = overlap;
  for (const [index, length] of edges.before === undefined ? [] : ends.entries()) {
    const most = ends[end - 1] ?? 0;
    const own = index + 1 - (edges.before ?? 0);
    const again = length === most && own <= 0 && (end > overlap || length > 1);
    if (length >= own && (length > most || again)) end = index + 1;
  }
  const length = ends[end - 1] ?? 0;
  const places = given.map((_, index) =>
    index >= end - length && index < end ? thread.length - end + index : undefined,
  );
  // One message proves little, but that it is all that was said before.
  const found = length > 1 || end === given.length || (length === 1 && edges.before === 1);
  return { places, replacing: new Set(), withdrawn: [], found };
}

/** Whether the thread ends with a question, and the messages are its answer: whatever else was answered alike. */
function answersTheEnd(
  thread: readonly Said[],
  given: readonly Said[],
  { before = 0, toEnd, certain }: Edges,
): boolean {
  const question = thread.at(-1);
  if (before === 0 || !toEnd || certain || question?.role !== "user") return false;
  const answers = given.slice(before);
  return question.identity === given[before - 1]?.identity && !answers.some(({ role }) => role === "user");
}

/**
 * Whether the messages go on from the end of the thread, though the same was said in it before ("lights on", "Done."): it
 * ends with all that was said before them. Then only a question that the thread ends with can be asked anew.
 */
function goesOn(
  thread: readonly Said[],
  given: readonly Said[],
  matches: readonly Match[],
  overlap: number,
  edges: Edges,
): boolean {
  if (edges.certain || overlap === 0 || overlap !== edges.before) return false;
  if (given[overlap]?.role !== "user") return true;
  const { place } = matches.at(-1) as Match;
  if (thread.slice(place + 1).some(({ role }) => role === "user")) return true;
  return !proves(matches, thread, given);
}

/** Whether all that was said before is the beginning of the thread, word for word. */
function isBeginning(matches: readonly Match[], { before = 0, fromStart }: Edges): boolean {
  if (!fromStart || before < 2) return false;
  return matches.slice(0, before).every(({ place, given }, index) => place === index && given === index);
}

/** How many messages that nobody said stand before the first question of a conversation, which the thread begins with. */
function examplesBefore(
  thread: readonly Said[],
  given: readonly Said[],
  { before = 0, fromStart, toEnd, certain }: Edges,
): number {
  const [question] = thread;
  if (question === undefined || textLength(question) < shortestTelling || !isFirstExchange(thread)) return 0;
  const first = given.findIndex(({ identity }) => identity === question.identity);
  if (!fromStart || !toEnd || certain || first < 1 || first > before) return 0;
  const known = new Set(thread.map(({ identity }) => identity));
  return given.slice(0, first).some(({ identity }) => known.has(identity)) ? 0 : first;
}

/** Whether a thread has one question and its answers: who has said nothing but that question has it answered again. */
function isFirstExchange(thread: readonly Said[]): boolean {
  return (
    thread.length > 1 && thread[0]?.role === "user" && thread.slice(1).every(({ role }) => role !== "user")
  );
}

/** Whether what is equal is more than short words that are said again. */
function proves(matches: readonly Match[], thread: readonly Said[], given: readonly Said[]): boolean {
  const inThread = uniques(thread, 0, thread.length);
  const inGiven = uniques(given, 0, given.length);
  let characters = 0;
  for (const { place, given: index } of matches) {
    const said = given[index] as Said;
    if (inThread.get(said.identity) === place && inGiven.get(said.identity) === index)
      characters += textLength(said);
  }
  return characters >= shortestProof;
}

function textLength({ identity, role }: Said): number {
  return identity.length - role.length - 1;
}

function fromMatches(
  thread: readonly Said[],
  given: readonly Said[],
  matches: readonly Match[],
  { fromStart, before }: Edges,
): Omit<Alignment, "found"> {
  const places: (number | undefined)[] = new Array(given.length).fill(undefined);
  const replacing = new Set<number>();
  const withdrawn: number[] = [];
  const replace = (place: number, index: number) => {
    places[index] = place;
    if (thread[place]?.identity !== given[index]?.identity) replacing.add(index);
  };
  /** What stands between two matches on both sides: one in the place of the other as long as the roles are equal. */
  const between = (place: number, nextPlace: number, index: number, indexEnd: number) => {
    if (index === indexEnd) return;
    // What another conversation says in the thread is no other way of this one.
    let placeEnd = place;
    while (placeEnd < nextPlace && !thread[placeEnd]?.apart) placeEnd++;
    let replaced = false;
    for (; index < indexEnd; index++) {
      const role = given[index]?.role;
      let next = place;
      while (next < placeEnd && thread[next]?.role !== role) next++;
      if (next === placeEnd) {
        // At the end of the thread what comes after a new one is new too: it stands after it then.
        if (placeEnd === thread.length) break;
        continue;
      }
      for (; place < next; place++) withdrawn.push(place);
      replace(place, index);
      replaced = true;
      place++;
    }
    // Of who says what came before, others may speak in the thread: only what takes a message's place is another way.
    if (replaced || before === undefined) for (; place < placeEnd; place++) withdrawn.push(place);
  };
  /** Whether all that is given after a match is in the thread, and telling. */
  const isKnown = ({ given: index }: Match) => {
    const rest = given.slice(index + 1);
    if (rest.length === 0 || rest.some((said) => textLength(said) < shortestTelling)) return false;
    const all = new Set(thread.map(({ identity }) => identity));
    return rest.every(({ identity }) => all.has(identity));
  };
  for (const { place, given: index } of matches) places[index] = place;
  const first = matches[0] as Match;
  // The beginning of a window is often cut or summed up; only a whole history says that its beginning was edited.
  if (fromStart && first.place === first.given)
    for (let index = 0; index < first.given; index++)
      if (thread[index]?.role === given[index]?.role) replace(index, index);
  for (const [number, match] of matches.entries()) {
    const next = matches[number + 1];
    // What the thread says in another order is no other way.
    if (next === undefined && isKnown(match)) break;
    between(match.place + 1, next?.place ?? thread.length, match.given + 1, next?.given ?? given.length);
  }
  return { places, replacing, withdrawn };
}

/** The matches that are more than a coincidence: see `align`. */
function supported(
  matches: readonly Match[],
  { fromStart, toEnd, certain, before }: Edges,
  thread: readonly Said[],
  given: readonly Said[],
): readonly Match[] {
  const [first] = matches;
  const fromFirst = fromStart && first?.place === 0 && first.given === 0;
  const telling = (thread[0]?.identity.length ?? 0) >= shortestTelling;
  const whole = fromFirst && telling && toEnd && given.length >= thread.length;
  const again = (before ?? 2) < 2 && fromFirst && toEnd && isFirstExchange(thread);
  if (certain || whole || again) return matches;
  const onDiagonal = new Map<number, number>();
  for (const { place, given } of matches)
    onDiagonal.set(place - given, (onDiagonal.get(place - given) ?? 0) + 1);
  return matches.filter(({ place, given: index }, number) => {
    if ((onDiagonal.get(place - index) as number) > 1) return true;
    // What is said apart from what stands before it may go on from what its conversation said last.
    const goesOn = thread[place]?.apart === true && matches[number - 1]?.given === index - 1;
    return goesOn && (index < (before ?? 0) || textLength(given[index] as Said) >= shortestTelling);
  });
}

/** For each of the given messages, how many up to it the thread ends with: the Z-algorithm (Gusfield), from behind. */
function commonEnds(thread: readonly Said[], given: readonly Said[]): number[] {
  const all = [...given, undefined, ...thread.slice(-given.length)].map((said) => said?.identity);
  const last = all.length - 1;
  const lengths = new Array<number>(all.length).fill(0);
  // What is known to be equal to the end of all: from `start` down to, without it, `stop`.
  let [start, stop] = [last, last];
  for (let index = last - 1; index >= 0; index--) {
    let length = index > stop ? Math.min(index - stop, lengths[last - (start - index)] as number) : 0;
    while (
      index - length >= 0 &&
      all[index - length] === all[last - length] &&
      all[index - length] !== undefined
    )
      length++;
    lengths[index] = length;
    if (index - length < stop) [start, stop] = [index, index - length];
  }
  return lengths.slice(0, given.length);
}

interface Range {
  place: number;
  placeEnd: number;
  given: number;
  givenEnd: number;
}

/**
 * Pairs of equal messages, in order on both sides: patience diff (Bram Cohen). Messages that stand once on each side
 * are the fixed points; from them it goes on in both directions as long as messages are equal, and in between anew.
 */
function matching(thread: readonly Said[], given: readonly Said[]): Match[] {
  const matches: Match[] = [];
  const ranges: Range[] = [{ place: 0, placeEnd: thread.length, given: 0, givenEnd: given.length }];
  const equal = (place: number, index: number) => thread[place]?.identity === given[index]?.identity;
  for (let range = ranges.pop(); range !== undefined; range = ranges.pop()) {
    if (range.place >= range.placeEnd || range.given >= range.givenEnd) continue;
    const fixed = fixedPoints(thread, given, range);
    if (fixed.length === 0) {
      matches.push(...compared(thread, given, range));
      continue;
    }
    let { place, given: index } = range;
    for (let number = 0; number < fixed.length; number++) {
      const point = fixed[number] as Match;
      // Taken already, on the way from the point before.
      if (point.place < place || point.given < index) continue;
      let back = 0;
      while (
        point.place - back > place &&
        point.given - back > index &&
        equal(point.place - back - 1, point.given - back - 1)
      )
        back++;
      let on = 1;
      while (
        point.place + on < range.placeEnd &&
        point.given + on < range.givenEnd &&
        equal(point.place + on, point.given + on)
      )
        on++;
      ranges.push({ place, placeEnd: point.place - back, given: index, givenEnd: point.given - back });
      for (let step = -back; step < on; step++)
        matches.push({ place: point.place + step, given: point.given + step });
      place = point.place + on;
      index = point.given + on;
    }
    ranges.push({ place, placeEnd: range.placeEnd, given: index, givenEnd: range.givenEnd });
  }
  return matches.sort((left, right) => left.given - right.given);
}

/** Messages that stand once in each range, as many as are in the same order on both sides. */
function fixedPoints(thread: readonly Said[], given: readonly Said[], range: Range): Match[] {
  const inThread = uniques(thread, range.place, range.placeEnd);
  const points: Match[] = [];
  for (const [identity, index] of uniques(given, range.given, range.givenEnd)) {
    const place = inThread.get(identity);
    if (index !== undefined && place !== undefined) points.push({ place, given: index });
  }
  return longestRise(points.sort((left, right) => left.given - right.given));
}

/** Where each identity stands, `undefined` for what stands more than once. */
function uniques(list: readonly Said[], start: number, end: number): Map<string, number | undefined> {
  const found = new Map<string, number | undefined>();
  for (let index = start; index < end; index++) {
    const { identity } = list[index] as Said;
    found.set(identity, found.has(identity) ? undefined : index);
  }
  return found;
}

/** The longest subsequence whose places rise: patience sorting. */
function longestRise(points: readonly Match[]): Match[] {
  const tops: number[] = [];
  const before = new Array<number>(points.length).fill(-1);
  for (const [number, { place }] of points.entries()) {
    let [low, high] = [0, tops.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((points[tops[middle] as number] as Match).place < place) low = middle + 1;
      else high = middle;
    }
    before[number] = low === 0 ? -1 : (tops[low - 1] as number);
    tops[low] = number;
  }
  const rise: Match[] = [];
  for (let number = tops.at(-1) ?? -1; number >= 0; number = before[number] as number)
    rise.push(points[number] as Match);
  return rise.reverse();
}

/** Of messages that are all said several times: the longest common subsequence, of two that are as long the later one. */
function compared(thread: readonly Said[], given: readonly Said[], range: Range): Match[] {
  const rows = range.placeEnd - range.place;
  const columns = range.givenEnd - range.given;
  const equal = (row: number, column: number) =>
    thread[range.place + row]?.identity === given[range.given + column]?.identity;
  const matches: Match[] = [];
  if (rows * columns > largestTable) {
    // Too much to compare: what both end with.
    for (let back = 1; back <= Math.min(rows, columns) && equal(rows - back, columns - back); back++)
      matches.push({ place: range.placeEnd - back, given: range.givenEnd - back });
    return matches;
  }
  // lengths[row][column]: of the beginnings of these lengths.
  const lengths = new Uint16Array((rows + 1) * (columns + 1));
  const at = (row: number, column: number) => lengths[row * (columns + 1) + column] as number;
  for (let row = 1; row <= rows; row++)
    for (let column = 1; column <= columns; column++)
      lengths[row * (columns + 1) + column] = equal(row - 1, column - 1)
        ? at(row - 1, column - 1) + 1
        : Math.max(at(row - 1, column), at(row, column - 1));
  for (let [row, column] = [rows, columns]; row > 0 && column > 0; ) {
    if (equal(row - 1, column - 1)) {
      row--;
      column--;
      matches.push({ place: range.place + row, given: range.given + column });
    } else if (at(row, column - 1) >= at(row - 1, column)) column--;
    else row--;
  }
  return matches;
}
