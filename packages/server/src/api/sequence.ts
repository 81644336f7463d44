/** The header in which a write tells what its namespace has reached, for `min_sequence` of a request to another server. */
export const sequenceHeader = "X-Souvenir-Sequence";
