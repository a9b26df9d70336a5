import type { Member } from "../detection/finding.ts";

/** A finding of the run before the merge. `touched`: a person decided, relabelled, reshaped, removed or commented. */
export type FindingBefore = { readonly id: string; readonly members: readonly Member[]; readonly touched: boolean };

export type CarryOver = {
  /** For each group, in order: the finding whose id it keeps (null: a new one), and whether several touched ones fell together. */
  groups: { id: string | null; conflict: boolean }[];
  /** Touched findings that went into another: what a person did there moves to `into`. */
  absorbed: { id: string; into: string }[];
  /** Untouched findings that are gone. */
  vanished: string[];
  /** Touched findings none of whose raw detections is in any group: they stay as they are. */
  kept: string[];
};

/**
 * Decides which finding each group of a merge continues. A finding belongs to the group that holds most of its raw detections (a
 * tie goes to the group of its earliest member). Of several findings in one group a touched one keeps its id, then the one that
 * shares most, then the smaller id. Nothing touched is ever lost: it is carried, absorbed or kept.
 */
export function carryOver(
  findings: readonly FindingBefore[],
  groups: readonly { readonly members: readonly Member[] }[],
): CarryOver {
  const groupOfMember = new Map<string, number>();
  for (const [group, { members }] of groups.entries()) {
    for (const member of members) groupOfMember.set(keyOf(member), group);
  }
  const claimants: Claimant[][] = groups.map(() => []);
  const plan: CarryOver = { groups: [], absorbed: [], vanished: [], kept: [] };
  for (const finding of findings) {
    const home = homeOf(finding, groupOfMember);
    if (home) claimants[home.group]?.push({ finding, shared: home.shared });
    else (finding.touched ? plan.kept : plan.vanished).push(finding.id);
  }
  for (const claims of claimants) {
    const [first, ...others] = claims.toSorted(byRight);
    if (!first) {
      plan.groups.push({ id: null, conflict: false });
      continue;
    }
    const absorbed = others.filter(({ finding }) => finding.touched);
    plan.groups.push({ id: first.finding.id, conflict: absorbed.length > 0 });
    for (const { finding } of absorbed) plan.absorbed.push({ id: finding.id, into: first.finding.id });
    for (const { finding } of others) if (!finding.touched) plan.vanished.push(finding.id);
  }
  return plan;
}

type Claimant = { finding: FindingBefore; shared: number };

function byRight(a: Claimant, b: Claimant): number {
  return (
    Number(b.finding.touched) - Number(a.finding.touched) ||
    b.shared - a.shared ||
    (a.finding.id < b.finding.id ? -1 : Number(a.finding.id > b.finding.id))
  );
}

function homeOf(finding: FindingBefore, groupOfMember: ReadonlyMap<string, number>) {
  const shared = new Map<number, number>();
  for (const member of finding.members) {
    const group = groupOfMember.get(keyOf(member));
    if (group !== undefined) shared.set(group, (shared.get(group) ?? 0) + 1);
  }
  // A map keeps the order of insertion: of equal counts the group of the earliest member stays.
  let home: { group: number; shared: number } | null = null;
  for (const [group, count] of shared) if (count > (home?.shared ?? 0)) home = { group, shared: count };
  return home;
}

function keyOf([tile, position]: Member): string {
  return `${tile}:${position}`;
}
