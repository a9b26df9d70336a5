type Group = { label: string; start: number; count: number };

/** The lines of a list: one a finding and, where it is grouped, one before each class. Positions count findings alone. */
export function listLines(findings: number, groups: readonly Group[]) {
  /** The last group that begins at or before; by bisection, there may be hundreds. */
  const groupOf = (reaches: (group: Group, at: number) => boolean): number => {
    let [low, high] = [0, groups.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const group = groups[middle];
      if (group && reaches(group, middle)) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  };
  return {
    count: findings + groups.length,
    /** The line of the finding at a position. */
    lineOf: (position: number): number => position + groupOf((group) => group.start <= position) + 1,
    /** The class that a line heads, if it does. */
    groupAt(line: number): Group | null {
      const at = groupOf((group, index) => group.start + index <= line);
      const group = groups[at];
      return group && group.start + at === line ? group : null;
    },
    /** The position of the finding of a line that heads no class. */
    positionOf: (line: number): number => line - groupOf((group, index) => group.start + index <= line) - 1,
  };
}
