import type { Driver } from '../../drivers/driver.ts'
import type { OwnProfiles } from '../channels/ownprofiles.ts'
import { iso } from '../core/clock.ts'
import { fail, fill } from '../core/errors.ts'
import { type Actor, GATEWAY } from '../core/events.ts'
import type { Log } from '../core/log.ts'
import type { SiteImport, SiteProblem, SiteView } from '../http/contract.ts'
import type { Note, Trail } from '../records/trail.ts'
import { exportCsv, type RawSite } from './csv.ts'
import { hashOf, type SiteFile, type SiteText } from './file.ts'
import { importCsv } from './import.ts'
import { problemTexts } from './problems.ts'
import { tuneRule } from './remedies.ts'
import { siteSchema } from './schema.ts'
import { checkSite, type Site } from './site.ts'

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
  readonly log: Log
  readonly running: () => Running | null
  /** Runs this site instead of what runs now. */
  readonly run: (site: Site) => Promise<void>
  /** Something about site.json is different from what was shown. */
  readonly changed: () => void
}) {
  const { file, drivers, profiles, trail, log, running, run, changed } = options
  let state: { readonly read: SiteText; readonly problems: readonly SiteProblem[] } = {
    read: { text: '', hash: null },
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
    const read = file.read()
    const own = profiles.current()
    if (!first && read.hash === taken && own.hash === profilesHash) return
    profilesHash = own.hash
    const { site, problems } = read.trouble ? { site: null, problems: troubleOf(read) } : check(read.text)
    state = { read, problems }
    const errors = problems.filter(p => p.level === 'error')
    if (site) {
      if (!first)
        trail.change(GATEWAY, note => note('site', site.id, 'loaded', { hash: read.hash, warnings: problems.length }))
      taken = read.hash
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
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const done = loading.then(work)
    loading = done.catch(error => log.error({ error }, 'the site could not be loaded'))
    return done
  }

  const allProblems = (): SiteProblem[] => [...profiles.current().problems, ...state.problems]
  const view = (): SiteView => {
    const now = running()
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
      hash: state.read.hash,
      text: state.read.text,
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

  /** @param also what is to be noted with it, in the same transaction */
  async function save(
    text: string,
    hash: string | null,
    actor: Actor,
    also: (note: Note) => void = () => {},
  ): Promise<SiteView> {
    await loading
    if (hash !== file.read().hash) fail('site-changed')
    const { site, problems } = check(text)
    const errors = problems.filter(p => p.level === 'error')
    if (!site) return fail('site-invalid', { count: errors.length }, { problems })
    const backup = file.backup()
    trail.change(actor, note => {
      note('site', site.id, 'saved', { hash: hashOf(text), backup })
      also(note)
      // Last and inside: what cannot be noted is not written, what cannot be written is not noted.
      file.write(text)
    })
    await inTurn(() => load(false))
    return view()
  }

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
    tune: tuneRule,
    exportCsv: (): string => exportCsv(JSON.parse(readable().text.replace(/^\uFEFF/, '')) as RawSite, drivers),
    async importCsv(bytes: Uint8Array, dryRun: boolean, actor: Actor): Promise<SiteImport> {
      await loading
      const { text: source, hash } = readable()
      const { text, ...found } = importCsv(source, bytes, drivers, profiles.profiles())
      const errors = found.problems.filter(p => p.level === 'error').length
      const answer = { ...found, problems: [...found.problems], changes: [...found.changes] }
      if (dryRun) return { applied: false, ...answer }
      if (errors > 0) return fail('import-invalid', { count: errors }, answer)
      if (found.changes.some(c => c.what !== 'same')) await save(text, hash, actor)
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
