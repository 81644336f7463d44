import type { SouvenirError, SouvenirErrorCode } from "@souvenir/core";
import { findCommand, readInput } from "./arguments.ts";
import { type Command, exitCodes } from "./command.ts";
import { commandGroups, commands } from "./commands.ts";
import { commandHelp, groupHelp, overview } from "./help.ts";
import { onCommandLine } from "./on-command-line.ts";
import { commonOptions } from "./options.ts";
import { readSecretFiles } from "./secret-files.ts";
import { InterruptedError, Terminal } from "./terminal.ts";
import { oneLine } from "./text.ts";
import { NotFoundError, UsageError } from "./usage-errors.ts";

const exitCodeOf: Partial<Record<SouvenirErrorCode, number>> = {
  INVALID_INPUT: exitCodes.usage,
  CONTENT_BLOCKED: exitCodes.usage,
  NOT_FOUND: exitCodes.notFound,
  UNAUTHORIZED: exitCodes.refused,
  FORBIDDEN: exitCodes.refused,
  VERSION_CONFLICT: exitCodes.conflict,
};

/**
 * Carries out a command line. Answers the exit code; what went wrong was said on stderr.
 * @param streams - Default: those of the process.
 */
export async function run(
  given: readonly string[],
  { stdout, stderr }: Pick<NodeJS.Process, "stdout" | "stderr"> = process,
): Promise<number> {
  const json = given.slice(0, endOfOptions(given)).includes("--json");
  const terminal = new Terminal({ stdout, stderr, json });
  try {
    readSecretFiles(process.env);
    return await dispatch(given, terminal);
  } catch (error) {
    return report(error, terminal);
  }
}

async function dispatch(given: readonly string[], terminal: Terminal): Promise<number> {
  const helpOrVersion = {
    ...commonOptions,
    version: { type: "boolean", short: "v", help: "print the version" },
  } as const;
  const { command, group, rest } = findCommand(given, commands, {
    ...helpOrVersion,
    // So that their values are not taken for the command.
    ...Object.assign({}, ...commands.map(({ options }) => options)),
  });
  if (command === undefined) {
    const unknown = rest.find((option) => !/^(--json|--help|-h|--version|-v)$/.test(option));
    if (unknown !== undefined)
      throw new UsageError(`say the command before ${unknown}: souvenir --help lists them`);
    if (rest.includes("--version") || rest.includes("-v")) {
      const { version } = await import("../version.ts");
      await (terminal.json ? terminal.document({ version }) : terminal.line(version));
      return exitCodes.done;
    }
    await terminal.line(
      group === undefined
        ? overview(terminal, commandGroups, helpOrVersion)
        : groupHelp(
            terminal,
            group,
            commands.filter(({ name }) => name.startsWith(`${group} `)),
          ),
    );
    return exitCodes.done;
  }
  try {
    return await carryOut(command, rest, terminal);
  } catch (error) {
    if (isSouvenirError(error)) error.message = onCommandLine(error.message, command);
    throw error;
  }
}

async function carryOut(command: Command, rest: readonly string[], terminal: Terminal): Promise<number> {
  const input = readInput(command, rest, commonOptions);
  if (input.flag("help")) {
    await terminal.line(commandHelp(terminal, command, commonOptions));
    return exitCodes.done;
  }
  const work = await command.load();
  return (await work.run({ input, terminal, commands })) ?? exitCodes.done;
}

function endOfOptions(given: readonly string[]): number {
  const at = given.indexOf("--");
  return at < 0 ? given.length : at;
}

/** Says what went wrong, and with `--json` in the form of the server's errors. */
function report(error: unknown, terminal: Terminal): number {
  const { code, message, exitCode } = explain(error);
  // A message may quote what came from elsewhere, which must not drive the terminal.
  if (terminal.json) terminal.note(JSON.stringify({ error: { code, message } }));
  else terminal.note(`${terminal.paintNote("red", "souvenir:")} ${oneLine(message)}`);
  return exitCode;
}

function explain(error: unknown): { code: string; message: string; exitCode: number } {
  if (error instanceof UsageError)
    return { code: "USAGE", message: error.message, exitCode: exitCodes.usage };
  if (error instanceof NotFoundError)
    return { code: "NOT_FOUND", message: error.message, exitCode: exitCodes.notFound };
  if (error instanceof InterruptedError)
    return {
      code: "INTERRUPTED",
      message: error.message,
      exitCode: error.signal === "SIGTERM" ? 143 : exitCodes.interrupted,
    };
  const message = error instanceof Error ? error.message : String(error);
  if (isSouvenirError(error)) {
    const exitCode = exitCodeOf[error.code] ?? exitCodes.failed;
    return { code: error.code, message, exitCode };
  }
  // Not ours: a fault of the program, or of the system with a code of its own.
  const code = (error as { code?: unknown } | null)?.code;
  return {
    code: typeof code === "string" ? code : "INTERNAL",
    message,
    exitCode: exitCodes.failed,
  };
}

/** By the marker, so that telling an error apart does not load core. */
function isSouvenirError(error: unknown): error is SouvenirError {
  return typeof error === "object" && error !== null && Symbol.for("souvenir.error") in error;
}
