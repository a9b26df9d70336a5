import { type RefObject, type UIEvent, useEffect, useState } from "react";

/** Browsers make nothing higher than this (Firefox gives up at 17.8 million pixels, Chromium at 33.5). */
const MOST_PIXELS = 16_000_000;

/**
 * Scrolls through a content of any height. Where it is higher than a browser can make it, the bar stands for a part of it each pixel:
 * the content is moved by `shift` against the track. `top` and `height` are what is seen of the content.
 */
export function useLongScroll(frame: RefObject<HTMLDivElement | null>, contentHeight: number) {
  const [seen, setSeen] = useState({ scrollTop: 0, height: 600 });
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setSeen((value) => ({ ...value, height: element.clientHeight })));
    observer.observe(element);
    return () => observer.disconnect();
  }, [frame]);

  const trackHeight = Math.min(contentHeight, MOST_PIXELS);
  const [most, mostTrack] = [contentHeight - seen.height, trackHeight - seen.height];
  const scale = contentHeight > MOST_PIXELS && mostTrack > 0 ? most / mostTrack : 1;
  const top = seen.scrollTop * scale;
  return {
    trackHeight,
    top,
    height: seen.height,
    shift: top - seen.scrollTop,
    onScroll(event: UIEvent<HTMLDivElement>): void {
      const { scrollTop, clientHeight } = event.currentTarget;
      setSeen({ scrollTop, height: clientHeight });
    },
    /** Brings a part of the content into sight, with its neighbour. */
    reveal(from: number, extent: number): void {
      const element = frame.current;
      if (!element) return;
      if (from < top) element.scrollTop = (from - extent) / scale;
      else if (from + extent > top + seen.height) element.scrollTop = (from + 2 * extent - seen.height) / scale;
    },
  };
}
