import type { Tool } from "../annotate/annotate-state.ts";

/** Where keys mean what: on the picture, with a drawing tool in hand, in review. */
export type Scope = "viewer" | "drawing" | "review";

/** Everything that a key, a button or the palette can ask for. */
export type Command =
  | { do: "accept" | "reject" | "reopen" | "next" | "previous" | "undo" | "redo" | "delete" | "relabel" | "comment" }
  | { do: "class"; number: number }
  | { do: "tool"; tool: Tool }
  | { do: "beneath" | "put-aside" | "to-front" | "to-back" }
  | { do: "finish" | "drop-corner" | "duplicate" | "lock" | "brush-wider" | "brush-narrower" }
  | { do: "nudge"; dx: number; dy: number; grow: boolean }
  | { do: "review" | "skip" | "accept-many" }
  | {
      do: "beside" | "gallery" | "hide" | "keys" | "palette" | "escape" | "fit" | "zoom-in" | "zoom-out" | "one-to-one";
    }
  | { do: "pan"; dx: number; dy: number }
  | { do: "rotate"; degrees: number }
  | { do: "page"; by: 1 | -1 }
  | { do: "flip" };

type Keys = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">;

/** `keys`: as they are pressed, letters small; `what`: as the key sheet and the palette say it. */
type Binding = { keys: readonly string[]; command: Command; what: string; group: string };

const PAN_PIXELS = 120;
const ARROWS = [
  { key: "ArrowLeft", dx: -1, dy: 0 },
  { key: "ArrowRight", dx: 1, dy: 0 },
  { key: "ArrowUp", dx: 0, dy: -1 },
  { key: "ArrowDown", dx: 0, dy: 1 },
];

const bind = (keys: string, command: Command, what: string, group: string): Binding => {
  return { keys: keys.split(" "), command, what, group };
};
const tool = (keys: string, which: Tool, what: string): Binding =>
  bind(keys, { do: "tool", tool: which }, what, "Draw");

const ANYWHERE: readonly Binding[] = [
  bind("Ctrl+z", { do: "undo" }, "Undo what you did last", "Everywhere"),
  bind("Ctrl+Shift+z Ctrl+y", { do: "redo" }, "Do it again", "Everywhere"),
  bind("Ctrl+k", { do: "palette" }, "Find a command, a run, a picture", "Everywhere"),
  bind("?", { do: "keys" }, "These keys", "Everywhere"),
  bind("Escape", { do: "escape" }, "Give up, leave, close, select nothing", "Everywhere"),
  bind("+ =", { do: "zoom-in" }, "Zoom in", "Picture"),
  bind("-", { do: "zoom-out" }, "Zoom out", "Picture"),
  bind("0", { do: "fit" }, "Whole picture", "Picture"),
  bind("z", { do: "one-to-one" }, "One picture pixel, one screen pixel", "Picture"),
  bind("h", { do: "hide" }, "Hide or show all findings", "Picture"),
  bind("Shift+f", { do: "flip" }, "Mirror the picture", "Picture"),
  ...ARROWS.map(({ key, dx, dy }) =>
    bind(`Alt+${key}`, { do: "pan", dx: dx * PAN_PIXELS, dy: dy * PAN_PIXELS }, "Pan", "Picture"),
  ),
];

const TOOL_KEYS: readonly Binding[] = [
  tool("m", "move", "Move the picture; held Space does so with any tool"),
  tool("g", "pick-box", "Choose several by a rectangle; held Ctrl: add to those chosen"),
  tool("Shift+g", "pick-free", "Choose several by a lasso"),
  tool("e", "edit", "Edit the shape of the selected finding"),
  tool("r", "rectangle", "Rectangle; held Shift: square"),
  tool("w", "turned", "Turned rectangle: a side, then how far it reaches"),
  tool("o", "ellipse", "Ellipse; held Shift: circle"),
  tool("p", "polygon", "Polygon"),
  tool("v", "polyline", "Line of many parts"),
  tool("f", "free", "Free-hand outline"),
  tool("b", "brush", "Brush: adds to the selected finding, with Alt takes away"),
  tool("l", "ruler", "Ruler; Enter keeps the line"),
  tool(".", "point", "Point"),
];

const SELECTED: readonly Binding[] = [
  bind("t", { do: "relabel" }, "Give a class by typing it", "Finding"),
  bind("Ctrl+d", { do: "duplicate" }, "Duplicate", "Finding"),
  bind("Shift+l", { do: "lock" }, "Lock or unlock its shape", "Finding"),
  bind("n", { do: "beneath" }, "The next of those that lie under the pointer", "Finding"),
  bind("Alt+PageUp", { do: "to-front" }, "Lay over all others", "Finding"),
  bind("Alt+PageDown", { do: "to-back" }, "Lay beneath all others", "Finding"),
  bind("Alt+h", { do: "put-aside" }, "Put aside, out of picture and list", "Finding"),
];

const digits = (what: string, group: string): Binding[] =>
  Array.from({ length: 9 }, (_, at) => bind(String(at + 1), { do: "class", number: at + 1 }, what, group));

