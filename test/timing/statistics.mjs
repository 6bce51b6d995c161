// Welch's t test with the cropping of the dudect method (Reparaz, Balasch, Verbauwhede, 2017).

/** From here on a difference counts as seen; by chance one test gives it in about one of 150,000 runs. */
export const threshold = 4.5

/** Measurements above a percentile are dropped, since they are the machine's and not the function's. */
const percentiles = [1, ...Array.from({ length: 100 }, (_, index) => 1 - 0.5 ** ((10 * (index + 1)) / 100))]

/**
 * The t with the greatest amount of all croppings.
 *
 * @param {Float64Array} times
 * @param {Uint8Array} classes 0 or 1 for each time
 */
export function strongestT(times, classes) {
  const sorted = times.slice().sort()
  return percentiles
    .map((percentile) => welchT(times, classes, sorted[Math.ceil(percentile * sorted.length) - 1]))
    .reduce((strongest, t) => (Math.abs(t) > Math.abs(strongest) ? t : strongest))
}

/** t of the means of both classes, of the times up to the highest; 0 where a class has too few of them. */
export function welchT(times, classes, highest) {
  const moments = [createMoments(), createMoments()]
  for (let i = 0; i < times.length; i += 1) if (times[i] <= highest) moments[classes[i]].add(times[i])
  const [first, second] = moments.map(({ result }) => result())
  if (first.count < 1000 || second.count < 1000) return 0
  return (first.mean - second.mean) / Math.sqrt(first.variance / first.count + second.variance / second.count)
}

/** Mean and variance in one pass (Welford). */
function createMoments() {
  let [count, mean, squares] = [0, 0, 0]
  return {
    add(value) {
      count += 1
      const difference = value - mean
      mean += difference / count
      squares += difference * (value - mean)
    },
    result: () => ({ count, mean, variance: squares / (count - 1) }),
  }
}
