// The tables of a run: the same ones on the terminal and in docs/performance.md.
import { importHead, importRows } from './imports.mjs'
import { median, ratio } from './measure.mjs'
import { installedHead, installedRows, partsHead, partsRows, sizeHead, sizeRows } from './size.mjs'
import { dearer, evaluate, refusals, sizeLabel } from './targets.mjs'
import { typesHead, typesRows } from './types.mjs'

/** Of the subjects alone. @returns by name, the name between its markers: `head` and `rows` */
export function subjectTables({ node, kinds }) {
  const names = (kind) => Object.keys(node).filter((name) => kinds[name] === kind)
  return {
    'accepted-senders': ratioTable(node, names('sender'), 'accepted', 'cpu'),
    'accepted-schemes': ratioTable(node, names('scheme'), 'accepted', 'cpu'),
    'refused-senders': ratioTable(node, names('sender'), 'refused', 'cpu'),
    'refused-schemes': ratioTable(node, names('scheme'), 'refused', 'cpu'),
    refusals: {
      head: ['', 'fault', 'times as cheap as accepting'],
      rows: refusals(node).map(({ subject, fault, value }) => [subject, fault, value.toFixed(1)]),
    },
  }
}

/** Of a whole run. */
export function tablesOf(data) {
  const { web, growth, memory, sizes, imports, types, profile } = data
  const targets = evaluate(data)
  return {
    targets: {
      head: ['what', 'target', 'measured', ''],
      rows: targets.map(({ what, target, measured, met }) => [what, target, measured, met ? 'met' : 'NOT MET']),
    },
    reasons: {
      head: ['not met', 'what stands in the way'],
      rows: targets.filter(({ met }) => !met).map(({ what, why }) => [what, why ?? 'NOT KNOWN']),
    },
    profile: profileTable(profile),
    ...subjectTables(data),
    'webcrypto-one': ratioTable(web, Object.keys(web), 'accepted', 'wall'),
    'webcrypto-many': ratioTable(web, Object.keys(web), 'inFlight', 'wall'),
    growth: growthTable(growth),
    memory: {
      head: ['', 'body as', 'most at one time', 'kept with the delivery', 'made in all'],
      rows: Object.entries(memory).flatMap(([subject, shapes]) =>
        Object.entries(shapes).map(([shape, { held, peak, made }]) => [
          subject,
          shape,
          ...[peak, held, made].map((one) => one.toFixed(2)),
        ]),
      ),
    },
    ...(imports && { imports: { head: importHead, rows: importRows(imports) } }),
    ...(sizes && { size: { head: sizeHead, rows: sizeRows(sizes) } }),
    ...(sizes && { parts: { head: partsHead, rows: partsRows(sizes) } }),
    ...(sizes && { installed: { head: installedHead, rows: installedRows(sizes) } }),
    ...(types && { types: { head: typesHead, rows: typesRows(types) } }),
  }
}

/** A line a contestant, a column a size: the ratio to the floor, and at 1 KiB the time and the quartiles too. */
function ratioTable(subjects, names, what, clock) {
  const groupsOf = (name) => subjects[name].filter((group) => group.what === what)
  const columns = (names.length === 0 ? [] : groupsOf(names[0])).map(({ size, shape }) => ({ size, shape }))
  const title = ({ size, shape }) => (shape === undefined ? sizeLabel(size) : `${sizeLabel(size)}, ${shape}`)
  const rows = names.flatMap((name) => {
    const groups = groupsOf(name)
    if (groups.length === 0) return [] // nothing is ever refused
    return Object.keys(groups[0].times).map((contestant) => {
      const cells = groups.map(({ times }) => ratio(times[contestant][clock], times.floor[clock]))
      const middle = groups.findIndex(({ size }) => size === 1024)
      const time = median(groups[middle].times[contestant][clock])
      const spread = cells[middle].spread.map((one) => one.toFixed(2)).join(' – ')
      return [name, contestant, ...cells.map((cell) => cell.ratio.toFixed(2)), spread, time.toFixed(1)]
    })
  })
  return { head: ['', 'what', ...columns.map(title), '1 KiB, quartiles', '1 KiB, µs'], rows }
}

function growthTable(growth) {
  const sizes = Object.keys(growth).map(Number)
  const names = Object.keys(growth[sizes[0]])
  const perByte = (size, name) => ((median(growth[size][name].cpu) / size) * 1000).toFixed(1)
  const rows = sizes.map((size) => [sizeLabel(size), ...names.map((name) => perByte(size, name))])
  const last = ['the last by the first', ...names.map((name) => dearer(growth, name).toFixed(2))]
  return { head: ['body', ...names.map((name) => `${name}, ns a byte`)], rows: [...rows, last] }
}

/** In per cent; a part that takes nothing is left empty. */
function profileTable(profile) {
  const all = Object.entries(profile).flatMap(([name, results]) => results.map((result) => ({ name, ...result })))
  const parts = Object.keys(all[0].shares)
  const rows = all.map(({ name, size, shares }) => [
    name,
    sizeLabel(size),
    ...parts.map((part) => (shares[part] < 0.005 ? '' : (100 * shares[part]).toFixed(0))),
  ])
  return { head: ['', 'body', ...parts.map((part) => `${part}, %`)], rows }
}

export function markdown({ head, rows }) {
  const line = (cells) => `| ${cells.map((cell) => String(cell ?? '')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
