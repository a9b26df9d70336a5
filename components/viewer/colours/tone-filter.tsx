"use client";

import { useWorkspaceState } from "../../workspace/context.tsx";

/** The name of the filter that the picture's canvas is drawn through. */
export const TONE_FILTER = "viewer-tone";

/** The filter that lights the picture, by the graphics card: values are spread around the middle, raised, then bent. */
export function ToneFilter() {
  const { brightness, contrast, gamma } = useWorkspaceState((state) => state.look.tone);
  const spread = { type: "linear", slope: contrast, intercept: 0.5 - contrast / 2 + brightness } as const;
  const bend = { type: "gamma", amplitude: 1, exponent: 1 / gamma, offset: 0 } as const;
  return (
    <svg aria-hidden="true" className="absolute size-0">
      <filter id={TONE_FILTER} colorInterpolationFilters="sRGB" x="0" y="0" width="100%" height="100%">
        <feComponentTransfer>
          <feFuncR {...spread} />
          <feFuncG {...spread} />
          <feFuncB {...spread} />
        </feComponentTransfer>
        <feComponentTransfer>
          <feFuncR {...bend} />
          <feFuncG {...bend} />
          <feFuncB {...bend} />
        </feComponentTransfer>
      </filter>
    </svg>
  );
}
