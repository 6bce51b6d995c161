import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'

type Versions = Readonly<Record<string, string>>

interface Entry {
  readonly version?: string
  readonly integrity?: string
  readonly resolved?: string
  readonly link?: boolean
  readonly inBundle?: boolean
  readonly hasInstallScript?: boolean
  readonly dependencies?: Versions
  readonly devDependencies?: Versions
  readonly optionalDependencies?: Versions
  readonly peerDependencies?: Versions
}

interface Manifest extends Entry {
  readonly scripts?: Versions
  readonly overrides?: Versions
  readonly bundleDependencies?: unknown
  readonly allowScripts?: Readonly<Record<string, boolean>>
}

const exact = /^\d+\.\d+\.\d+$/

function read<T>(file: string): T {
  return JSON.parse(readFileSync(file, 'utf8'))
}

/** Every lock that is not part of an installation: that of the package, and those of suites with tools of their own. */
function findLocks(folder: string, depth = 0): readonly string[] {
  const own = existsSync(join(folder, 'package-lock.json')) ? [join(folder, 'package-lock.json')] : []
  if (depth > 3) return own
  const entries = readdirSync(folder, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && entry.name !== 'node_modules' && entry.name !== '.git',
  )
  return [...own, ...entries.flatMap(({ name }) => findLocks(join(folder, name), depth + 1))]
}

const manifest = read<Manifest>('package.json')
const lockFiles = findLocks('.')
const locks = lockFiles.map((file) => ({
  file,
  project: read<Manifest>(join(dirname(file), 'package.json')),
  entries: Object.entries(read<{ packages: Record<string, Entry> }>(file).packages).filter(([path]) => path !== ''),
}))
const main = new Map(locks.find(({ file }) => file === 'package-lock.json')?.entries)

/** The entries of all locks that a rule does not hold for, for a message that names them. */
function offenders(breaks: (entry: Entry) => boolean): readonly string[] {
  return locks.flatMap(({ file, entries }) =>
    entries.filter(([, entry]) => breaks(entry)).map(([path]) => `${file}: ${path}`),
  )
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)

describe('what is installed with the package', () => {
  it('is jose and zod, and nothing else', () => {
    expect(Object.keys(manifest.dependencies ?? {}).sort()).toEqual(['jose', 'zod'])
    expect(manifest.optionalDependencies).toBeUndefined()
    expect(manifest.peerDependencies).toBeUndefined()
    expect(manifest.bundleDependencies).toBeUndefined()
  })

  it.each(['jose', 'zod'])('%s is one exact version, without dependencies and install scripts of its own', (name) => {
    const entry = main.get(`node_modules/${name}`)
    expect(entry?.version).toMatch(exact)
    expect(manifest.dependencies?.[name]).toBe(entry?.version)
    expect(entry?.dependencies).toBeUndefined()
    expect(entry?.optionalDependencies).toBeUndefined()
    expect(entry?.peerDependencies).toBeUndefined()
    expect(entry?.hasInstallScript).toBeUndefined()
  })

  it('runs no script of ours while it is installed', () => {
    const hooks = ['preinstall', 'install', 'postinstall', 'prepare', 'preprepare', 'postprepare', 'prepublish']
    expect(Object.keys(manifest.scripts ?? {}).filter((name) => hooks.includes(name))).toEqual([])
  })
})

describe('what the project is developed and tested with', () => {
  it('is named by exact versions', () => {
    const loose = locks.flatMap(({ file, project: { dependencies, devDependencies, overrides } }) =>
      Object.entries({ ...dependencies, ...devDependencies, ...overrides })
        .filter(([, version]) => !exact.test(version.replace(/^npm:(@?[^@]+)@/, '')))
        .map(([name, version]) => `${file}: ${name} ${version}`),
    )
    expect(loose).toEqual([])
  })

  it('is locked by hash, and from no registry in particular', () => {
    expect(main.size).toBeGreaterThan(100)
    expect(lockFiles.length).toBeGreaterThan(2)
    expect(
      offenders(({ integrity, link, inBundle }) => !link && !inBundle && !/^sha512-/.test(integrity ?? '')),
    ).toEqual([])
    expect(offenders(({ resolved, link }) => !link && resolved !== undefined)).toEqual([])
  })

  it('runs no install script where the package is built', () => {
    const scripted = [...main].filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => nameOf(path))
    expect(scripted.filter((name) => manifest.allowScripts?.[name] !== false)).toEqual([])
  })
})

describe('the workflow', () => {
  const workflow = readFileSync('.github/workflows/ci.yml', 'utf8')
  const lines = workflow.split('\n')
  const matching = (pattern: RegExp): readonly string[] => lines.filter((line) => pattern.test(line))

  it('pins every action by its hash, and says which version that is', () => {
    const uses = matching(/\buses:/)
    expect(uses.length).toBeGreaterThan(0)
    expect(uses.filter((line) => !/^ +(- )?uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual(
      [],
    )
  })

  it('names one hash for one action', () => {
    const pins = matching(/\buses:/).map((line) => line.replace(/^.*uses: /, ''))
    const actions = new Set(pins.map((pin) => pin.replace(/@.*/, '')))
    expect(new Set(pins).size).toBe(actions.size)
  })

  it('may read, and nothing else but prove its identity when it publishes', () => {
    expect(workflow).toMatch(/^permissions:\n {2}contents: read\n\n/m)
    expect(matching(/: (write|write-all|read-all)\b/).map((line) => line.trim())).toEqual(['id-token: write'])
    expect(workflow.indexOf('id-token: write')).toBeGreaterThan(workflow.indexOf('\n  release:\n'))
  })

  it('leaves no credentials behind, and runs no code of a pull request with its secrets', () => {
    const checkouts = matching(/uses: actions\/checkout@/).length
    expect(checkouts).toBeGreaterThan(0)
    expect(matching(/^ +persist-credentials: false$/)).toHaveLength(checkouts)
    expect(workflow).not.toMatch(/pull_request_target|workflow_run/)
  })

  it('puts nothing into a shell that comes from outside', () => {
    expect(matching(/^ +(- )?run:.*\$\{\{(?! matrix\.)/)).toEqual([])
  })

  it('publishes by identity, without a token', () => {
    expect(workflow).not.toMatch(/NODE_AUTH_TOKEN|NPM_TOKEN/)
    expect(matching(/\bnpm publish\b/).map((line) => line.trim())).toContain('- run: npm publish')
  })

  it('calls only scripts that there are', () => {
    const suites = /suite: \[(.*)\]/.exec(workflow)?.[1]?.split(', ') ?? []
    expect(suites.length).toBeGreaterThan(0)
    expect(suites.filter((name) => manifest.scripts?.[name] === undefined)).toEqual([])
  })
})
