/** A web stream of these chunks, whatever they are; `more` replaces or adds to its source. */
export function webStream(
  chunks: readonly unknown[],
  more: UnderlyingDefaultSource<unknown> = {},
): ReadableStream<unknown> {
  const queue = [...chunks]
  return new ReadableStream({
    pull: (controller) => (queue.length > 0 ? controller.enqueue(queue.shift()) : controller.close()),
    ...more,
  })
}
