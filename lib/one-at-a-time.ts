/**
 * Makes a function that does `round` one at a time: what is asked for while a round is under way is answered by one more after it, and
 * not waited for. `round` deals with its own failures.
 */
export function oneAtATime(round: () => Promise<void>): () => Promise<void> {
  let underWay = false;
  let again = false;
  return async () => {
    again = true;
    if (underWay) return;
    underWay = true;
    try {
      while (again) {
        again = false;
        await round();
      }
    } finally {
      underWay = false;
    }
  };
}
