import type { Memory } from "@souvenir/core";

/** The same memory, in which somebody else is at work once, after it has answered a call and before its caller goes on. */
export function workBetween(memory: Memory, name: "get" | "list", work: () => Promise<unknown>): Memory {
  let done = false;
  return new Proxy(memory, {
    get(target, member) {
      const value: unknown = Reflect.get(target, member);
      if (typeof value !== "function") return value;
      if (member !== name) return value.bind(target);
      return async (...given: unknown[]) => {
        const answer: unknown = await value.apply(target, given);
        if (!done) {
          done = true;
          await work();
        }
        return answer;
      };
    },
  });
}
