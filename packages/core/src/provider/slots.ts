/** Lets at most `size` pieces of work run at once; the others wait in line. */
export function slots(size: number): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let free = size;
  const line: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => line.push(resolve));
    try {
      return await work();
    } finally {
      const next = line.shift();
      if (next) next();
      else free++;
    }
  };
}
