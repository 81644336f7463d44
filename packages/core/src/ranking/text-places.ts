/** By document number: place plus 1, 0 for none. All 0 between calls. Grows to the highest document number. */
let places = new Int32Array(0);

/** Gives texts places in the order in which they are first asked for, for the time of one call. */
export interface Places {
  /** The place of a text; a new one when it has none. */
  give(text: number): number;
  /** The place of a text, -1 when it has none. */
  find(text: number): number;
  /** The texts that have a place, in the order of these. */
  known(): Uint32Array;
}

/**
 * @param texts - Takes the texts by place; as long as the number of different texts that are asked for.
 * @returns What `use` returns.
 */
export function withPlaces<Result>(texts: Uint32Array, use: (places: Places) => Result): Result {
  let known = 0;
  try {
    return use({
      give(text) {
        if (text >= places.length) grow(text);
        const place = places[text] as number;
        if (place !== 0) return place - 1;
        texts[known++] = text;
        places[text] = known;
        return known - 1;
      },
      find: (text) => (text < places.length ? (places[text] as number) - 1 : -1),
      known: () => texts.subarray(0, known),
    });
  } finally {
    for (let i = 0; i < known; i++) places[texts[i] as number] = 0;
  }
}

function grow(text: number): void {
  const larger = new Int32Array(Math.max(text + 1, 2 * places.length));
  larger.set(places);
  places = larger;
}
