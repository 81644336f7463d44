/** The members that were given: without those that are `undefined`, for what takes a value or nothing. */
export function given<Members extends object>(
  members: Members,
): { [Name in keyof Members]?: Exclude<Members[Name], undefined> } {
  const known = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known) as { [Name in keyof Members]?: Exclude<Members[Name], undefined> };
}
