/** The most numbers a vector may have: `seal` sums the squares of no more. */
export const MAXIMUM_DIMENSIONS = 4096;
/** The highest document number, as in a `DocumentSet`. */
export const MAXIMUM_DOCUMENT = 0x7fffffff;
