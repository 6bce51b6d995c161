// The picture: for each sender bars of the ratio to its floor, at 1 KiB. Plain SVG: no script, no font of its own, legible on
// light and dark.
import { ratio } from './measure.mjs'

const bar = { height: 18, gap: 6, left: 210, width: 430 }
const groupGap = 40

/** @param subjects pairs of a title and the times of one group, of which `floor` is one */
export function draw(subjects, caption) {
  let y = 64
  const parts = subjects.map(([title, times]) => {
    const bars = barsOf(times)
    const top = y
    y += bars.length * (bar.height + bar.gap) + groupGap
    return drawGroup(title, bars, top)
  })
  const [width, height] = [bar.left + bar.width + 70, y - 10]
  const label = 'Verifications a second against the least code that does the same, at 1 KiB'
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${label}">
<style>
  text { font: 13px system-ui, sans-serif; fill: #1f2328; }
  .title { font-weight: 600; }
  .small { font-size: 11px; fill: #59636e; }
  .own { fill: #0969da; }
  .floor { fill: #8c959f; }
  .peer { fill: #bf8700; }
  .limit { stroke: #8c959f; stroke-dasharray: 3 3; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; }
    .small { fill: #9198a1; }
    .own { fill: #4493f8; }
    .floor { fill: #656c76; }
    .peer { fill: #d29922; }
  }
</style>
<text class="title" x="12" y="20">${label}</text>
<text class="small" x="12" y="38">${escapeText(caption)}</text>
${parts.join('\n')}
</svg>
`
}

function barsOf(times) {
  const bars = Object.keys(times).map((name) => ({ name, value: ratio(times[name].cpu, times.floor.cpu).ratio }))
  return bars.toSorted((a, b) => b.value - a.value)
}

function drawGroup(title, bars, top) {
  const most = Math.max(1, ...bars.map(({ value }) => value))
  const limit = bar.left + bar.width / most
  const bottom = top + bars.length * (bar.height + bar.gap)
  const lines = bars.map(({ name, value }, i) => drawBar(name, value, most, top + i * (bar.height + bar.gap)))
  return `<text class="title" x="12" y="${top - 8}">${escapeText(title)}</text>
${lines.join('\n')}
<line class="limit" x1="${limit}" x2="${limit}" y1="${top - 3}" y2="${bottom}"/>`
}

function drawBar(name, value, most, y) {
  const width = Math.max(1, (bar.width * value) / most).toFixed(1)
  const kind = name.startsWith('floor') ? 'floor' : name.startsWith('countersign') ? 'own' : 'peer'
  const middle = y + 13
  return `<text x="${bar.left - 8}" y="${middle}" text-anchor="end">${escapeText(name)}</text><rect class="${kind}" x="${bar.left}" y="${y}" width="${width}" height="${bar.height}" rx="2"/><text x="${bar.left + Number(width) + 6}" y="${middle}">${value.toFixed(2)}</text>`
}

function escapeText(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
