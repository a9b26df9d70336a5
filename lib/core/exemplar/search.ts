import type { ChannelSums } from "./channel-sums.ts";
import { overlapOf } from "./overlap.ts";
import type { ExampleBox, Judgement } from "./settings.ts";
import { boxAround, scoreOnSheet, windowSheet } from "./windows.ts";

/** A thing that looks like the examples, with what the judgement gave. */
export type Likely = { box: ExampleBox; worth: number };

/** Of two boxes on one thing the better stays: where they share so much of their union, or of the smaller of them. */
const SAME_IOU = 0.25;
const SAME_IOS = 0.5;
/** What is nearly as good and lies nearly there (IoU) has a say in where the box is, by how good it is. */
const VOTING_IOU = 0.5;
const VOTING_WORTH = 0.15;
const VOTING_STEEPNESS = 15;
/** An odd size costs so much of the worth, by the square of its deviations. */
const SIZE_COST = 0.06;
/** So much of a move is made: it was learnt from few. None goes farther than this part of the side, or as a logarithm of size and aspect. */
const MOVE_SHARE = 0.7;
const FARTHEST_MOVE = 0.3;

/** What the size of an object takes from its worth. */
export function sizeCost(side: number, { mean, deviation }: Judgement["size"]): number {
  return SIZE_COST * ((Math.log(side) - mean) / deviation) ** 2;
}

/** All that a judgement gives at least `least` for in a picture, one box a thing, best first. Deterministic. */
export function searchLikely(sums: ChannelSums, judgement: Judgement, least: number): Likely[] {
  const weights = Float64Array.from(judgement.weights);
  const moves = judgement.moves.map((each) => Float64Array.from(each));
  const found: Likely[] = [];
  for (const side of judgement.sides) {
    const cost = sizeCost(side, judgement.size);
    const sheet = windowSheet(sums, judgement.appearance, side);
    for (let row = 0; row < sheet.rows; row++) {
      for (let column = 0; column < sheet.columns; column++) {
        const worth = scoreOnSheet(sheet, column, row, weights) - cost;
        if (worth < least) continue;
        const moved = moves.map((each) => {
          const move = MOVE_SHARE * scoreOnSheet(sheet, column, row, each);
          return Math.max(-FARTHEST_MOVE, Math.min(FARTHEST_MOVE, move));
        });
        const [across = 0, down = 0, growth = 0, aspect = 0] = moved;
        const x = (column + 0.5) * sheet.cell + across * side;
        const y = (row + 0.5) * sheet.cell + down * side;
        found.push({ box: boxAround(x, y, side * Math.exp(growth), Math.exp(aspect)), worth });
      }
    }
  }
  found.sort((a, b) => b.worth - a.worth || a.box[0] - b.box[0] || a.box[1] - b.box[1]);
  const longest = Math.max(...judgement.sides) * Math.exp(2 * FARTHEST_MOVE);
  return onePerThing(found, longest);
}

type Kept = Likely & { votes: [x: number, y: number, width: number, height: number]; weight: number };

/** The best box of each thing, as it and those near it vote; `longest`: no box is longer. */
function onePerThing(found: readonly Likely[], longest: number): Likely[] {
  const all: Kept[] = [];
  const places = new Map<string, Kept[]>();
  for (const { box, worth } of found) {
    const column = Math.floor((box[0] + box[2] / 2) / longest);
    const row = Math.floor((box[1] + box[3] / 2) / longest);
    const near = neighboursOf(places, column, row);
    const on = near.find((kept) => isSame(kept.box, box));
    if (on) vote(on, box, worth);
    else {
      const kept: Kept = { box, worth, votes: [...box], weight: 1 };
      all.push(kept);
      places.set(`${column} ${row}`, [...(places.get(`${column} ${row}`) ?? []), kept]);
    }
  }
  return all.map(({ worth, votes: [x, y, width, height], weight }) => {
    return { box: [x / weight, y / weight, width / weight, height / weight], worth };
  });
}

function neighboursOf(places: ReadonlyMap<string, Kept[]>, column: number, row: number): Kept[] {
  const near: Kept[] = [];
  for (let y = row - 1; y <= row + 1; y++) {
    for (let x = column - 1; x <= column + 1; x++) near.push(...(places.get(`${x} ${y}`) ?? []));
  }
  return near;
}

function isSame(a: ExampleBox, b: ExampleBox): boolean {
  const { iou, ios } = overlapOf(a, b);
  return iou > SAME_IOU || ios > SAME_IOS;
}

function vote(kept: Kept, box: ExampleBox, worth: number): void {
  if (kept.worth - worth >= VOTING_WORTH || overlapOf(kept.box, box).iou <= VOTING_IOU) return;
  const weight = Math.exp((worth - kept.worth) * VOTING_STEEPNESS);
  kept.weight += weight;
  for (const [at, value] of box.entries()) kept.votes[at] = (kept.votes[at] ?? 0) + weight * value;
}
