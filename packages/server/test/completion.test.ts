import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { commands } from "../src/cli/commands.ts";
import { commonOptions } from "../src/cli/options.ts";
import { completionFor, shells } from "../src/cli/shell-completion.ts";

test.each(shells)("a script for %s has every command and option", (shell) => {
  const script = completionFor(shell, commands, commonOptions);
  for (const { name, options } of commands) {
    for (const word of name.split(" ")) expect(script).toContain(word);
    for (const option of Object.keys({ ...options, ...commonOptions }))
      expect(script).toContain(shell === "fish" ? ` -l ${option}` : `--${option}`);
  }
});

test("bash completes commands, second words and the options of the command", () => {
  const script = completionFor("bash", commands, commonOptions);
  const ask = (...words: string[]) =>
    `COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length - 1}; _souvenir; echo "\${COMPREPLY[*]}"`;
  const asked = [
    ask("souvenir", "sea"),
    ask("souvenir", "keys", ""),
    ask("souvenir", "keys", "create", "--all"),
    ask("souvenir", "list", "--held"),
  ];
  const said = execFileSync("bash", ["-c", `${script}\n${asked.join("\n")}`], { encoding: "utf8" });
  expect(said.trimEnd().split("\n")).toEqual(["search", "create list revoke", "--allow", "--held-back"]);
});
