import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from 'react'
import { createPortal } from 'react-dom'
import { Link, useLocation } from 'wouter'
import { may } from '../../../rules/permission.ts'
import { inOrderOfWork } from '../../../rules/start.ts'
import { useDoors } from '../access.ts'
import { call, queries, useAbout, useLinkage, useMe, useRuns, useWorkorders } from '../api.ts'
import { FindButton } from '../find/FindButton.tsx'
import { pageList } from '../find/pagelist.ts'
import { formatAge, formatDay, formatTime, plain } from '../format.ts'
import { useCrews } from '../handover.ts'
import { leave } from '../leave.ts'
import { silence, useLink, useTicking } from '../live.ts'
import { useRunForms } from '../runrecords.ts'
import { ToldNote } from '../signin/ToldNote.tsx'
import { useText } from '../text/index.ts'
import { Strip } from './AlarmStrip.tsx'
import { Icon, type IconName } from './Icon.tsx'
import { PlainNote } from './PlainNote.tsx'
import { SoundNote, SoundSwitch } from './SoundNote.tsx'
import { StorageNote } from './StorageNote.tsx'
import { LangSwitch, ThemeSwitch } from './switches.tsx'
import { TestNote } from './TestNote.tsx'

const Head = createContext<HTMLElement | null>(null)

/** Rail, top bar, the notes that stand on every page, and the page. */
export function Frame({ children }: { readonly children: ReactNode }) {
  const { t } = useText()
  const me = useMe()
  const [head, setHead] = useState<HTMLElement | null>(null)
  return (
    <div className="shell">
      <a className="skip" href="#page">
        {t('top.skip')}
      </a>
      <header className="top">
        <div className="ttl" ref={setHead} />
        <Paper />
        <FindButton />
        {may(me.role, 'alarm.read') ? <Strip /> : null}
        <Connection />
        {may(me.role, 'alarm.read') ? <SoundSwitch /> : null}
        <LangSwitch />
        <ThemeSwitch />
      </header>
      <Rail />
      <main id="page" tabIndex={-1}>
        <LinkNote zone={me.site.timezone} />
        <PlainNote />
        <StorageNote />
        <ToldNote />
        {may(me.role, 'alarm.read') ? <SoundNote /> : null}
        {may(me.role, 'alarm.read') ? <TestNote /> : null}
        <DegradedNote />
        <Head value={head}>{children}</Head>
      </main>
    </div>
  )
}

/** What a printed page says of itself: where, when and by whom it was printed, and how old its data was then. */
function Paper() {
  const { t, of } = useText()
  const { name, site } = useMe()
  const { state, stands } = useLink()
  const at = useTicking(now => Math.floor(now / 60_000) * 60_000)
  return (
    <p className="paper">
      {t('top.printed', {
        site: of(site.name),
        time: formatDay(at, site.timezone),
        who: plain(name),
      })}
      {state === 'lost' && stands !== null ? ` ${t('top.down', { age: formatAge(at - stands) })}` : null}
    </p>
  )
}

/** A page: its title stands in the top bar. */
export function Page({ title, sub, children }: { title: string; sub?: string | undefined; children: ReactNode }) {
  const head = useContext(Head)
  const { t } = useText()
  useEffect(() => {
    document.title = `${title} · ${t('brand')}`
  })
  return (
    <>
      {head
        ? createPortal(
            <>
              <h1>{title}</h1>
              {sub ? <span className="sub">{sub}</span> : null}
            </>,
            head,
          )
        : null}
      {children}
    </>
  )
}

/** Under which entry of the rail a page stands: the entry's own, or that of the page list (the month under registers). */
function entryOf(path: string): string {
  const under = (start: string) => path === start || path.startsWith(`${start}/`)
  const listed = Object.values(pageList).find(page => under(page.path))
  return listed?.icon ?? path.split('/')[1] ?? ''
}

