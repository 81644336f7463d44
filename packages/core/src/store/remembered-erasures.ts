/** Erasures of a namespace that `changes` tells indexes which are behind; one that missed more is built anew. */
export const rememberedErasures = 50_000;
