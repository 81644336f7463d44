import { type MistralStandIn, startMistralStandIn } from "@souvenir/test/mistral-stand-in/stand-in";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CliFolder, cliFolder } from "./run-cli.ts";

let folder: CliFolder;
let standIn: MistralStandIn;
beforeEach(async () => {
  [folder, standIn] = await Promise.all([cliFolder(), startMistralStandIn()]);
});
afterEach(async () => {
  await standIn.close();
  await folder[Symbol.asyncDispose]();
});

const environment = () => ({
  MISTRAL_API_KEY: "key",
  MISTRAL_BASE_URL: standIn.url,
  SOUVENIR_FACTS: "mistral",
});
const souvenir = (args: string[], env: Record<string, string> = environment()) => folder.run(args, { env });

test("facts are found, printed, approved and taken back from the command line", async () => {
  await souvenir(["set", "work", "I work at Company Alpha.", "--role", "user"]);
  const dry = await souvenir(["consolidate", "--dry-run"]);
  expect(dry).toMatchObject({ code: 0, stdout: '+ I work at Company Alpha. ("I work at Company Alpha.")\n' });
  expect((await souvenir(["facts"])).stdout).toBe("");
  const { code, stdout } = await souvenir(["consolidate"]);
  expect(code).toBe(0);
  const [id = "", line] = stdout.trimEnd().split("\n");
  expect(line).toBe('+ I work at Company Alpha. ("I work at Company Alpha.")');
  expect((await souvenir(["facts", "--subject", "user"])).stdout).toMatch(
    /^fact:\S+ {2}I work at Company Alpha\.\n$/,
  );
  expect((await souvenir(["facts", "--json"])).stdout).toContain('"quote":"I work at Company Alpha."');
  expect((await souvenir(["runs"])).stdout).toMatch(new RegExp(`^${id} {2}.* {2}1 fact\n$`));
  expect((await souvenir(["runs", id])).stdout).toBe(`${line}\n`);
  // Undone without what finds facts.
  expect(await souvenir(["undo", id], {})).toMatchObject({ code: 0, stdout: "erased 1 fact\n" });
  expect((await souvenir(["runs"], {})).stdout).toContain("1 fact, undone");

  const inferred = {
    ...{
      text: "Rowing suits the user.",
      subject: "user",
      attribute: "",
      type: "preference",
      origin: "inferred",
    },
    ...{ sources: [{ turn: 1, quote: "to row again" }], from: "", to: "", excludes: [] },
  };
  for (const [key, text, sign] of [
    ["one", "Rowing suits the user.", "?"],
    ["two", "Early mornings suit the user.", "?"],
    ["three", "Rowing suits the user.", "="],
  ]) {
    standIn.script({ chat: [{ content: JSON.stringify({ facts: [{ ...inferred, text }] }) }] });
    await souvenir(["set", key as string, `Up at five to row again, ${key}.`]);
    expect((await souvenir(["consolidate"])).stdout).toContain(`${sign} ${text}`);
  }
  expect((await souvenir(["runs"])).stdout).toContain("  0 facts, 1 changed\n");
  expect(await souvenir(["dream"], {})).toMatchObject({ code: 0, stderr: "there is nothing to tidy up\n" });
  const waiting = (await souvenir(["facts", "--state", "proposed"])).stdout.trimEnd().split("\n");
  const [first = "", second = ""] = waiting.map((each) => each.split("  ")[0]);
  expect(await souvenir(["approve", first])).toMatchObject({ code: 0, stdout: `approved ${first}\n` });
  expect(await souvenir(["decline", second])).toMatchObject({ code: 0, stdout: `declined ${second}\n` });
  expect(await souvenir(["decline", first])).toMatchObject({ code: 3 });
  expect((await souvenir(["facts"])).stdout).toContain("Rowing suits the user.");
});

test("nothing is sent unless somebody asked for it, and what is asked wrongly is said", async () => {
  const none = { MISTRAL_API_KEY: "key", MISTRAL_BASE_URL: standIn.url };
  await souvenir(["set", "work", "I work at Company Alpha."], none);
  const without = await souvenir(["consolidate"], none);
  expect(without.code).toBe(1);
  expect(without.stderr).toContain("--facts");
  expect(standIn.requests).toEqual([]);
  expect(await souvenir(["consolidate", "--facts", "openai"], none)).toMatchObject({ code: 2 });
  expect(
    await souvenir(["consolidate", "--facts", "mistral", "--url", "http://127.0.0.1:1"], none),
  ).toMatchObject({ code: 2 });
  expect(await souvenir(["undo", "nobody@default"])).toMatchObject({ code: 3 });
  expect(await souvenir(["runs", "nobody@default"])).toMatchObject({ code: 3 });
});
