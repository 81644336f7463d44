import type { Command, OptionSpec, OptionSpecs } from "./command.ts";

/** Shells that `souvenir completion` writes for. */
export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

/** A first word, with its commands by their second words, or the command that it is alone. */
interface First {
  word: string;
  summary: string;
  alone?: Command;
  seconds: { word: string; command: Command }[];
}

/** What makes a shell complete commands and options, from the table that the command line itself is read by. */
export function completionFor(shell: Shell, commands: readonly Command[], common: OptionSpecs): string {
  const firsts = firstsOf(commands);
  const optionsOf = (command: Command) => Object.entries({ ...command.options, ...common });
  return { bash, zsh, fish }[shell](firsts, optionsOf);
}

type OptionsOf = (command: Command) => [string, OptionSpec][];

function firstsOf(commands: readonly Command[]): First[] {
  const firsts = new Map<string, First>();
  for (const command of commands) {
    const [word, second] = command.name.split(" ") as [string, string | undefined];
    const first = firsts.get(word) ?? { word, summary: command.summary, seconds: [] };
    firsts.set(word, first);
    if (second === undefined) first.alone = command;
    else first.seconds.push({ word: second, command });
  }
  return [...firsts.values()];
}

function bash(firsts: readonly First[], optionsOf: OptionsOf): string {
  const names = (command: Command) =>
    optionsOf(command)
      .map(([name]) => `--${name}`)
      .join(" ");
  return `# souvenir completion bash: source it, or put it into /etc/bash_completion.d
_souvenir() {
  local word="\${COMP_WORDS[COMP_CWORD]}" choices=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    choices="${firsts.map(({ word }) => word).join(" ")}"
  else
    case "\${COMP_WORDS[1]}" in
${firsts
  .map(({ word, alone, seconds }) =>
    alone !== undefined
      ? `      ${word}) choices="${names(alone)}" ;;`
      : `      ${word})
        if [ "$COMP_CWORD" -eq 2 ]; then choices="${seconds.map((second) => second.word).join(" ")}"; else
          case "\${COMP_WORDS[2]}" in
${seconds.map((second) => `            ${second.word}) choices="${names(second.command)}" ;;`).join("\n")}
          esac
        fi ;;`,
  )
  .join("\n")}
    esac
  fi
  COMPREPLY=($(compgen -W "$choices" -- "$word"))
}
complete -o default -F _souvenir souvenir
`;
}

function zsh(firsts: readonly First[], optionsOf: OptionsOf): string {
  const described = (entries: readonly { word: string; summary: string }[]) =>
    entries.map(({ word, summary }) => `'${word}:${quoted(summary)}'`).join(" ");
  const argumentsOf = (command: Command) =>
    [
      ...optionsOf(command).map(([name, { type, multiple, help, value = "" }]) => {
        const takes =
          type === "string"
            ? `=[${bracketed(help)}]:${value}:${value === "FILE" ? "_files" : ""}`
            : `[${bracketed(help)}]`;
        return `'${multiple ? "*" : ""}--${name}${takes}'`;
      }),
      "'*:file:_files'",
    ].join(" ");
  return `#compdef souvenir
# souvenir completion zsh: source it, or put it into a folder of $fpath as _souvenir
_souvenir() {
  local -a choices
  if (( CURRENT == 2 )); then
    choices=(${described(firsts)})
    _describe command choices
    return
  fi
  case "$words[2]" in
${firsts
  .map(({ word, alone, seconds }) =>
    alone !== undefined
      ? `    ${word}) shift words; (( CURRENT-- )); _arguments ${argumentsOf(alone)} ;;`
      : `    ${word})
      if (( CURRENT == 3 )); then
        choices=(${described(seconds.map((second) => ({ word: second.word, summary: second.command.summary })))})
        _describe command choices
        return
      fi
      case "$words[3]" in
${seconds
  .map(
    (second) =>
      `        ${second.word}) shift 2 words; (( CURRENT -= 2 )); _arguments ${argumentsOf(second.command)} ;;`,
  )
  .join("\n")}
      esac ;;`,
  )
  .join("\n")}
  esac
}
if [ "$funcstack[1]" = "_souvenir" ]; then _souvenir "$@"; else compdef _souvenir souvenir; fi
`;
}

function fish(firsts: readonly First[], optionsOf: OptionsOf): string {
  const lines = [
    "# souvenir completion fish: source it, or put it into ~/.config/fish/completions/souvenir.fish",
  ];
  const add = (when: string, command: Command) => {
    for (const [name, { type, short, help, value }] of optionsOf(command))
      lines.push(
        `complete -c souvenir -n '${when}' -l ${name}${short === undefined ? "" : ` -s ${short}`}${type === "string" ? (value === "FILE" ? " -r -F" : " -x") : ""} -d '${escaped(help)}'`,
      );
  };
  for (const { word, summary, alone, seconds } of firsts) {
    const seen = `__fish_seen_subcommand_from ${word}`;
    lines.push(`complete -c souvenir -f -n __fish_use_subcommand -a ${word} -d '${escaped(summary)}'`);
    if (alone !== undefined) add(seen, alone);
    const others = seconds.map((second) => second.word).join(" ");
    for (const second of seconds) {
      lines.push(
        `complete -c souvenir -f -n '${seen}; and not __fish_seen_subcommand_from ${others}' -a ${second.word} -d '${escaped(second.command.summary)}'`,
      );
      add(`${seen}; and __fish_seen_subcommand_from ${second.word}`, second.command);
    }
  }
  return `${lines.join("\n")}\n`;
}

/** Inside single quotes of a POSIX shell. */
function quoted(text: string): string {
  return text.replaceAll("'", "'\\''");
}

/** The same, where a bracket or a colon would end it. */
function bracketed(text: string): string {
  return quoted(text.replace(/[[\]:\\]/g, "\\$&"));
}

/** Inside single quotes of fish. */
function escaped(text: string): string {
  return text.replace(/[\\']/g, "\\$&");
}
