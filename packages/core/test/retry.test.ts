import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readFailure, readRetryAfter } from "../src/provider/failure.ts";
import { retryDelayMs } from "../src/provider/retry.ts";

const now = Date.parse("2026-11-22T12:00:00Z");
const codes = { tooLong: [] };

describe("the wait before a retry", () => {
  test("is a share of a ceiling that doubles up to the longest wait", () => {
    fc.assert(
      fc.property(fc.nat(60), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
        const wait = retryDelayMs(attempt, undefined, { retryDelayMs: 500, maxRetryDelayMs: 20_000 }, random);
        const ceiling = Math.min(20_000, 500 * 2 ** attempt);
        expect(Math.abs(wait - ceiling * random)).toBeLessThanOrEqual(0.5);
      }),
      { seed: 20261122 },
    );
  });

  test("is what the server asks for, 0 included", () => {
    expect(retryDelayMs(3, 0, {}, 0.5)).toBe(0);
    expect(retryDelayMs(0, 7_000, {}, 0.5)).toBe(7_000);
  });

  test.each([
    [{ "retry-after": "3" }, 3_000],
    [{ "retry-after": "0" }, 0],
    [{ "retry-after": "Sun, 22 Nov 2026 12:00:05 GMT" }, 5_000],
    [{ "retry-after": "Sun, 22 Nov 2026 11:00:00 GMT" }, 0],
    [{ "retry-after": "5", "retry-after-ms": "10" }, 10],
    [{ "retry-after": "soon" }, undefined],
    [{}, undefined],
  ] as [Record<string, string>, number | undefined][])("reads %j as %s ms", (headers, expected) => {
    expect(readRetryAfter(new Headers(headers), now)).toBe(expected);
  });
});

describe("a failure", () => {
  test.each([
    [400, false],
    [401, false],
    [403, false],
    [404, false],
    [408, true],
    [422, false],
    [429, true],
    [500, true],
    [502, true],
    [503, true],
    [504, true],
    [200, false],
  ])("with status %s is temporary: %s", (statusCode, temporary) => {
    expect(
      readFailure({ statusCode, name: "SDKError", headers: new Headers(), body: "<html>" }, now, codes),
    ).toEqual({
      status: statusCode,
      temporary,
      name: "SDKError",
    });
  });

  test("without an answer is temporary when the connection was the reason", () => {
    expect(readFailure(Object.assign(new Error(), { name: "ConnectionError" }), now, codes).temporary).toBe(
      true,
    );
    expect(
      readFailure(Object.assign(new Error(), { name: "RequestTimeoutError" }), now, codes).temporary,
    ).toBe(true);
    expect(readFailure(new TypeError("terminated"), now, codes).temporary).toBe(true);
    expect(readFailure(new TypeError("x is not a function"), now, codes).temporary).toBe(false);
    expect(readFailure(undefined, now, codes)).toEqual({ temporary: false, name: "Error" });
  });
});
