import base from "./vitest.config.ts";
const projects = base.test.projects.map((p) => ({ ...p, test: { ...p.test, setupFiles: ["./.measure-setup.mjs"] } }));
export default { ...base, test: { ...base.test, projects } };
