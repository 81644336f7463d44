type Each<Part> = (Part extends unknown ? (part: Part) => void : never) extends (whole: infer Whole) => void
  ? Whole
  : never;
type Joined<Part> = { [Name in keyof Each<Part>]: Each<Part>[Name] };

/**
 * What several objects can do as one object: each method is called on the object that it is of. Of two of one name, the
 * first.
 */
export function joined<Parts extends readonly object[]>(...parts: Parts): Joined<Parts[number]> {
  const whole: Record<string, unknown> = {};
  for (const part of parts)
    for (const name of namesOf(part)) {
      const value: unknown = Reflect.get(part, name);
      if (!Object.hasOwn(whole, name)) whole[name] = typeof value === "function" ? value.bind(part) : value;
    }
  return whole as Joined<Parts[number]>;
}

function namesOf(part: object): string[] {
  if (part === Object.prototype) return [];
  const names = Object.getOwnPropertyNames(part).filter((name) => name !== "constructor");
  return [...names, ...namesOf(Object.getPrototypeOf(part))];
}
