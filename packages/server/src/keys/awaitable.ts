/** An answer that is there, or comes. */
export type Awaitable<Answer> = Answer | Promise<Answer>;
