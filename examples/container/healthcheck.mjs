// Whether the server of this container can answer: the image has no curl, and needs none.
const port = process.argv[2] ?? "7077";
const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
process.exitCode = answer?.ok ? 0 : 1;
