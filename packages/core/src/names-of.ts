/** Names of all members, also of those that only some members of a union have. */
export type NamesOf<Options> = Options extends unknown ? keyof Options & string : never;

/** The names of an interface's members as a list. One that the interface has and the list has not does not compile. */
export function namesOf<Options>(names: Record<NamesOf<Options>, true>): readonly NamesOf<Options>[] {
  return Object.keys(names) as NamesOf<Options>[];
}
