import type { Where } from "@souvenir/core";
import { parseJson } from "../api/json.ts";
import { readMoment } from "../api/moment.ts";
import { UsageError } from "./usage-errors.ts";

type Value = string | boolean | (string | boolean)[] | undefined;

const units = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
} as const;

/** The arguments and options of a command line, each read in the form that the command needs. */
export class Input {
  readonly positionals: readonly string[];
  readonly #values: Readonly<Record<string, Value>>;

  constructor(positionals: readonly string[], values: Readonly<Record<string, Value>>) {
    this.positionals = positionals;
    this.#values = values;
  }

  text(name: string): string | undefined {
    const value = this.#values[name];
    if (typeof value !== "string") return undefined;
    if (value === "") throw new UsageError(`--${name} is empty`);
    return value;
  }

  flag(name: string): boolean {
    return this.#values[name] === true;
  }

  list(name: string): string[] | undefined {
    const value = this.#values[name];
    return Array.isArray(value) ? value.map(String) : undefined;
  }

  integer(name: string, minimum: number, maximum: number): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (!/^-?\d+$/.test(text) || value < minimum || value > maximum)
      throw new UsageError(`--${name} must be a whole number from ${minimum} to ${maximum}, got "${text}"`);
    return value;
  }

  /** A number from 0 to 1. */
  share(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (text.trim() === "" || !(value >= 0 && value <= 1))
      throw new UsageError(`--${name} must be a number from 0 to 1, got "${text}"`);
    return value;
  }

  choice<Choice extends string>(name: string, choices: readonly Choice[]): Choice | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const found = choices.find((choice) => choice === text);
    if (found === undefined) throw new UsageError(`--${name} must be ${choices.join(", ")}, got "${text}"`);
    return found;
  }

  /** A JSON object. */
  object(name: string): Record<string, unknown> | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    let value: unknown;
    try {
      value = parseJson(text);
    } catch (error) {
      throw new UsageError(
        `--${name}: ${(error as Error).message}; quote it for the shell, as in --${name} '{"project":"shop"}'`,
      );
    }
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw new UsageError(`--${name} must be a JSON object, as in --${name} '{"project":"shop"}'`);
    return value as Record<string, unknown>;
  }

  where(): Where | undefined {
    return this.object("where") as Where | undefined;
  }

  /**
   * A date (ISO 8601), or a time from now as a number with s, m, h, d, w or y: `30d`.
   * @param direction - 1 for a time to come, -1 for a time gone by.
   */
  moment(name: string, direction: 1 | -1, now: number = Date.now()): string | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const relative = /^(\d+)([smhdwy])$/.exec(text);
    const time = relative
      ? now + direction * Number(relative[1]) * units[relative[2] as keyof typeof units]
      : undefined;
    const moment =
      time === undefined
        ? readMoment(text)
        : Math.abs(time) > 8.64e15
          ? undefined
          : new Date(time).toISOString();
    if (typeof moment !== "string")
      throw new UsageError(
        `--${name} must be a date, as in 2027-01-31 or 2027-01-31T12:00:00Z, or a time, as in 30d, got "${text}"`,
      );
    if (direction === 1 && Date.parse(moment) <= now)
      throw new UsageError(`--${name} must be a moment to come, and ${text} is over`);
    return moment;
  }
}
