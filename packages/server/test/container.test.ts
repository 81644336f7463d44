import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { connectMemory } from "@souvenir/server/client";
import { findProgram } from "@souvenir/test/programs";
import { Copy, DockerfileParser, From, type Instruction, JSONInstruction } from "dockerfile-ast";
import { beforeEach, expect, test } from "vitest";
import { parse } from "yaml";
import { type CliFolder, cliFolder, firstLine } from "./run-cli.ts";

const example = (name: string) =>
  fileURLToPath(new URL(`../../../examples/container/${name}`, import.meta.url));
const read = (path: string) => readFile(path, "utf8");
const instructions = DockerfileParser.parse(await read(example("Dockerfile"))).getInstructions();
const { services, secrets, volumes } = parse(await read(example("compose.yaml")));
const { souvenir } = services;

/** In the last stage, from which the image is. */
const last = instructions.slice(instructions.findLastIndex((each) => each instanceof From));
const only = (keyword: string): Instruction => {
  const found = last.filter((each) => each.getKeyword() === keyword);
  expect(found, keyword).toHaveLength(1);
  return found[0] as Instruction;
};
const text = (instruction: Instruction) => instruction.getArgumentsContent() ?? "";
const strings = (instruction: Instruction) => {
  expect(instruction).toBeInstanceOf(JSONInstruction);
  return (instruction as JSONInstruction)
    .getJSONStrings()
    .map((each) => JSON.parse(each.getValue()) as string);
};
/** Variables of the image, as a process finds them. */
const imageEnvironment = Object.fromEntries(
  Array.from(text(only("ENV")).matchAll(/(\w+)=(\S+)/g), ([, name, value]) => [
    name as string,
    value as string,
  ]),
);

let folder: CliFolder;
beforeEach(async () => {
  folder = await cliFolder();
  return () => folder[Symbol.asyncDispose]();
});

test("both stages are of the Node that the tests run on, and the server installed is this one", async () => {
  const stages = instructions.filter((each) => each instanceof From);
  const { devDependencies } = JSON.parse(
    await read(fileURLToPath(new URL("../../../package.json", import.meta.url))),
  );
  for (const stage of stages) expect(stage.getImage()).toBe(`node:${devDependencies.node}-slim`);
  const { version } = JSON.parse(await read(fileURLToPath(new URL("../package.json", import.meta.url))));
  const argument = instructions.find((each) => each.getKeyword() === "ARG");
  // npm run release:version writes it.
  expect(argument && text(argument)).toBe(`SOUVENIR_VERSION=${version}`);
  const install = instructions.find((each) => each.getKeyword() === "RUN");
  expect(install && text(install)).toMatch(
    /^npm install .*--ignore-scripts .*"@souvenir\/server@\$\{SOUVENIR_VERSION\}"$/,
  );
});

test("what is copied is there, is sent to the builder, and is no secret", async () => {
  const kept = (await read(example(".dockerignore")))
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  expect(kept[0]).toBe("*");
  const stages = instructions.filter((each) => each instanceof From).map((stage) => stage.getBuildStage());
  const files = await readdir(example("."));
  const copied = instructions.filter((each) => each instanceof Copy);
  expect(copied).toHaveLength(2);
  for (const copy of copied) {
    const from = copy
      .getFlags()
      .find((flag) => flag.getName() === "from")
      ?.getValue();
    if (from !== undefined) expect(stages).toContain(from);
    else
      for (const source of copy.getArguments().slice(0, -1)) {
        expect(files).toContain(source.getValue());
        expect(kept).toContain(`!${source.getValue()}`);
      }
  }
  expect(kept).toHaveLength(2);
  expect(instructions.map((each) => each.getKeyword())).not.toContain("ADD");
});

test("it runs as nobody who matters: no root, nothing of the image written to, no capability", () => {
  expect(text(only("USER"))).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  expect(last.map((each) => each.getKeyword()).indexOf("USER")).toBeGreaterThan(
    last.map((each) => each.getKeyword()).lastIndexOf("RUN"),
  );
  const [volume] = [text(only("VOLUME"))];
  expect(imageEnvironment.SOUVENIR_PATH?.startsWith(`${volume}/`)).toBe(true);
  expect(souvenir).toMatchObject({
    read_only: true,
    cap_drop: ["ALL"],
    security_opt: ["no-new-privileges:true"],
    volumes: [`data:${volume}`],
    secrets: Object.keys(secrets),
  });
  expect(volumes).toEqual({ data: null });
  for (const published of souvenir.ports)
    expect(published).toBe(`127.0.0.1:${text(only("EXPOSE"))}:${text(only("EXPOSE"))}`);
  // The key is in a file that is mounted, and in no environment that others can ask for.
  expect(souvenir.environment).toEqual({ SOUVENIR_KEY_FILE: `/run/secrets/${Object.keys(secrets)[0]}` });
});

const bash = findProgram(["bash"], "install it to run the commands of the Compose file");
const openssl = findProgram(
  ["openssl"],
  "install it (Debian: apt-get install openssl) to make a key as the Compose file says",
);

