import type { Command, OptionSpecs } from "./command.ts";
import type { Terminal } from "./terminal.ts";
import { wrap } from "./text.ts";

const width = 90;

/** The groups of the overview, with the commands in the order in which they are met. */
export type CommandGroups = Readonly<Record<string, readonly Command[]>>;

/** What `souvenir` and `souvenir --help` say. */
export function overview(terminal: Terminal, groups: CommandGroups, common: OptionSpecs): string {
  const bold = (text: string) => terminal.paint("bold", text);
  const commands = Object.values(groups).flat();
  const column = Math.max(...commands.map(({ name, parameters }) => `${name} ${parameters}`.length)) + 2;
  return [
    `${bold("souvenir")}: memory for agents, in one file on this machine.`,
    "",
    bold("Try it"),
    '  souvenir set stack "The shop runs on Rust, Axum and PostgreSQL."',
    '  souvenir search "which database do we use?"',
    "  souvenir serve            the same over HTTP, for any language, with a console",
    "",
    `${bold("Usage")}  souvenir COMMAND [OPTIONS]        souvenir COMMAND --help says all about one`,
    ...Object.entries(groups).flatMap(([title, members]) => [
      "",
      bold(title),
      ...members.map(
        ({ name, parameters, summary }) => `  ${`${name} ${parameters}`.padEnd(column)}${summary}`,
      ),
    ]),
    "",
    bold("Options of every command"),
    ...optionLines(common),
    "",
    bold("Environment"),
    "  SOUVENIR_PATH       the file, when --path is not given",
    "  SOUVENIR_STORE      the database, when none of --path, --store and --url is given",
    "  SOUVENIR_URL        a server to use, when neither --path nor --store nor --url is given",
    "  SOUVENIR_KEY        the key for that server; for serve, one that opens everything",
    "  SOUVENIR_NAMESPACE  the namespace of commands that work on one, when --namespace is not given",
    "  SOUVENIR_EMBEDDER   the embedder, when --embedder is not given",
    "  SOUVENIR_ENCRYPTION_KEY  the key of an encrypted file, when --encryption-key-file is not given",
    "  SOUVENIR_FACTS      what finds facts, when --facts is not given",
    "  SOUVENIR_ASK        the model that the console asks, when --ask is not given to serve",
    "  MISTRAL_API_KEY     for mistral in these; MISTRAL_BASE_URL for another address than Mistral's",
    "  …_FILE              a file that holds it: of _STORE, _KEY, _ENCRYPTION_KEY and _API_KEY",
    "  NO_COLOR            no colours",
    "",
    bold("Exit codes"),
    "  0 done   1 failed   2 wrong input   3 not found   4 key refused   5 changed since   130 stopped",
  ].join("\n");
}

/** The overview of the commands that share a first word. */
export function groupHelp(terminal: Terminal, group: string, members: readonly Command[]): string {
  const column = Math.max(...members.map(({ name, parameters }) => `${name} ${parameters}`.length)) + 2;
  return [
    `${terminal.paint("bold", "Usage")}  souvenir ${group} COMMAND [OPTIONS]`,
    "",
    ...members.map(
      ({ name, parameters, summary }) => `  ${`${name} ${parameters}`.padEnd(column)}${summary}`,
    ),
  ].join("\n");
}

export function commandHelp(terminal: Terminal, command: Command, common: OptionSpecs): string {
  const { name, summary, parameters, notes, options, examples } = command;
  const bold = (text: string) => terminal.paint("bold", text);
  return [
    `${`${bold("Usage")}  souvenir ${name} ${parameters}`.trimEnd()} [OPTIONS]`,
    "",
    `${summary}.`,
    ...(notes === undefined ? [] : ["", wrap(notes, width)]),
    ...(Object.keys(options).length === 0 ? [] : ["", bold("Options"), ...optionLines(options)]),
    "",
    bold("Options of every command"),
    ...optionLines(common),
    "",
    bold("Examples"),
    ...examples.map((example) => `  ${example}`),
  ].join("\n");
}

function optionLines(options: OptionSpecs): string[] {
  const rows = Object.entries(options).map(([name, { short, value, help, multiple }]) => ({
    left: `${short === undefined ? "    " : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}`,
    help: multiple ? `${help}; may be repeated` : help,
  }));
  const column = Math.max(...rows.map(({ left }) => left.length)) + 2;
  return rows.map(({ left, help }) => {
    const lines = wrap(help, width - column).split("\n");
    return lines.map((line, index) => `  ${(index === 0 ? left : "").padEnd(column)}${line}`).join("\n");
  });
}
