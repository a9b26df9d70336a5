/** What a key asks for. */
export type Command =
  | { do: "accept" | "reject" | "reopen" | "next" | "previous" | "undo" | "delete" | "relabel" | "place" }
  | { do: "class"; number: number }
  | { do: "hide" | "rectangle" | "move" | "keys" | "escape" | "fit" | "zoom-in" | "zoom-out" | "one-to-one" }
  | { do: "pan"; dx: number; dy: number }
  | { do: "rotate"; degrees: number }
  | { do: "flip" };

type Keys = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey">;

const PAN_PIXELS = 120;
const PLAIN = new Map<string, Command>(
  Object.entries({
    y: { do: "accept" },
    x: { do: "reject" },
    q: { do: "reopen" },
    j: { do: "next" },
    ArrowRight: { do: "next" },
    ArrowDown: { do: "next" },
    k: { do: "previous" },
    ArrowLeft: { do: "previous" },
    ArrowUp: { do: "previous" },
    u: { do: "undo" },
    t: { do: "relabel" },
    h: { do: "hide" },
    r: { do: "rectangle" },
    m: { do: "move" },
    Enter: { do: "place" },
    Delete: { do: "delete" },
    Backspace: { do: "delete" },
    "?": { do: "keys" },
    Escape: { do: "escape" },
    "0": { do: "fit" },
    "+": { do: "zoom-in" },
    "=": { do: "zoom-in" },
    "-": { do: "zoom-out" },
    z: { do: "one-to-one" },
    "[": { do: "rotate", degrees: -90 },
    "]": { do: "rotate", degrees: 90 },
    f: { do: "flip" },
  }),
);
const PANS = new Map<string, Command>(
  Object.entries({
    ArrowLeft: { do: "pan", dx: -PAN_PIXELS, dy: 0 },
    ArrowRight: { do: "pan", dx: PAN_PIXELS, dy: 0 },
    ArrowUp: { do: "pan", dx: 0, dy: -PAN_PIXELS },
    ArrowDown: { do: "pan", dx: 0, dy: PAN_PIXELS },
  }),
);

/** The command of a key press; null where the key is the browser's own. */
export function commandOf({ key, ctrlKey, metaKey, altKey }: Keys): Command | null {
  if (ctrlKey || metaKey) return key.toLowerCase() === "z" && !altKey ? { do: "undo" } : null;
  if (altKey) return PANS.get(key) ?? null;
  if (/^[1-9]$/.test(key)) return { do: "class", number: Number(key) };
  return PLAIN.get(key.length === 1 ? key.toLowerCase() : key) ?? null;
}

/** The keys as the key sheet lists them. */
export const KEY_SHEET: readonly { title: string; keys: readonly (readonly [keys: string, what: string])[] }[] = [
  {
    title: "Review",
    keys: [
      ["Y", "Accept, and go on to the next"],
      ["X", "Reject, and go on to the next"],
      ["Q", "Back in the queue"],
      ["1–9", "Give the class of that number"],
      ["T", "Give a class by typing it"],
      ["J →", "Next finding"],
      ["K ←", "Previous finding"],
      ["U", "Undo, also Ctrl+Z"],
    ],
  },
  {
    title: "Picture",
    keys: [
      ["+ −", "Zoom"],
      ["0", "Whole picture"],
      ["Z", "One picture pixel, one screen pixel"],
      ["Alt arrows", "Pan"],
      ["[ ]", "Turn by a quarter"],
      ["F", "Mirror"],
      ["H", "Hide or show all findings"],
      ["Shift", "Held: peek beneath them"],
    ],
  },
  {
    title: "Draw",
    keys: [
      ["R", "Rectangle"],
      ["Enter", "Rectangle chosen: place one in the middle"],
      ["M", "Move"],
      ["Space", "Held: move while drawing"],
      ["Del", "Remove what was drawn, reject what a model found"],
      ["Esc", "Leave the tool, close, select nothing"],
      ["?", "This sheet"],
    ],
  },
];