test("the command of the image serves with the key of the secret, is found healthy, and stops by its signal", async ({
  skip,
}) => {
  for (const program of [bash, openssl]) if ("missing" in program) return skip(program.missing);
  const [, command = ""] = /^#\s+(\(umask.*)$/m.exec(await read(example("compose.yaml"))) ?? [];
  expect(await read(fileURLToPath(new URL("../../../docs/deploying.md", import.meta.url)))).toContain(
    `\n${command}\n`,
  );
  await promisify(execFile)("bash", ["-e", "-c", command], { cwd: folder.path });
  const key = (await read(join(folder.path, "souvenir-key.txt"))).trim();
  const data = join(folder.path, "data");
  await mkdir(data);
  // What is mounted in the container stands in this folder here.
  const here = (path: string) =>
    path.replace("/run/secrets/souvenir-key", join(folder.path, "souvenir-key.txt")).replace(/^\/data/, data);
  const env = Object.fromEntries(
    Object.entries({ ...imageEnvironment, ...souvenir.environment, PATH: process.env.PATH as string }).map(
      ([name, value]) => [name, here(value as string)],
    ),
  );
  expect(strings(only("ENTRYPOINT"))).toEqual(["souvenir"]);
  const start = async () => {
    const child = folder.start([...strings(only("CMD")), "--port", "0", "--json"], { env });
    const said = JSON.parse(await firstLine(child)) as { url: string; path: string; key?: string };
    return { child, ...said, port: new URL(said.url).port };
  };
  const stop = async (child: ChildProcess) => {
    const ended = once(child, "exit");
    child.kill(text(only("STOPSIGNAL")) as NodeJS.Signals);
    expect(await ended).toEqual([0, null]);
  };
  const isHealthy = async (port: string) => {
    const [, shell] = /^.*CMD (\[.*\])$/.exec(text(only("HEALTHCHECK"))) ?? [];
    const [program, script] = JSON.parse(shell as string) as [string, string];
    expect([program, script]).toEqual(["node", "/opt/souvenir/healthcheck.mjs"]);
    const check = spawn(process.execPath, [example("healthcheck.mjs"), port]);
    return (await once(check, "exit"))[0] === 0;
  };

  const first = await start();
  expect(first.path).toBe(join(data, "memory.db"));
  // It was given, so none is made and shown.
  expect(first.key).toBeUndefined();
  expect(await isHealthy(first.port)).toBe(true);
  const url = `http://127.0.0.1:${first.port}`;
  await connectMemory({ url, key }).set({ namespace: "team", key: "stack", value: "The shop runs on Axum." });
  await expect(connectMemory({ url }).get({ namespace: "team", key: "stack" })).rejects.toMatchObject({
    code: "UNAUTHORIZED",
  });
  await stop(first.child);
  expect(await isHealthy(first.port)).toBe(false);

  const second = await start();
  const memory = connectMemory({ url: `http://127.0.0.1:${second.port}`, key });
  expect(await memory.get({ namespace: "team", key: "stack" })).toMatchObject({
    value: "The shop runs on Axum.",
  });
  await stop(second.child);
  expect((await readdir(folder.path)).sort()).toEqual(["data", "souvenir-key.txt"]);
});

test("a key of the environment opens what it may; one that is revoked or none at all is refused, with what to do", async () => {
  const { stdout: reader } = await folder.run([
    "keys",
    "create",
    "reader",
    "--everything",
    "--allow",
    "read",
  ]);
  const serve = (env: Record<string, string>) => folder.run(["serve", "--port", "0"], { env });
  const child = folder.start(["serve", "--port", "0", "--json"], { env: { SOUVENIR_KEY: reader.trim() } });
  const { url } = JSON.parse(await firstLine(child)) as { url: string };
  // It is known, and is no more than it was.
  const memory = connectMemory({ url, key: reader.trim() });
  await expect(memory.set({ namespace: "team", value: "No." })).rejects.toMatchObject({ code: "FORBIDDEN" });
  child.kill("SIGTERM");
  await once(child, "exit");

  await folder.run(["keys", "revoke", reader.split("_")[1] as string]);
  expect(await serve({ SOUVENIR_KEY: reader.trim() })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("revoked"),
  });
  expect(await serve({ SOUVENIR_KEY: "hunter2" })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("openssl"),
  });
  expect(await serve({ SOUVENIR_KEY: "hunter2" })).not.toMatchObject({
    stderr: expect.stringContaining("hunter2"),
  });
  expect((await folder.run(["keys", "list", "--json"])).stdout.trim().split("\n")).toHaveLength(1);
});

test("each secret is read from the file that its variable names", async () => {
  const file = async (name: string, content: string) => {
    await writeFile(join(folder.path, name), content);
    return join(folder.path, name);
  };
  const list = (env: Record<string, string>) => folder.run(["list"], { env });
  await folder.run(["encryption", "new-key", "key.txt"]);
  const encryption = { SOUVENIR_ENCRYPTION_KEY_FILE: join(folder.path, "key.txt") };
  await folder.run(["set", "stack", "The shop runs on Axum."], { env: encryption });
  expect(await list(encryption)).toMatchObject({ code: 0, stdout: expect.stringContaining("Axum") });
  expect(await list({})).toMatchObject({ code: 1 });

  const store = await file("store.txt", "postgres://ada:hunter2@127.0.0.1:1/none\n");
  const refused = await list({ SOUVENIR_STORE_FILE: store });
  expect([refused.code, refused.stderr]).toEqual([1, expect.not.stringContaining("hunter2")]);
  for (const [env, said] of [
    [{ SOUVENIR_KEY_FILE: "nowhere" }, "cannot be read (ENOENT)"],
    [{ SOUVENIR_KEY_FILE: await file("empty.txt", "\n") }, "is empty"],
    [{ SOUVENIR_KEY_FILE: store, SOUVENIR_KEY: "svr_1" }, "not both"],
    [{ ...encryption, SOUVENIR_ENCRYPTION_KEY: "1" }, "not both"],
  ] as const)
    expect(await list(env)).toMatchObject({ code: 2, stderr: expect.stringContaining(said) });
});
