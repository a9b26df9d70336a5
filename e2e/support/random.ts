/** Numbers from 0 to 1 that a seed decides: the same seed gives the same ones. */
export function randomFrom(seed: number): () => number {
  let state = seed + 1;
  return () => {
    state = Math.imul(state, 48_271) % 2_147_483_647;
    return Math.abs(state) / 2_147_483_647;
  };
}
