type Group = { label: string; start: number; count: number };
type Section = Group & { top: number; hasHead: boolean };

/** A line of the gallery: the head of a class, or findings from one position up to another, exclusive. `top` in pixels. */
export type GridLine = { top: number } & ({ group: Group } | { group: null; first: number; end: number });

/** Heights of heads and of lines of crops, in pixels; crops in a line. */
export type GridSizes = { head: number; line: number; columns: number };

/** Lays so many findings out in lines of crops; of a list that is grouped by class, each class begins with a head on a line of its own. */
export function gridLines(count: number, groups: readonly Group[], { head, line, columns }: GridSizes) {
  const sections: Section[] = [];
  let height = 0;
  for (const group of groups.length > 0 ? groups : [{ label: "", start: 0, count }]) {
    const hasHead = groups.length > 0;
    sections.push({ ...group, top: height, hasHead });
    height += (hasHead ? head : 0) + Math.ceil(group.count / columns) * line;
  }
  const bodyOf = (section: Section): number => section.top + (section.hasHead ? head : 0);
  return {
    /** Of all lines, in pixels. */
    height,
    /** Where the line of the finding at a position begins, in pixels. */
    topOf(position: number): number {
      const section = sections.findLast(({ start }) => start <= position);
      return section ? bodyOf(section) + Math.floor((position - section.start) / columns) * line : 0;
    },
    /** The lines that touch a stretch of pixels. */
    between(top: number, bottom: number): GridLine[] {
      const lines: GridLine[] = [];
      for (const [at, section] of sections.entries()) {
        const end = sections[at + 1]?.top ?? height;
        if (end <= top || section.top >= bottom) continue;
        if (section.hasHead) lines.push({ top: section.top, group: section });
        const body = bodyOf(section);
        const last = Math.min(Math.ceil(section.count / columns), Math.ceil((bottom - body) / line));
        for (let row = Math.max(0, Math.floor((top - body) / line)); row < last; row += 1) {
          const first = section.start + row * columns;
          const after = Math.min(first + columns, section.start + section.count);
          lines.push({ top: body + row * line, group: null, first, end: after });
        }
      }
      return lines;
    },
  };
}
