import { type Compared, readCompared, writeCompared } from "../compare/comparison.ts";
import type { Beside } from "../workspace/workspace-state.ts";
import type { View } from "./camera.ts";
import { FIRST_LOOK, type Look, readLook, writeLook } from "./colours/look.ts";
import type { Turn } from "./layers/to-screen.ts";
import { type Listing, readListing, writeListing } from "./listing-address.ts";

/** What of the workspace stands in the address bar, so that a copied link opens at the same place. `page` is 0-based. */
export type Address = {
  view: View | null;
  turn: Turn;
  findingId: string | null;
  runId: string | null;
  page: number;
  look: Look;
  beside: Beside | null;
  listing: Listing;
  compared: Compared;
};

/** What an address says beside the place: nothing unusual. */
export const PLAIN = { turn: { degrees: 0, flipped: false }, look: FIRST_LOOK };

/** Reads an address's search part; what is not understood is left out. */
export function readAddress(search: string): Address {
  const parameters = new URLSearchParams(search);
  const number = (name: string): number => Number.parseFloat(parameters.get(name) ?? "");
  const view = { x: number("x"), y: number("y"), zoom: number("zoom") };
  const whole = Number.isFinite(view.x) && Number.isFinite(view.y) && view.zoom > 0 && Number.isFinite(view.zoom);
  // People count pages from 1.
  const page = Math.max(1, Number.parseInt(parameters.get("page") ?? "1", 10) || 1) - 1;
  const turn = { degrees: ((number("rotate") || 0) + 360) % 360, flipped: parameters.get("flip") === "1" };
  const [findingId, runId] = [parameters.get("finding"), parameters.get("run")];
  const [imageId, besideRun] = [parameters.get("beside"), parameters.get("besideRun")];
  const beside = imageId === null ? null : { imageId, runId: besideRun };
  return {
    view: whole ? view : null,
    turn,
    findingId,
    runId,
    page,
    look: readLook(parameters),
    beside,
    listing: readListing(parameters),
    compared: readCompared(parameters),
  };
}

type Unusual = "beside" | "listing" | "compared";
type Written = Omit<Address, Unusual> & Partial<Pick<Address, Unusual>>;

/** Writes an address's search part: places to a tenth of a pixel, zoom to five digits. */
export function writeAddress(address: Written): string {
  const parameters = new URLSearchParams();
  if (address.page > 0) parameters.set("page", String(address.page + 1));
  if (address.view) {
    parameters.set("x", String(Math.round(address.view.x * 10) / 10));
    parameters.set("y", String(Math.round(address.view.y * 10) / 10));
    parameters.set("zoom", String(Number(address.view.zoom.toPrecision(5))));
  }
  if (address.turn.degrees !== 0) parameters.set("rotate", String(address.turn.degrees));
  if (address.turn.flipped) parameters.set("flip", "1");
  if (address.findingId) parameters.set("finding", address.findingId);
  if (address.runId) parameters.set("run", address.runId);
  if (address.beside) parameters.set("beside", address.beside.imageId);
  if (address.beside?.runId) parameters.set("besideRun", address.beside.runId);
  if (address.listing) writeListing(parameters, address.listing);
  writeLook(parameters, address.look);
  if (address.compared) writeCompared(parameters, address.compared);
  // Colons and commas stand in a search part as they are.
  const text = parameters.toString().replaceAll("%3A", ":").replaceAll("%2C", ",");
  return text ? `?${text}` : "";
}
