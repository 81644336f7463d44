import { SouvenirError } from "../errors.ts";

/** @throws SouvenirError `VERSION_CONFLICT` unless the record is of the version that the caller has seen. */
export function checkVersion(
  { namespace, key, ifVersion }: { namespace: string; key: string; ifVersion?: number | undefined },
  current: number,
): void {
  if (ifVersion === undefined || ifVersion === current) return;
  const found = current === 0 ? "there is none" : `it is of version ${current}`;
  throw new SouvenirError(
    "VERSION_CONFLICT",
    `${ifVersion === 0 ? "expected no memory of this key" : `expected version ${ifVersion} of the memory`}, and ${found}: read it again, and decide again`,
    { details: { namespace, key, expected: ifVersion, current } },
  );
}
