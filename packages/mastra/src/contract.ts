/** What a method of Mastra's is called with. */
export type Given<Class, Name extends keyof Class> = Class[Name] extends (
  given: infer Value,
  ...rest: never[]
) => unknown
  ? Value
  : never;

/** What it answers. */
export type Answer<Class, Name extends keyof Class> = Class[Name] extends (...given: never[]) => infer Value
  ? Value
  : never;
