import { readFileSync, appendFileSync } from "node:fs";
import { afterAll, expect } from "vitest";
const file = expect.getState().testPath;
const begin = performance.now();
const stat = () => { const f = readFileSync("/proc/self/stat","utf8").split(") ")[1].split(" "); return [11,12,13,14].map(i => Number(f[i])/100); };
afterAll(() => { const s = stat(); appendFileSync(process.env.CPU ?? "/tmp/m/cpu.jsonl", JSON.stringify({file, user:s[0], sys:s[1], cuser:s[2], csys:s[3], up: process.uptime(), wall:(performance.now()-begin)/1000, rss: process.memoryUsage.rss()>>20})+"\n"); });
