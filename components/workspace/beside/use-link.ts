import { type RefObject, useEffect, useRef } from "react";
import type { Camera } from "../../viewer/camera.ts";
import type { Workspace } from "../workspace.ts";
import {
  type Difference,
  differenceOf,
  type Look,
  lookBeside,
  type Measured,
  NO_DIFFERENCE,
  reversed,
} from "./linked-views.ts";

type Side = "main" | "beside";

/**
 * Moves two pictures together while they are linked: the one that a hand is on leads, the other follows. Unlinked, each moves alone, and
 * what they are apart then stays when they are linked again. `frame` holds the picture beside.
 */
export function useLink(
  main: Workspace,
  beside: Workspace | null,
  linked: boolean,
  frame: RefObject<HTMLElement | null>,
) {
  const leader = useRef<Side>("main");
  const difference = useRef<Difference>(NO_DIFFERENCE);
  const wasLinked = useRef(linked);

  useEffect(() => {
    const onHand = ({ target }: Event): void => {
      leader.current = target instanceof Node && frame.current?.contains(target) ? "beside" : "main";
    };
    const kinds = ["pointerdown", "wheel", "keydown"] as const;
    for (const kind of kinds) window.addEventListener(kind, onHand, { capture: true, passive: true });
    return () => {
      for (const kind of kinds) window.removeEventListener(kind, onHand, { capture: true });
    };
  }, [frame]);

  useEffect(() => {
    if (!beside) return;
    const sides = { main, beside };
    const lookOf = (camera: Camera): Look => ({ view: camera.view(), turn: camera.turn() });
    const follow = (): void => {
      const [from, to] = leader.current === "main" ? [main, beside] : [beside, main];
      const [led, following] = [from.camera.current, to.camera.current];
      if (!led || !following) return;
      const apart =
        leader.current === "main"
          ? difference.current
          : reversed(difference.current, measureOf(main), measureOf(beside));
      following.show(lookBeside(lookOf(led), measureOf(from), measureOf(to), apart));
    };
    if (linked && !wasLinked.current) {
      const [a, b] = [main.camera.current, beside.camera.current];
      if (a && b) difference.current = differenceOf(lookOf(a), lookOf(b), measureOf(main), measureOf(beside));
    }
    wasLinked.current = linked;
    if (!linked) return;
    const stops = (["main", "beside"] as const).map((side) =>
      sides[side].moved.subscribe(() => {
        if (leader.current === side) follow();
        // A picture that has just opened takes its place beside the other.
        else if (side === "beside" && sides[side].moved.get() === 1) follow();
      }),
    );
    follow();
    return () => {
      for (const stop of stops) stop();
    };
  }, [main, beside, linked]);
}

function measureOf({ state }: Workspace): Measured {
  const { width, height, scale } = state.get().image;
  return { width: width ?? 1, height: height ?? 1, scale };
}
