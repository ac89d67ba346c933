import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, watch } from 'node:fs'
import { join } from 'node:path'
import type { Driver } from '../../drivers/driver.ts'
import { type PointSpec, type Profile, pointsOf } from '../../drivers/profile.ts'
import { fail } from '../core/errors.ts'
import { writeDurably } from '../site/file.ts'
import { type Path, pathOf, readJson, type SiteProblem } from '../site/jsonproblems.ts'
import { pointOf, profileOutline } from '../site/schema.ts'

/** A profile and where it is from: `file` is null for what is built in. */
export interface Known {
  readonly profile: Profile
  readonly file: string | null
}
export interface Library {
  readonly known: readonly Known[]
  readonly problems: readonly SiteProblem[]
  /** Of the site's own profiles as they are in use: a broken edit leaves it, because the last good version goes on. */
  readonly hash: string
}

/**
 * Checks one profile as a whole.
 * @param taken ids that are in use, with the place that has them
 */
export function checkProfile(source: string, drivers: readonly Driver[], taken: ReadonlyMap<string, string>) {
  const { value, problems, add, addIssues } = readJson(source)
  const done = (profile: Profile | null) => ({ profile: problems.length > 0 ? null : profile, problems })
  if (value === undefined) return done(null)
  const parsed = profileOutline.safeParse(value, { reportInput: true })
  if (!parsed.success) {
    addIssues([], parsed.error.issues)
    return done(null)
  }
  const raw = parsed.data
  const other = taken.get(raw.id)
  if (other !== undefined) add(['id'], 'profile-name-taken', { id: raw.id, other })

  const specs = (list: readonly object[], base: Path, driver: Driver): PointSpec[] | null => {
    let whole = true
    for (const [i, spec] of list.entries()) {
      const result = pointOf(driver).safeParse(spec, { reportInput: true })
      if (result.success) continue
      addIssues([...base, i], result.error.issues)
      whole = false
    }
    return whole ? (list as PointSpec[]) : null
  }
  const keys = new Set<string>()
  for (const [i, point] of raw.points.entries()) {
    const { key } = point
    if (key === 'online') add(['points', i, 'key'], 'reserved-key')
    if (keys.has(key)) add(['points', i, 'key'], 'duplicate-id', { id: key })
    keys.add(key)
    if (point.range && point.range[0] > point.range[1]) add(['points', i, 'range'], 'range-inverted')
  }
  for (const { key } of raw.probe?.points ?? []) keys.add(key)
  for (const [i, { key }] of (raw.probe?.facts ?? []).entries())
    if (!keys.has(key)) add(['probe', 'facts', i, 'key'], 'probe-unknown-point', { key })

  const said = problems.length
  for (const [i, protocol] of raw.protocols.entries()) {
    const driver = drivers.find(d => d.protocol === protocol)
    if (!driver) {
      add(['protocols', i], 'unknown-protocol', { protocol, known: drivers.map(d => d.protocol).join(', ') })
      continue
    }
    // Three Modbus transports find the same fault three times.
    if (problems.length > said) continue
    for (const [base, list] of [
      [['points'], raw.points],
      [['probe', 'points'], raw.probe?.points ?? []],
    ] as const) {
      const whole = specs(list, base, driver)
      if (!whole || whole.length === 0) continue
      for (const p of driver.check({}, pointsOf('x', whole, driver, 1))) {
        const [, ...rest] = pathOf(p.path)
        add([...base, ...rest], p.code, p.params)
      }
    }
  }
  const { $schema: _, ...profile } = raw
  return done(profile as unknown as Profile)
}

/**
 * The profiles of a site: JSON files in `<data>/profiles`, edited by hand. A broken one does not take its devices away:
 * its last good version goes on, and the problem is shown.
 */
