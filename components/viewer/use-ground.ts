import { useEffect, useState } from "react";
import { useWorkspaceState } from "../workspace/context.tsx";
import type { Ground } from "./ground.ts";

/** Where the picture lies in the world; null until that is worked out. The projections are loaded only by pictures' pages. */
export function useGround(): Ground | null {
  const [ground, setGround] = useState<Ground | null>(null);
  const { scale, width, height } = useWorkspaceState((state) => ({
    scale: state.image.scale,
    width: state.image.width,
    height: state.image.height,
  }));
  useEffect(() => {
    let current = true;
    void import("./ground.ts").then(({ groundOf }) => {
      if (current) setGround(groundOf(scale, width ?? 1, height ?? 1));
    });
    return () => {
      current = false;
    };
  }, [scale, width, height]);
  return ground;
}
