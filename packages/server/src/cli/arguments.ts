import { parseArgs } from "node:util";
import type { Command, OptionSpecs } from "./command.ts";
import { Input } from "./input.ts";
import { nearest } from "./text.ts";
import { UsageError } from "./usage-errors.ts";

export interface Asked {
  /** `undefined` when no command is named. */
  command: Command | undefined;
  /** `keys` when only the first word of commands of two words is given. */
  group?: string;
  /** What follows the command, and the options before it. */
  rest: string[];
}

/** Finds the command among the arguments. Options may stand before it. @throws UsageError */
export function findCommand(
  given: readonly string[],
  commands: readonly Command[],
  common: OptionSpecs,
): Asked {
  const { tokens } = parseArgs({
    args: [...given],
    options: forParser(common),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const words = tokens.filter((token) => token.kind === "positional");
  const [first, second] = words;
  if (first === undefined) return { command: undefined, rest: [...given] };
  const without = (...indexes: number[]) => given.filter((_, index) => !indexes.includes(index));
  const single = commands.find((command) => command.name === first.value);
  if (single !== undefined) return { command: single, rest: without(first.index) };
  const members = commands.filter((command) => command.name.startsWith(`${first.value} `));
  if (members.length === 0) throw unknownCommand(first.value, commands);
  if (second === undefined) return { command: undefined, group: first.value, rest: without(first.index) };
  const member = members.find((command) => command.name === `${first.value} ${second.value}`);
  if (member === undefined) throw unknownCommand(`${first.value} ${second.value}`, members);
  return { command: member, rest: without(first.index, second.index) };
}

function unknownCommand(name: string, commands: readonly Command[]): UsageError {
  const names = [
    ...new Set(commands.flatMap((command) => [command.name, command.name.split(" ")[0] as string])),
  ];
  const meant = nearest(name, names);
  return new UsageError(
    `there is no command "${name}"${meant === undefined ? "" : `; did you mean "${meant}"?`} (souvenir --help lists them)`,
  );
}

/** Reads the arguments of a command. @throws UsageError for an option or a number of arguments that it does not take. */
export function readInput(command: Command, rest: readonly string[], common: OptionSpecs): Input {
  const options = { ...common, ...command.options };
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({
      args: [...rest],
      options: forParser(options),
      strict: true,
      allowPositionals: true,
    });
  } catch (error) {
    throw explain(error, command, options);
  }
  const { values, positionals } = parsed;
  const [minimum, maximum] = command.arity;
  if (values.help !== true && (positionals.length < minimum || positionals.length > maximum)) {
    const problem =
      positionals.length < minimum
        ? "something is missing"
        : `"${positionals[maximum]}" is too much; quote what has spaces`;
    throw new UsageError(`${problem}: souvenir ${command.name} ${command.parameters}`.trimEnd());
  }
  return new Input(positionals, values as ConstructorParameters<typeof Input>[1]);
}

function forParser(
  options: OptionSpecs,
): NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>["options"]> {
  return Object.fromEntries(
    Object.entries(options).map(([name, { type, multiple, short }]) => [
      name,
      { type, ...(multiple === undefined ? {} : { multiple }), ...(short === undefined ? {} : { short }) },
    ]),
  );
}

function explain(error: unknown, command: Command, options: OptionSpecs): unknown {
  const { code, message } = error as { code?: string; message?: string };
  if (code === "ERR_PARSE_ARGS_UNKNOWN_OPTION") {
    const option = /'(-[^']*)'/.exec(message ?? "")?.[1] ?? "";
    const names = Object.keys(options).map((name) => `--${name}`);
    const words = option.split("-").filter((word) => word.length > 3);
    const meant = option.startsWith("--")
      ? (nearest(option, names) ?? names.find((name) => name.split("-").some((word) => words.includes(word))))
      : undefined;
    const hint =
      meant === undefined
        ? `a value that begins with a dash follows "--"; souvenir ${command.name} --help lists the options`
        : `did you mean ${meant}?`;
    return new UsageError(`souvenir ${command.name} has no option ${option}; ${hint}`);
  }
  if (code === "ERR_PARSE_ARGS_INVALID_OPTION_VALUE")
    return new UsageError(String(message).split("\n")[0] as string);
  return error;
}
