import type { Driver } from '../../drivers/driver.ts'
import { needsWhy, type SiteChange, siteChanges, undone } from '../../rules/sitechange.ts'
import type { OwnProfiles } from '../channels/ownprofiles.ts'
import { iso } from '../core/clock.ts'
import { fail, fill } from '../core/errors.ts'
import { type Actor, GATEWAY } from '../core/events.ts'
import type { Log } from '../core/log.ts'
import type { SiteChangeView, SiteImport, SiteMerge, SiteProblem, SiteView } from '../http/contract.ts'
import type { SiteVersion, SiteVersions, VersionWay } from '../records/siteversions.ts'
import type { Note, Trail } from '../records/trail.ts'
import { exportCsv, type RawSite } from './csv.ts'
import { hashOf, type SiteFile, type SiteText } from './file.ts'
import { importCsv } from './import.ts'
import { laid } from './lay.ts'
import { problemTexts } from './problems.ts'
import { tuneRule } from './remedies.ts'
import { siteSchema } from './schema.ts'
import { checkSite, type Site } from './site.ts'

/** With what a person saves: why, and by which way. */
export interface Saying {
  readonly why?: string | null | undefined
  readonly way: VersionWay
  /** The version that this one takes back. */
  readonly undoes?: number
  /** A click that says by itself why it is made asks for no further words. */
  readonly whyKnown?: boolean
}

/** The site that a text holds; undefined: it is no JSON. */
const jsonOf = (text: string | null | undefined): unknown => {
  try {
    return text ? JSON.parse(text.replace(/^\uFEFF/, '')) : undefined
  } catch {
    return undefined
  }
}
/** So many changes stand on the trail by name; all of them are kept with the version. */
const TOLD_CHANGES = 20

export interface Running {
  readonly site: Site
  readonly since: number
  readonly points: ReadonlyMap<unknown, unknown>
}

/**
 * Decides which site runs. The file on the disk when it is whole and right; otherwise the last one that was, with the
 * problems shown: a broken edit must not blind a building. Hand edits are seen and checked as they are saved.
 */
