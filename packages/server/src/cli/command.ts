import type { Input } from "./input.ts";
import type { Terminal } from "./terminal.ts";

/** What the shell is told. Anything that is not listed here is 1. */
export const exitCodes = {
  done: 0,
  failed: 1,
  /** The command line or the data given with it is wrong. */
  usage: 2,
  /** The store, the key or the memory asked for does not exist. */
  notFound: 3,
  /** The server refused the key, or there was none. */
  refused: 4,
  /** The memory is of another version than --if-version says. */
  conflict: 5,
  /** Stopped with Ctrl-C; 143 with SIGTERM. */
  interrupted: 130,
} as const;

export interface OptionSpec {
  type: "string" | "boolean";
  /** May be given several times. */
  multiple?: boolean;
  /** One letter. */
  short?: string;
  /** What stands for the value in the help, for example `FILE`. */
  value?: string;
  /** What the memory calls it, where that is not the same in camel case: errors say it with the option's name. */
  means?: string;
  help: string;
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

export interface Execution {
  input: Input;
  terminal: Terminal;
  /** All that there are. */
  commands: readonly Command[];
}

/** Everything about a command but its work, which is loaded when it is run. */
export interface Command {
  /** One or two words, for example `keys create`. */
  name: string;
  /** One line, without a full stop. */
  summary: string;
  /** The arguments, as in the help. */
  parameters: string;
  /** What the memory calls an argument, where that is not the same in small letters: `{ TEXT: "value" }`. */
  means?: Readonly<Record<string, string>>;
  /** How many arguments, at least and at most. */
  arity: readonly [minimum: number, maximum: number];
  options: OptionSpecs;
  /** What the summary leaves out; plain lines. */
  notes?: string;
  examples: readonly string[];
  /** Answers the exit code; nothing means 0. */
  load(): Promise<{ run(execution: Execution): Promise<number | undefined> }>;
}
