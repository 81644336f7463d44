import { cpSync, existsSync, globSync, rmSync, statSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));
/** Pages are copied to where their tools are, in the folders that they have in the repository. */
const pages = fileURLToPath(new URL("../pages/", import.meta.url));
rmSync(pages, { recursive: true, force: true });
for (const page of globSync(["README.md", "docs/*.md", "docs/{decisions,images}/*", "packages/*/README.md"], {
  cwd: root,
}))
  cpSync(resolve(root, page), resolve(pages, page));
const repository = "https://github.com/souvenir-memory/souvenir";
const link = (text, path) => ({ text, link: `/${path}` });

/** Pages are those of the repository, with the links of the repository: what is none of them is shown where it is. */
function linksOut(markdown) {
  markdown.core.ruler.push("links-out", ({ tokens, env }) => {
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      const href = token.type === "link_open" ? token.attrGet("href") : null;
      if (href === null || /^(?:[a-z]+:|#|\/)/.test(href)) continue;
      const [path, anchor] = href.split("#");
      let target = resolve(root, relative(pages, resolve(dirname(env.realPath ?? env.path), path)));
      if (existsSync(resolve(target, "README.md"))) target = resolve(target, "README.md");
      const name = relative(root, target);
      const suffix = anchor === undefined ? "" : `#${anchor}`;
      const isPage =
        /^(?:docs\/|packages\/[^/]+\/README\.md$|README\.md$)/.test(name) && name.endsWith(".md");
      if (name === "README.md") token.attrSet("href", `/${suffix}`);
      else if (isPage) token.attrSet("href", `/${name}${suffix}`);
      else {
        const kind = existsSync(target) && statSync(target).isDirectory() ? "tree" : "blob";
        token.attrSet("href", `${repository}/${kind}/main/${name}${suffix}`);
      }
    }
  });
}

export default {
  title: "Souvenir",
  description: "Persistent, searchable memory for Mistral agents",
  srcDir: "pages",
  outDir: ".vitepress/dist",
  cacheDir: ".vitepress/cache",
  base: process.env.SITE_BASE ?? "/",
  rewrites: { "README.md": "index.md" },
  ignoreDeadLinks: [/^\/reference\//],
  markdown: { config: linksOut },
  themeConfig: {
    search: { provider: "local" },
    socialLinks: [{ icon: "github", link: repository }],
    nav: [link("Start", ""), { text: "Reference", link: "/reference/", target: "_self" }],
    sidebar: [
      {
        text: "Start",
        items: [
          link("What it is", ""),
          link("The memory", "packages/core/README"),
          link("Mistral", "packages/mistral/README"),
          link("Vercel AI SDK", "packages/ai-sdk/README"),
          link("LangChain", "packages/langchain/README"),
          link("Mastra", "packages/mastra/README"),
          link("Server and command", "docs/server"),
          link("Python", "docs/python"),
        ],
      },
      {
        text: "Use",
        items: [
          link("Choosing an embedder", "docs/choosing-an-embedder"),
          link("Facts", "docs/facts"),
          link("What should not be kept", "docs/safety"),
          link("Encryption", "docs/encryption"),
          link("Deploying", "docs/deploying"),
          link("Deleting a person", "docs/deleting-a-person"),
          link("Many machines", "docs/scaling"),
          link("PostgreSQL", "packages/postgres/README"),
          link("Importing", "docs/importing"),
          link("Coming from another memory", "docs/coming-from"),
          link("Beside other memories", "docs/comparison"),
          link("Troubleshooting", "docs/troubleshooting"),
          link("Questions and limits", "docs/faq"),
          link("HTTP API", "docs/http-api"),
          link("Web hooks", "docs/hooks"),
          link("Console", "docs/console"),
        ],
      },
      {
        text: "How it is made",
        items: [
          link("Design", "docs/design"),
          link("Decisions", "docs/decisions/README"),
          link("Evaluation", "docs/evaluation"),
          link("Benchmarks", "docs/benchmarks"),
        ],
      },
    ],
  },
};