export function keepSite(options: {
  readonly file: SiteFile
  readonly drivers: readonly Driver[]
  readonly profiles: OwnProfiles
  readonly trail: Trail
  readonly versions: SiteVersions
  readonly now: () => number
  readonly log: Log
  readonly running: () => Running | null
  /** Runs this site instead of what runs now. */
  readonly run: (site: Site) => Promise<void>
  /** Something about site.json is different from what was shown. */
  readonly changed: () => void
}) {
  const { file, drivers, profiles, trail, versions, log, running, run, changed } = options
  /** `text` null: of a site of ten thousand points it is most of a megabyte, and what runs stands among the versions. */
  let state: { readonly hash: string | null; readonly text: string | null; readonly problems: readonly SiteProblem[] } =
    {
      hash: null,
      text: '',
      problems: [],
    }
  /** Of the version that was last taken up or refused; undefined before the first. What could not be noted is tried again. */
  let taken: string | null | undefined
  let loading: Promise<void> = Promise.resolve()

  const check = (text: string) => checkSite(text, drivers, profiles.profiles())
  const troubleOf = ({ trouble }: SiteText): SiteProblem[] => {
    if (!trouble) return []
    const text = problemTexts[trouble.code]!
    return [
      {
        path: '',
        line: null,
        level: 'error',
        code: trouble.code,
        text: { 'zh-CN': fill(text['zh-CN'], trouble.params, 'zh-CN'), en: fill(text.en, trouble.params) },
      },
    ]
  }

  let profilesHash = ''
  async function load(first: boolean) {
    const own = profiles.current()
    if (!first && own.hash === profilesHash && file.isStill(taken)) return
    const read = file.read()
    profilesHash = own.hash
    const { site, problems } = read.trouble ? { site: null, problems: troubleOf(read) } : check(read.text)
    state = { hash: read.hash, text: read.text, problems }
    const errors = problems.filter(p => p.level === 'error')
    if (site) {
      trail.change(GATEWAY, note => {
        if (!first) note('site', site.id, 'loaded', { hash: read.hash, warnings: problems.length })
        // Made by an editor on the disk, or while the gateway was away: a version like any other.
        if (versions.last()?.hash !== read.hash) addVersion(read.text, GATEWAY, { way: first ? 'found' : 'hand' })
      })
      taken = read.hash
      if (versions.last()?.hash === read.hash) state = { ...state, text: null }
      await run(site)
      try {
        file.keepGood(read.text)
      } catch (error) {
        // It runs all the same; only a later broken edit would find an older good version.
        log.error({ error }, 'the last good site could not be kept')
      }
      changed()
      return
    }
    const quiet = read.trouble?.code === 'site-missing'
    log[quiet ? 'info' : 'error']({ problems: errors.map(p => `${p.path} ${p.text.en}`) }, 'site.json has problems')
    if (!first)
      trail.change(GATEWAY, note => note('site', 'site.json', 'refused', { hash: read.hash, errors: errors.length }))
    taken = read.hash
    const good = running() ? null : check(file.readGood()).site
    if (good) await run(good)
    changed()
  }
  /** The last text that was right before now: what a new one is compared with. */
  const lastJson = (): unknown => {
    const last = versions.last()
    return jsonOf(last && versions.textOf(last.hash))
  }
  /** Inside a change. @returns what is different, and the number of the version */
  function addVersion(text: string, actor: Actor, { why = null, way, undoes }: Saying) {
    const before = lastJson()
    const changes = before === undefined ? [] : siteChanges(before, jsonOf(text))
    const by = { at: options.now(), by: actor.name, role: actor.role }
    const n = versions.add({ ...by, ...{ way, why, undoes: undoes ?? null, changes }, hash: hashOf(text) }, text)
    return { n, changes }
  }
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const done = loading.then(work)
    loading = done.catch(error => log.error({ error }, 'the site could not be loaded'))
    return done
  }

  const allProblems = (): SiteProblem[] => [...profiles.current().problems, ...state.problems]
  const view = (): SiteView => {
    const now = running()
    const { text, hash } = state
    return {
      status: allProblems().some(p => p.level === 'error') ? 'degraded' : 'ok',
      running: now && {
        equipment: now.site.equipment.length,
        points: now.points.size,
        rules: now.site.rules.length,
        channels: now.site.channels.length,
        since: iso(now.since),
      },
      file: file.path,
      hash,
      get text() {
        return text ?? versions.textOf(hash!) ?? file.read().text
      },
      problems: allProblems(),
    }
  }

  /** The file as it is now, when it is JSON: a table can be laid over a site with mistakes, but not over no site. */
  function readable(): { text: string; hash: string | null } {
    const read = file.read()
    const { problems } = read.trouble ? { problems: troubleOf(read) } : check(read.text)
    try {
      if (!read.trouble && typeof JSON.parse(read.text.replace(/^\uFEFF/, '')) === 'object') return read
    } catch {
      // said by the problems
    }
    return fail('site-invalid', { count: problems.length }, { problems })
  }

  /**
   * @param also what is to be noted with it, in the same transaction
   * Throws `site-changed`, `site-invalid`, and `site-why` when it touches alarms, limits or commands and nobody said why.
   */
  async function save(
    text: string,
    hash: string | null,
    actor: Actor,
    saying: Saying,
    also: (note: Note) => void = () => {},
  ): Promise<SiteView> {
    await loading
    const had = file.read()
    if (hash !== had.hash) fail('site-changed')
    const { site, problems } = check(text)
    const errors = problems.filter(p => p.level === 'error')
    if (!site) return fail('site-invalid', { count: errors.length }, { problems })
    const why = saying.why?.trim() || null
    // An empty box has nothing yet that a change could take away from anybody.
    const before = had.hash === null ? undefined : (jsonOf(had.text) ?? lastJson())
    const heavy = before === undefined ? [] : siteChanges(before, jsonOf(text)).filter(one => needsWhy([one]))
    if (heavy.length > 0 && why === null && !saying.whyKnown)
      return fail('site-why', { what: heavy.slice(0, 3).map(pathText).join(', '), count: heavy.length })
    const backup = file.backup()
    trail.change(actor, note => {
      const { n, changes } = addVersion(text, actor, { ...saying, why })
      note('site', site.id, saying.undoes === undefined ? 'saved' : 'undone', {
        ...{ hash: hashOf(text), backup, version: n, way: saying.way },
        ...(why !== null && { why }),
        ...(saying.undoes !== undefined && { undoes: saying.undoes }),
        ...(changes.length > 0 && { changed: changes.length, changes: changes.slice(0, TOLD_CHANGES).map(pathText) }),
      })
      also(note)
      // Last and inside: what cannot be noted is not written, what cannot be written is not noted.
      file.write(text)
    })
    await inTurn(() => load(false))
    return view()
  }
  const pathText = ({ section, path }: SiteChange): string => [section, ...path].join(' › ')

  /**
   * Takes a version back as a new one. Throws `undo-not-kept`, `undo-blocked` when what it changed has been changed again or
   * is needed by what came later, and what `save` throws.
   */
  async function undo(n: number, why: string, actor: Actor): Promise<SiteView> {
    await loading
    const version = versions.get(n) ?? fail('not-found', { what: String(n) })
    const by = versions.undoneBy(n)
    if (by !== null) return fail('undo-done', { n, by })
    if (version.changes.length === 0) return fail('undo-nothing', { n })
    const { text, hash } = readable()
    const { text: back, clashes } = laid(text, undone(version.changes))
    if (clashes.length > 0)
      return fail('undo-blocked', { n, what: clashes.slice(0, 5).map(pathText).join(', ') }, { changes: clashes })
    const { problems } = check(back)
    const errors = problems.filter(p => p.level === 'error')
    if (errors.length > 0) return fail('undo-needed', { n, count: errors.length }, { problems: errors })
    return save(back, hash, actor, { why, way: 'undo', undoes: n })
  }

  /**
   * What one has made of an older version, laid over what somebody else has saved since.
   * @param mine one's own where both changed the same; otherwise theirs stays, and it is told in `clashes`
   */
  async function merge(text: string, base: string, mine: boolean): Promise<SiteMerge> {
    await loading
    const was = versions.textOf(base)
    if (was === null) return fail('site-base-gone')
    const own = jsonOf(text)
    if (own === undefined)
      return fail('site-invalid', { count: check(text).problems.length }, { problems: check(text).problems })
    const now = readable()
    const { text: made, clashes } = laid(now.text, siteChanges(jsonOf(was), own), mine)
    const since = versions.before(Number.MAX_SAFE_INTEGER, 50)
    const at = since.findIndex(one => one.hash === base)
    const others = [...new Set((at < 0 ? since : since.slice(0, at)).map(one => one.by))]
    const theirs = siteChanges(jsonOf(was), jsonOf(now.text))
    return { text: made, hash: now.hash, by: others, theirs: wire(theirs), clashes: wire(clashes) }
  }
  const wire = (changes: readonly SiteChange[]) =>
    changes.map(one => ({ ...one, path: [...one.path] })) as SiteChangeView[]

  let stopWatch = () => {}
  return {
    async start() {
      await inTurn(() => load(true))
      const again = () => void inTurn(() => load(false))
      const stops = [file.watch(again), profiles.watch(again)]
      stopWatch = () => stops.forEach(stop => void stop())
    },
    view,
    check: (text: string): readonly SiteProblem[] => check(text).problems,
    save,
    undo,
    merge,
    /** Newest first. @param n before this one */
    versions: (n: number, limit: number): readonly SiteVersion[] => versions.before(n, limit),
    version: (n: number): SiteVersion | undefined => versions.get(n),
    undoneBy: versions.undoneBy,
    tune: tuneRule,
    exportCsv: (): string => exportCsv(JSON.parse(readable().text.replace(/^\uFEFF/, '')) as RawSite, drivers),
    async importCsv(bytes: Uint8Array, dryRun: boolean, actor: Actor, why: string | null = null): Promise<SiteImport> {
      await loading
      const { text: source, hash } = readable()
      const { text, ...found } = importCsv(source, bytes, drivers, profiles.profiles())
      const differs = wire(siteChanges(jsonOf(source), jsonOf(text)))
      const errors = found.problems.filter(p => p.level === 'error').length
      const answer = { ...found, problems: [...found.problems], changes: [...found.changes], differs }
      if (dryRun) return { applied: false, ...answer }
      if (errors > 0) return fail('import-invalid', { count: errors }, answer)
      if (found.changes.some(c => c.what !== 'same')) await save(text, hash, actor, { why, way: 'table' })
      return { applied: true, ...answer }
    },
    /** Made when asked for: it takes a tenth of a second and is asked for by editors only. */
    schema: () => siteSchema(drivers),
    async stop() {
      stopWatch()
      await loading.catch(() => {})
    },
  }
}