const BINDINGS: Record<Scope, readonly Binding[]> = {
  viewer: [
    bind("y", { do: "accept" }, "Accept, and go on to the next", "Finding"),
    bind("x", { do: "reject" }, "Reject, and go on to the next", "Finding"),
    bind("q", { do: "reopen" }, "Back in the queue", "Finding"),
    ...digits("Give the class of that number", "Finding"),
    ...SELECTED,
    bind("c", { do: "comment" }, "Comment", "Finding"),
    bind("j ArrowRight ArrowDown", { do: "next" }, "Next finding", "Finding"),
    bind("k ArrowLeft ArrowUp", { do: "previous" }, "Previous finding", "Finding"),
    bind("Delete Backspace", { do: "delete" }, "Remove what was drawn, reject what a model found", "Finding"),
    bind("u", { do: "undo" }, "Undo what you did last", "Finding"),
    bind("d", { do: "beside" }, "Another picture or run beside this one", "Picture"),
    bind("i", { do: "gallery" }, "Findings as pictures, or as a list", "Finding"),
    bind("Shift+r", { do: "review" }, "Review, one after the other", "Finding"),
    bind("Shift+a", { do: "accept-many" }, "Accept all above a confidence", "Finding"),
    bind("[", { do: "rotate", degrees: -90 }, "Turn to the left", "Picture"),
    bind("]", { do: "rotate", degrees: 90 }, "Turn to the right", "Picture"),
    bind("PageDown", { do: "page", by: 1 }, "Next page of a document", "Picture"),
    bind("PageUp", { do: "page", by: -1 }, "Page before", "Picture"),
    ...TOOL_KEYS,
    ...ANYWHERE,
  ],
  drawing: [
    bind("Enter", { do: "finish" }, "Finish the shape; with none begun: place one in the middle", "Shape"),
    bind("Backspace", { do: "drop-corner" }, "Take the last corner away", "Shape"),
    bind("Delete", { do: "delete" }, "Remove the selected finding", "Shape"),
    bind("[", { do: "brush-narrower" }, "Narrower brush", "Shape"),
    bind("]", { do: "brush-wider" }, "Wider brush", "Shape"),
    ...digits("Draw in the class of that number", "Shape"),
    ...ARROWS.flatMap(({ key, dx, dy }) => [
      bind(key, { do: "nudge", dx, dy, grow: false }, "Move the selected finding by a pixel", "Shape"),
      bind(`Shift+${key}`, { do: "nudge", dx: dx * 10, dy: dy * 10, grow: false }, "Move it by ten pixels", "Shape"),
      bind(`Ctrl+${key}`, { do: "nudge", dx, dy, grow: true }, "Make it larger or smaller by a pixel", "Shape"),
    ]),
    bind("u", { do: "undo" }, "Undo what you did last", "Shape"),
    ...SELECTED,
    ...TOOL_KEYS,
    ...ANYWHERE,
  ],
  review: [
    bind("y", { do: "accept" }, "Accept", "Decide and go on"),
    bind("x", { do: "reject" }, "Reject", "Decide and go on"),
    ...digits("It is of the class of that number: accept it as such", "Decide and go on"),
    bind("t", { do: "relabel" }, "Type its class", "Decide and go on"),
    bind("s", { do: "skip" }, "Skip: leave it to others or to later", "Decide and go on"),
    bind("u", { do: "undo" }, "Undo, and go back to it", "Decide and go on"),
    bind("j ArrowRight", { do: "next" }, "Next, undecided", "Look around"),
    bind("k ArrowLeft", { do: "previous" }, "Back", "Look around"),
    bind("c", { do: "comment" }, "Comment", "Look around"),
    bind("Shift+a", { do: "accept-many" }, "Accept all above a confidence", "Look around"),
    bind("Shift+r", { do: "review" }, "Leave review", "Look around"),
    ...TOOL_KEYS,
    ...ANYWHERE,
  ],
};

const MAPS = new Map(
  Object.entries(BINDINGS).map(([scope, bindings]) => [
    scope,
    new Map(bindings.flatMap(({ keys, command }) => keys.map((key) => [key, command] as const))),
  ]),
);

/** All bindings of a scope. */
export const bindingsOf = (scope: Scope): readonly Binding[] => BINDINGS[scope];

/** The command of a key press in a scope; null where the key is the browser's own. */
export function commandOf(press: Keys, scope: Scope): Command | null {
  return MAPS.get(scope)?.get(nameOf(press)) ?? null;
}

/** The press in the words of the bindings. Shift counts with letters and arrows alone: it is part of how other signs are typed. */
function nameOf({ key, ctrlKey, metaKey, altKey, shiftKey }: Keys): string {
  const isLetter = /^[a-z]$/i.test(key);
  const held = [
    ...(ctrlKey || metaKey ? ["Ctrl"] : []),
    ...(altKey ? ["Alt"] : []),
    ...(shiftKey && (isLetter || key.startsWith("Arrow")) ? ["Shift"] : []),
  ];
  return [...held, isLetter ? key.toLowerCase() : key].join("+");
}

const SIGNS: Readonly<Record<string, string>> = {
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  Escape: "Esc",
  Delete: "Del",
  Backspace: "⌫",
};

/** A key as it stands on the keyboard, such as `Ctrl+K`. */
export function keySign(key: string): string {
  return key
    .split("+")
    .map((part) => SIGNS[part] ?? (part.length === 1 ? part.toUpperCase() : part))
    .join("+");
}

type SheetRow = { keys: readonly string[]; what: string };

/** The keys of a scope as the key sheet lists them: what means the same stands in one row. */
export function keySheet(scope: Scope): { title: string; rows: SheetRow[] }[] {
  const groups = Map.groupBy(BINDINGS[scope], (binding) => binding.group);
  return [...groups].map(([title, bindings]) => ({
    title,
    rows: [...Map.groupBy(bindings, (binding) => binding.what)].map(([what, same]) => {
      const keys = same.flatMap((binding) => binding.keys.map(keySign));
      return { what, keys: keys.length === 9 ? ["1–9"] : keys };
    }),
  }));
}

/** The first key of a command in a scope, for tooltips; undefined where it has none. */
export function keyOf(command: Command, scope: Scope): string | undefined {
  const wanted = JSON.stringify(command);
  const binding = BINDINGS[scope].find((each) => JSON.stringify(each.command) === wanted);
  const key = binding?.keys[0];
  return key && keySign(key);
}
