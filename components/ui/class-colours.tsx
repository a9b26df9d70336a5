"use client";

import { createContext, type ReactNode, useContext } from "react";
import { type ClassColours, classColour } from "#lib/core/detection/class-colour.ts";

const Context = createContext<ClassColours>({});

/** Gives classes inside the colours of what is shown, such as those of a run's preset. */
export function ClassColoursProvider({ colours, children }: { colours: ClassColours; children: ReactNode }) {
  return <Context value={colours}>{children}</Context>;
}

/** The colour of a class, as style sheets write it. */
export function useColourOf(): (label: string) => string {
  const colours = useContext(Context);
  return (label) => `rgb(${classColour(label, colours).join(" ")})`;
}
