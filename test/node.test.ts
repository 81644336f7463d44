import { expect, test } from "vitest";

// Without the install script of the `node` devDependency, tests would run on the shell's Node without a word.
test("the tests run on the Node of the repository", () => {
  expect(process.versions.node.split(".")[0]).toBe("24");
});
