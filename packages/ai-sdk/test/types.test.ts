import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "tsdown";
import { afterAll, beforeAll, expect, test } from "vitest";

/** What a user writes, without a cast. */
const program = `
import { mistral } from "@ai-sdk/mistral";
import { createMemory, type Memory } from "@souvenir/core";
import { agentMemory, aiSdkEmbedder, memoryMiddleware, memoryTools, withMemory } from "@souvenir/ai-sdk";
import { memoryContext } from "@souvenir/ai-sdk/context";
import { generateText, stepCountIs, streamText, ToolLoopAgent, wrapLanguageModel, wrapProvider } from "ai";

const memory: Memory = await createMemory({ embedder: aiSdkEmbedder(mistral.embeddingModel("mistral-embed")) });
const context = memoryContext();
const after = <T>(task: Promise<T> | (() => T | Promise<T>)): void => void task;
const middleware = memoryMiddleware({
  memory,
  namespace: context.namespace,
  thread: ({ providerOptions }) => (typeof providerOptions?.app?.chat === "string" ? providerOptions.app.chat : undefined),
  store: (messages, { namespace }) => (namespace === "guest" ? [] : messages),
  onError: (error, { stage }) => console.error(stage, error),
  waitUntil: after,
});
const model = wrapLanguageModel({ model: mistral("mistral-large-latest"), middleware: [middleware] });
const provider = wrapProvider({ provider: mistral, languageModelMiddleware: middleware });
const remembering = withMemory(mistral("mistral-large-latest"), { memory, namespace: "ada" });
const { pending }: { pending: number } = await remembering.flush({ timeoutMs: 100 });
const { block, memories } = await remembering.inspect({ messages: [{ role: "user", content: "Hi" }] });
const score: number | undefined = memories[0]?.signals.vector;

const scope = { namespace: "ada", thread: "1" };
const own = memoryTools({ memory, namespace: "ada" });
await generateText({ model, prompt: block, tools: own, providerOptions: { souvenir: { namespace: "ada", store: "user" } } });
const scoped = memoryTools({ memory });
const toolsContext = { remember: scope, recall: scope, list: scope, forget: scope };
const { steps } = await generateText({ model: provider.languageModel("m"), prompt: "Hi", tools: scoped, toolsContext, stopWhen: stepCountIs(3) });
for (const result of steps.flatMap(({ toolResults }) => toolResults))
  if (!result.dynamic && result.toolName === "recall") console.log(result.output.memories?.[0]?.text, score, pending);
// @ts-expect-error the tools need a scope
await generateText({ model, prompt: "Hi", tools: scoped });
// @ts-expect-error and a namespace in it
await generateText({ model, prompt: "Hi", tools: scoped, toolsContext: { ...toolsContext, remember: {} } });

const whole = agentMemory({
  memory,
  namespace: ({ runtimeContext }) => String(runtimeContext.user),
  prepareStep: ({ stepNumber, messages }) => (stepNumber > 3 ? { messages: messages.slice(-4), toolChoice: "none" } : undefined),
});
const agent = new ToolLoopAgent({ model: mistral("mistral-large-latest"), tools: own, runtimeContext: { user: "ada" }, ...whole });
await agent.generate({ prompt: "Hi" });
await agent.stream({ prompt: "Hi" });
await generateText({ model, prompt: "Hi", tools: scoped, toolsContext, runtimeContext: { user: "ada" }, ...whole });
await streamText({ model, prompt: "Hi", ...whole }).text;
// @ts-expect-error a memory is needed
memoryMiddleware({ namespace: "ada" });
`;

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
let folder: string;
beforeAll(async () => {
  // The packages as they are published, beside what a user installs.
  folder = await mkdtemp(join(tmpdir(), "souvenir-types-"));
  const modules = join(folder, "node_modules");
  await mkdir(join(modules, "@souvenir"), { recursive: true });
  for (const name of await readdir(at("../../../node_modules")))
    if (!["@souvenir", ".bin", ".cache"].includes(name))
      await symlink(at(`../../../node_modules/${name}`), join(modules, name));
  for (const name of ["core", "ai-sdk"]) {
    const home = join(modules, "@souvenir", name);
    await mkdir(home);
    await cp(at(`../../${name}/package.json`), join(home, "package.json"));
    await build({ cwd: at(`../../${name}`), outDir: join(home, "dist"), logLevel: "silent" });
  }
  await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  await writeFile(join(folder, "program.ts"), program);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const bundler = ["--module", "preserve", "--moduleResolution", "bundler"];
const node = ["--module", "nodenext", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess"];
const compilers = [
  ["5.9", "../node_modules/typescript/bin/tsc", node],
  ["7.0", "../../../node_modules/typescript/bin/tsc", node],
  ["7.0", "../../../node_modules/typescript/bin/tsc", bundler],
] as const;

test.each(compilers)(
  "a user's program compiles without casts on TypeScript %s, with %s %j",
  async (_, compiler, flags) => {
    const call = promisify(execFile)(
      process.execPath,
      [
        at(compiler),
        "program.ts",
        "--noEmit",
        "--strict",
        "--target",
        "es2023",
        "--lib",
        "es2023,dom,dom.iterable,esnext.disposable",
        "--types",
        "node",
        "--skipLibCheck",
        ...flags,
      ],
      { cwd: folder },
    );
    expect(await call.catch(({ stdout }: { stdout: string }) => stdout)).toEqual({ stdout: "", stderr: "" });
  },
);

test("both compilers are what they are called", async () => {
  for (const [version, compiler] of compilers) {
    const { stdout } = await promisify(execFile)(process.execPath, [at(compiler), "--version"]);
    expect(stdout).toContain(`Version ${version}.`);
  }
});