export function openProfiles(dataFolder: string, drivers: readonly Driver[], builtIn: readonly Profile[]) {
  const folder = join(dataFolder, 'profiles')
  const goodFolder = join(folder, '.last-good')
  mkdirSync(goodFolder, { recursive: true, mode: 0o750 })
  let library: Library = { known: [], problems: [], hash: '' }
  let seen = ''

  function load(): boolean {
    const files = namesIn(folder)
    const texts = createHash('sha256')
    const known: Known[] = builtIn.map(profile => ({ profile, file: null }))
    const taken = new Map(builtIn.map(p => [p.id, 'Gatehouse']))
    const problems: SiteProblem[] = []
    for (const file of files) {
      const text = read(join(folder, file))
      texts.update(`${file}\0${text ?? ''}\0`)
      const checked = text === null ? unreadable() : checkProfile(text, drivers, taken)
      problems.push(...checked.problems.map(p => ({ ...p, path: `profiles/${file}${p.path && `: ${p.path}`}` })))
      const good = join(goodFolder, file)
      if (checked.profile && text !== null && read(good) !== text) writeDurably(good, text)
      const profile = checked.profile ?? checkProfile(read(good) ?? '', drivers, taken).profile
      if (!profile) continue
      known.push({ profile, file })
      taken.set(profile.id, `profiles/${file}`)
    }
    for (const file of namesIn(goodFolder)) if (!files.includes(file)) rmSync(join(goodFolder, file), { force: true })
    const hash = createHash('sha256')
    for (const { profile, file } of known) if (file !== null) hash.update(JSON.stringify(profile))
    library = { known, problems, hash: hash.digest('hex') }
    const before = seen
    seen = texts.digest('hex')
    return seen !== before
  }
  load()

  /** @throws profile-invalid, profile-name-taken */
  function checked(profile: object): Profile {
    const taken = new Map(library.known.map(k => [k.profile.id, k.file === null ? 'Gatehouse' : `profiles/${k.file}`]))
    const { profile: good, problems } = checkProfile(JSON.stringify(profile), drivers, taken)
    const { id } = profile as { id?: string }
    const other = id === undefined ? undefined : taken.get(id)
    if (other !== undefined) fail('profile-taken', { id: id!, other })
    return good ?? fail('profile-invalid', { count: problems.length }, { problems })
  }
  return {
    /** @throws profile-invalid */
    check: (profile: object): void => void checked(profile),
    /**
     * A new one of the site's own, in use from now on.
     * @param keep calls `write`; what it throws leaves everything as it was
     * @throws profile-invalid, profile-taken
     */
    add(profile: object, keep: (write: () => void) => void): Known {
      const good = checked(profile)
      const file = `${good.id}.json`
      if (read(join(folder, file)) !== null) fail('profile-taken', { id: good.id, other: `profiles/${file}` })
      keep(() => writeDurably(join(folder, file), `${JSON.stringify(profile, null, 2)}\n`))
      load()
      return { profile: good, file }
    },
    current: (): Library => library,
    profiles: (): readonly Profile[] => library.known.map(k => k.profile),
    /** Calls back when a file was added, changed or removed, and the library is already the new one. */
    watch(changed: () => void): () => void {
      let timer: NodeJS.Timeout | undefined
      const watcher = watch(folder, (_, name) => {
        if (name !== null && !name.endsWith('.json')) return
        clearTimeout(timer)
        timer = setTimeout(() => load() && changed(), 200)
      })
      watcher.on('error', () => {})
      return () => {
        clearTimeout(timer)
        watcher.close()
      }
    },
  }
}
export type OwnProfiles = ReturnType<typeof openProfiles>

const namesIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter(e => e.isFile() && e.name.endsWith('.json') && !e.name.startsWith('.'))
    .map(e => e.name)
    .sort()

/** Null when it is no UTF-8, or cannot be read. */
function read(path: string): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path))
  } catch {
    return null
  }
}

function unreadable() {
  const { add, problems } = readJson('{}')
  add([], 'site-encoding')
  return { profile: null, problems }
}
