// `@souvenir/core/provider`: for packages that call a model over the network.
export { type Batch, planBatches } from "./batches.ts";
export type { Failure, Provider } from "./failure.ts";
export { callProvider, checkRetries, type RetryOptions, sleep } from "./retry.ts";
export { slots } from "./slots.ts";
