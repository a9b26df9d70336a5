/**
 * Bytes through a stream that changes them (packs, unpacks), as fast as they are read. A fault of the source or of the stream is
 * thrown; a reader that leaves closes the source.
 */
export async function* through(
  bytes: AsyncIterable<Uint8Array>,
  change: { readonly writable: WritableStream<BufferSource>; readonly readable: ReadableStream<Uint8Array> },
): AsyncGenerator<Uint8Array> {
  const writer = change.writable.getWriter();
  const reader = change.readable.getReader();
  const faults: unknown[] = [];
  let isLeft = false;
  const pump = async (): Promise<void> => {
    try {
      for await (const piece of bytes) {
        if (isLeft) return;
        await writer.ready;
        await writer.write(new Uint8Array(piece));
      }
      await writer.close();
    } catch (error) {
      faults.push(error);
      await writer.abort(error).catch(() => undefined);
    }
  };
  const pumped = pump();
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
  } catch (error) {
    await pumped;
    throw faults[0] ?? error;
  } finally {
    isLeft = true;
    await reader.cancel().catch(() => undefined);
    await pumped;
  }
}