function Rail() {
  const { t, code } = useText()
  const rail = useRef<HTMLElement>(null)
  const [path] = useLocation()
  const me = useMe()
  const orders = useWorkorders().data?.filter(order => order.phase === 'new').length ?? 0
  const runs = useRuns().data?.length ?? 0
  const fire = useLinkage(10_000).data?.zones ?? []
  const doors = (useDoors(60_000).data?.items.length ?? 0) > 0
  const walks = me.site.patrols
  const records = me.site.runRecords && may(me.role, 'run-record.read')
  const forms = useRunForms(30_000, records).data ?? []
  const toWrite = forms.reduce((sum, form) => sum + (form.mine ? form.open : 0), 0)
  const crews = (useCrews(60_000).data?.length ?? 0) > 0
  const alight = fire.filter(zone => zone.phase !== 'normal').length
  /** Each with whether it is there for this person, and how many wait. */
  const entries = {
    alarms: [may(me.role, 'alarm.read'), 0],
    fire: [fire.length > 0, alight],
    equipment: [may(me.role, 'plant.read'), 0],
    plan: [may(me.role, 'plant.read'), 0],
    orders: [may(me.role, 'workorder.read'), orders],
    runbooks: [may(me.role, 'runbook.read'), runs],
    trends: [may(me.role, 'plant.read'), 0],
    doors: [may(me.role, 'door.read') && doors, 0],
    passes: [may(me.role, 'pass.read') && doors, 0],
    visits: [may(me.role, 'visit.read') && doors, 0],
    permits: [may(me.role, 'permit.read'), 0],
    registers: [may(me.role, 'register.read'), 0],
    rounds: [may(me.role, 'patrol.read') && walks, 0],
    runrecords: [records, toWrite],
    handover: [crews, 0],
    consumption: [may(me.role, 'consumption.read'), 0],
    readings: [may(me.role, 'reading.take'), 0],
    settings: [true, 0],
  } as const satisfies Partial<Record<IconName, readonly [boolean, number]>>
  const names = inOrderOfWork(me.role, Object.keys(entries) as (keyof typeof entries)[])
  const here = entryOf(path)
  const shown = names.filter(name => entries[name][0]).length
  useEffect(() => {
    // On a phone the rail is wider than the screen: where one is has to be seen on it.
    const one = shown > 0 && here !== '' ? rail.current?.querySelector<HTMLElement>('[aria-current]') : null
    if (one && rail.current) rail.current.scrollLeft = one.offsetLeft - (rail.current.clientWidth - one.offsetWidth) / 2
  }, [here, shown])
  return (
    <nav className="rail" aria-label={t('nav.main')} ref={rail}>
      <Link href="/" className="brand" aria-label={t('brand')}>
        <Icon name="brand" />
        <b>{t('brand')}</b>
      </Link>
      {names.map(name => {
        const [there, count] = entries[name]
        return there ? (
          <Link key={name} href={`/${name}`} aria-current={name === here ? 'page' : undefined} title={t(`nav.${name}`)}>
            <Icon name={name} />
            <span>{t(`nav.${name}`)}</span>
            {count > 0 ? <em>{count}</em> : null}
          </Link>
        ) : null
      })}
      <div className="rail-b">
        <span className="who" title={`${t('top.signedInAs')}: ${plain(me.name)}`}>
          <Icon name="person" />
          <span>
            <bdi className="el">{plain(me.name)}</bdi>
            <small>{code('role', me.role)}</small>
          </span>
        </span>
        <button type="button" className="ib" onClick={signOut} title={t('top.signOut')}>
          <Icon name="out" />
          <span className="sr">{t('top.signOut')}</span>
        </button>
      </div>
    </nav>
  )
}

export function signOut(): void {
  leave(() => void endSession())
}
async function endSession(): Promise<void> {
  await call('session', { method: 'DELETE' }).catch(() => {})
  queries.setQueryData(['me'], null)
  history.replaceState(null, '', '/')
}

/** Whether the link is up, and how old the picture is. */
function Connection() {
  const { t } = useText()
  const { state, stands } = useLink()
  const text = useTicking(now => {
    if (state === 'starting') return t('top.connecting')
    if (state === 'lost') return stands === null ? t('top.connecting') : t('top.down', { age: formatAge(now - stands) })
    return formatAge(silence())
  })
  return (
    <span className={`conn ${state === 'lost' ? 'q-t' : ''}`} title={t('top.dataAge')}>
      <Icon name={state === 'lost' ? 'off' : 'link'} />
      <span>{text}</span>
    </span>
  )
}

function LinkNote({ zone }: { readonly zone: string }) {
  const { t, lang } = useText()
  const { state, stands, attempt } = useLink()
  if (state !== 'lost') return null
  return (
    <div className="note q top-note" role="alert">
      <Icon name="off" />
      <div>
        <b>{t('link.lost')}</b>
        <div>
          {stands === null
            ? t('link.never', { n: attempt })
            : t('link.stands', { time: formatTime(stands, lang, zone), n: attempt })}
        </div>
      </div>
    </div>
  )
}

/** No site runs, or not the newest: said on every page, with the way to where it is mended. */
function DegradedNote() {
  const { t } = useText()
  const me = useMe()
  const about = useAbout().data
  if (!about?.degraded) return null
  return (
    <div className="note medium top-note" role="status">
      <Icon name="warn" />
      <div className="grow">
        <b>{t('degraded.title')}</b>
        <div>{t(about.points > 0 ? 'degraded.running' : 'degraded.nothing')}</div>
      </div>
      {may(me.role, 'site.read') ? (
        <Link href="/settings/site" className="btn">
          {t('degraded.open')}
        </Link>
      ) : (
        <span className="dim">{t('degraded.ask')}</span>
      )}
    </div>
  )
}
