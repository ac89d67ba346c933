import { QueryClient, type QueryKey, useQuery } from '@tanstack/react-query'
import i18next from 'i18next'
import { createContext, useContext, useMemo } from 'react'
import type {
  AlarmFigures,
  AlarmView,
  ChannelView,
  CommandView,
  ConsumptionView,
  EquipmentView,
  HelpCallView,
  LinkageView,
  MaintenanceView,
  Me,
  PartView,
  PlanView,
  PointView,
  Problem,
  ReportView,
  RunbookView,
  RunView,
  SignatureName,
  SiteProblem,
  SiteView,
  SpaceView,
  Text,
  TrailView,
  WorkorderView,
} from '../../gateway/http/contract.ts'
import { silenced } from '../../rules/alarm.ts'
import { may, type Permission } from '../../rules/permission.ts'
import { isEnded } from '../../rules/workorder.ts'
import { openGathering } from './gathering.ts'
import { putSamples, type Told } from './live.ts'
import { openUnderway } from './underway.ts'

export interface About {
  readonly name: string
  readonly version: string
  readonly site: Text | null
  readonly points: number
  readonly degraded: boolean
  /** What HTTPS shows; null: there is none. */
  readonly certificate: { readonly fingerprint: string; readonly selfMade: boolean } | null
  /** Nobody has an account yet. */
  readonly firstRun: boolean
}
export interface Items<T> {
  readonly items: readonly T[]
}

/** An answer that is not a success. `message` is what the gateway says, in the chosen language; status 0: no answer. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly problems: readonly SiteProblem[]
  /** When it may be asked again, by `performance.now()`, ms; null: any time. */
  readonly againAt: number | null
  constructor(
    status: number,
    code: string,
    message: string,
    problems: readonly SiteProblem[] = [],
    againAt: number | null = null,
  ) {
    super(message)
    this.status = status
    this.code = code
    this.problems = problems
    this.againAt = againAt
  }
}

interface Ask {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly body?: unknown
  /** Idempotency-Key, for what creates: pressing twice makes one. */
  readonly key?: string
  /** The answer is no JSON: it is handed on as it is. */
  readonly text?: boolean
}

/** The longest that anything is read takes a few seconds, on a small machine too. */
const ANSWER_MS = 60_000

/** One call of the API. @throws ApiError */
export async function call<T>(
  path: string,
  { method = 'GET', body, key, text: plainText = false }: Ask = {},
): Promise<T> {
  const headers: Record<string, string> = { 'Accept-Language': i18next.language }
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  if (key !== undefined) headers['Idempotency-Key'] = key
  let answer: Response
  let text: string
  // A wire that swallows everything must not leave a wall waiting for ever. Ended with the answer: AbortSignal.timeout is kept
  // for the whole minute, with all that hangs on it.
  const waiting = new AbortController()
  const late = method === 'GET' ? setTimeout(() => waiting.abort(), ANSWER_MS) : undefined
  try {
    answer = await fetch(`/api/v1/${path}`, {
      method,
      headers,
      credentials: 'same-origin',
      ...(method === 'GET' && { signal: waiting.signal }),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    text = await answer.text()
  } catch {
    throw new ApiError(0, 'network', i18next.t('error.network'))
  } finally {
    clearTimeout(late)
  }
  if (answer.ok && plainText) return text as T
  const data: unknown = parse(text)
  if (answer.ok) return data as T
  const problem = (data ?? {}) as Partial<Problem> & { problems?: readonly SiteProblem[] }
  // A wrong password or code on a page of somebody who is signed in says nothing of his session.
  if (answer.status === 401 && problem.code === 'not-signed-in') queries.setQueryData(['me'], null)
  const words = problem.detail || problem.title || i18next.t('error.unknown', { status: answer.status })
  const waitS = answer.status === 429 ? Number(answer.headers.get('Retry-After') ?? Number.NaN) : Number.NaN
  const againAt = Number.isFinite(waitS) ? performance.now() + waitS * 1000 : null
  throw new ApiError(answer.status, problem.code ?? `http-${answer.status}`, words, problem.problems ?? [], againAt)
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Sends the bytes of a file as they are. @throws ApiError */
export async function sendFile<T>(path: string, file: Blob): Promise<T> {
  let answer: Response
  try {
    answer = await fetch(`/api/v1/${path}`, {
      method: 'POST',
      headers: { 'Accept-Language': i18next.language, 'Content-Type': file.type },
      credentials: 'same-origin',
      body: file,
    })
  } catch {
    throw new ApiError(0, 'network', i18next.t('error.network'))
  }
  const data = parse(await answer.text())
  if (answer.ok) return data as T
  const problem = (data ?? {}) as Partial<Problem>
  const words = problem.detail || problem.title || i18next.t('error.unknown', { status: answer.status })
  throw new ApiError(answer.status, problem.code ?? `http-${answer.status}`, words)
}

export const post = <T>(path: string, body: unknown = {}, key?: string): Promise<T> =>
  call<T>(path, { method: 'POST', body, ...(key === undefined ? {} : { key }) })

/** crypto.randomUUID is missing on plain http, which is what a building's network often is. */
export function newKey(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID()
  return [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('')
}

/** It would be refused again; 408 and 429 say later, and what is no answer of the gateway at all says nothing. */
const refused = (status: number): boolean => status >= 400 && status < 500 && status !== 408 && status !== 429

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // The live link says what changed; a building's network is often cut off from the internet and works all the same.
      networkMode: 'always',
      staleTime: Number.POSITIVE_INFINITY,
      refetchOnWindowFocus: false,
      retry: (count, error) => count < 2 && error instanceof ApiError && (error.status === 0 || error.status >= 500),
      retryDelay: 700,
      // Nobody presses anything on a wall: what could not be read is asked for again until it can.
      refetchInterval: ({ state: { error } }) =>
        error !== null && !(error instanceof ApiError && refused(error.status)) ? 5000 : false,
    },
    mutations: { networkMode: 'always' },
  },
})

const underway = openUnderway(queries)
const list =
  <T>(path: string) =>
  async (): Promise<readonly T[]> =>
    (await call<Items<T>>(path)).items
/** For a list of which the live link tells each change. */
export const toldList =
  <T>(path: string) =>
  ({ queryKey }: { readonly queryKey: QueryKey }): Promise<readonly T[]> =>
    underway.read(queryKey, list<T>(path))
const toldOne =
  <T>(path: string) =>
  ({ queryKey }: { readonly queryKey: QueryKey }): Promise<T> =>
    underway.read(queryKey, () => call<T>(path))

export const useAbout = () => useQuery({ queryKey: ['about'], queryFn: () => call<About>('about') })

export const useMeQuery = () =>
  useQuery({
    queryKey: ['me'],
    queryFn: async (): Promise<Me | null> => {
      try {
        return await call<Me>('session')
      } catch (error) {
        if (error instanceof ApiError && error.status === 401) return null
        throw error
      }
    },
  })

/** Who is signed in. Only inside the frame, where there is somebody. */
export const SignedIn = createContext<Me | null>(null)
export function useMe(): Me {
  const me = useContext(SignedIn)
  if (!me) throw new Error('nobody is signed in')
  return me
}
export const useMay = (permission: Permission): boolean => may(useMe().role, permission)

export const useEquipment = () =>
  useQuery({ queryKey: ['equipment'], queryFn: list<EquipmentView>('equipment?limit=10000') })
export const usePlans = () => useQuery({ queryKey: ['plans'], queryFn: list<PlanView>('plans') })
const NO_SPACES: ReadonlyMap<string, SpaceView> = new Map()
export function useSpaces(): ReadonlyMap<string, SpaceView> {
  const { data } = useQuery({ queryKey: ['spaces'], queryFn: list<SpaceView>('spaces') })
  return useMemo(() => (data ? new Map(data.map(one => [one.id, one])) : NO_SPACES), [data])
}
/** The drawing of a plan. It is a file that people edit: asked for whenever it is looked at. */
export const useDrawing = ({ id, kind, file }: PlanView) =>
  useQuery({
    queryKey: ['drawing', id, file],
    queryFn: () => call<string>(`plans/${encodeURIComponent(id)}`, { text: true }),
    staleTime: 0,
    // A picture is fetched by the page itself.
    enabled: kind === 'svg',
  })
export const useAlarms = (past = false) => {
  const allowed = useMay('alarm.watch')
  return useQuery({
    queryKey: ['alarms', past ? 'all' : 'now'],
    queryFn: toldList<AlarmView>(past ? 'alarms?limit=1000&all=true' : 'alarms?limit=10000'),
    enabled: allowed,
  })
}
const NO_ALARMS: readonly AlarmView[] = []
/** What stands in sight of the plant: neither shelved, nor out of service, nor only a consequence, nor a test. */
export function useAlarmsInSight(): readonly AlarmView[] {
  const { data } = useAlarms()
  return useMemo(() => data?.filter(alarm => !silenced(alarm) && !alarm.test) ?? NO_ALARMS, [data])
}
/** What may be heard: with tests, which sound like what they test. */
export function useAlarmsHeard(): readonly AlarmView[] {
  const { data } = useAlarms()
  return useMemo(() => data?.filter(alarm => !silenced(alarm)) ?? NO_ALARMS, [data])
}
export const useAlarmFigures = (days: number) =>
  useQuery({
    queryKey: ['alarm-figures', days],
    queryFn: () => call<AlarmFigures>(`alarm-figures?days=${days}`),
    staleTime: 60_000,
  })
/** The address of a report, for reading it and for taking it away as a table. */
export const consumptionPath = (medium: string, period: string): string =>
  `consumption?medium=${medium}${period === 'days' ? '' : period === 'months' ? '&step=1mo' : `&month=${period}`}`
export const useConsumption = (medium: string, period: string) =>
  useQuery({
    queryKey: ['consumption', medium, period],
    queryFn: () => call<ConsumptionView>(consumptionPath(medium, period)),
    staleTime: 60_000,
  })
export const useWorkorders = (past = false) => {
  const allowed = useMay('workorder.read')
  return useQuery({
    queryKey: ['workorders', past ? 'all' : 'open'],
    queryFn: toldList<WorkorderView>(past ? 'workorders?limit=1000&all=true' : 'workorders?limit=10000'),
    enabled: allowed,
  })
}
/** Closed orders whose requester was not asked yet. */
export const useVisits = () => {
  const allowed = useMay('workorder.read')
  return useQuery({
    queryKey: ['workorders', 'visits'],
    queryFn: toldList<WorkorderView>('workorders?limit=10000&visits=true'),
    enabled: allowed,
  })
}
export const useMaintenance = (enabled: boolean) =>
  useQuery({ queryKey: ['maintenance'], queryFn: list<MaintenanceView>('maintenance?occurrences=0'), enabled })
export const useParts = () =>
  useQuery({ queryKey: ['parts'], queryFn: list<PartView>('parts'), staleTime: 10_000, refetchOnMount: true })
/** Who signed, by name: for those who may see reports. */
export const useSignatureNames = (workorder: string, enabled: boolean) =>
  useQuery({
    queryKey: ['signatures', workorder],
    queryFn: list<SignatureName>(`workorders/${encodeURIComponent(workorder)}/signatures`),
    enabled,
  })
export const useHelpCalls = (past: boolean) =>
  useQuery({
    queryKey: ['help', past],
    queryFn: list<HelpCallView>(past ? 'help-calls?limit=100' : 'help-calls?open=true'),
    refetchInterval: 10_000,
  })
export const useReports = (workorder: string, enabled: boolean) =>
  useQuery({
    queryKey: ['reports', workorder],
    queryFn: list<ReportView>(`reports?workorder=${encodeURIComponent(workorder)}`),
    enabled,
  })
export const useWorkorder = (id: string) =>
  useQuery({
    queryKey: ['workorder', id],
    queryFn: toldOne<WorkorderView>(`workorders/${encodeURIComponent(id)}`),
    placeholderData: () =>
      queries.getQueryData<readonly WorkorderView[]>(['workorders', 'open'])?.find(order => order.id === id),
  })
export const useOrderTrail = (id: string) =>
  useQuery({
    queryKey: ['trail', id],
    queryFn: list<TrailView>(`workorders/${encodeURIComponent(id)}/trail`),
  })
export interface ContactView {
  readonly id: string
  readonly kind: string
  readonly name: Text
  readonly phone: string
  readonly space: string | null
}
/** Fire zones and linkage, asked for again so often, ms. */
export const useLinkage = (everyMs: number) => {
  const allowed = useMay('alarm.watch')
  return useQuery({
    queryKey: ['linkage'],
    queryFn: () => call<LinkageView>('linkage'),
    refetchInterval: everyMs,
    enabled: allowed,
  })
}
export const useContacts = () => useQuery({ queryKey: ['contacts'], queryFn: list<ContactView>('contacts') })
export const useRunbooks = () => useQuery({ queryKey: ['runbooks'], queryFn: list<RunbookView>('runbooks') })
/** Runbooks under way; of the past too with `past`. */
export const useRuns = (past = false) => {
  const allowed = useMay('alarm.watch')
  return useQuery({
    queryKey: ['runs', past ? 'all' : 'open'],
    queryFn: toldList<RunView>(past ? 'runs?limit=200&all=true' : 'runs?limit=1000'),
    enabled: allowed,
  })
}
export const useRun = (id: string) =>
  useQuery({
    queryKey: ['run', id],
    queryFn: toldOne<RunView>(`runs/${encodeURIComponent(id)}`),
    placeholderData: () => queries.getQueryData<readonly RunView[]>(['runs', 'open'])?.find(run => run.id === id),
  })
export const useRunTrail = (id: string) =>
  useQuery({ queryKey: ['run-trail', id], queryFn: list<TrailView>(`runs/${encodeURIComponent(id)}/trail`) })
export const useSite = () => useQuery({ queryKey: ['site'], queryFn: () => call<SiteView>('site') })
export const useChannels = () =>
  useQuery({ queryKey: ['channels'], queryFn: list<ChannelView>('channels'), refetchInterval: 5000 })

/** The picture by one call, for when the live link does not come up at all. */
export async function loadPoints(): Promise<void> {
  const { items } = await call<Items<PointView>>('points?limit=10000')
  putSamples(items.map(({ id, sample }) => ({ ...sample, point: id })))
}

// What the live link says --------------------------------------------------------------------------------------------

const put = <T extends { readonly id: string }>(key: readonly unknown[], item: T, stays: boolean): void => {
  underway.change<readonly T[]>(key, old => {
    const at = old.findIndex(one => one.id === item.id)
    if (at < 0) return stays ? [...old, item] : old
    return stays ? old.with(at, item) : old.toSpliced(at, 1)
  })
}
/** So many of the past a page asks for; one that stands open for weeks keeps no more of them, the newest. */
export const MOST_PAST = 1000
const putPast = <T extends { readonly id: string }>(
  key: readonly unknown[],
  item: T,
  at: (item: T) => string,
): void => {
  put(key, item, true)
  underway.change<readonly T[]>(key, old => newest(old, at))
}
const newest = <T>(list: readonly T[], at: (item: T) => string): readonly T[] =>
  list.length > MOST_PAST
    ? list.toSorted((a, b) => (at(a) < at(b) ? 1 : at(a) > at(b) ? -1 : 0)).slice(0, MOST_PAST)
    : list

export const putAlarm = (alarm: AlarmView): void => putAlarms([alarm])
/** In a flood thousands come at once: the lists are made anew once, not once for each. */
export const putAlarms = (alarms: readonly AlarmView[]): void => {
  if (alarms.length === 0) return
  const news = new Map(alarms.map(alarm => [alarm.id, alarm]))
  putAll(['alarms', 'now'], news, alarm => alarm.state !== 'NORM')
  putAll(['alarms', 'all'], news, () => true)
  underway.change<readonly AlarmView[]>(['alarms', 'all'], old => newest(old, one => one.raisedAt ?? ''))
  patchOrders(order => {
    // With more alarms than one, only the gateway knows what they come to.
    const alarm = order.alarms.length === 1 ? news.get(order.alarms[0]!) : undefined
    return alarm ? { ...order, alarmActive: alarm.active, alarmRetired: alarm.retired } : order
  })
  const several = queries
    .getQueryData<readonly WorkorderView[]>(['workorders', 'open'])
    ?.some(order => order.alarms.length > 1 && order.alarms.some(id => news.has(id)))
  if (several) void queries.invalidateQueries({ queryKey: ['workorders'] })
}
function putAll<T extends { readonly id: string }>(
  key: readonly unknown[],
  news: ReadonlyMap<string, T>,
  stays: (item: T) => boolean,
): void {
  underway.change<readonly T[]>(key, old => {
    const left = new Map(news)
    const kept = old.flatMap(one => {
      const next = left.get(one.id)
      if (!next) return [one]
      left.delete(one.id)
      return stays(next) ? [next] : []
    })
    return [...kept, ...[...left.values()].filter(stays)]
  })
}
/** What an alarm and its order say of each other changes with either of them. */
const patchOrders = (change: (order: WorkorderView) => WorkorderView): void => {
  underway.change<readonly WorkorderView[]>(['workorders'], old => old.map(change))
  underway.change<WorkorderView>(['workorder'], change)
}
export const putWorkorder = (order: WorkorderView): void => {
  const ended = isEnded(order.phase)
  put(['workorders', 'open'], order, !ended)
  put(['workorders', 'visits'], order, order.visitBy !== null)
  putPast(['workorders', 'all'], order, one => one.id)
  // Only where somebody looks at it: a page that stands for weeks hears of thousands.
  underway.change<WorkorderView>(['workorder', order.id], () => order)
  underway.change<readonly AlarmView[]>(['alarms'], old =>
    old.map(alarm =>
      alarm.id === order.alarm && (alarm.workorder === order.id) === ended
        ? { ...alarm, workorder: ended ? null : order.id }
        : alarm,
    ),
  )
  void queries.invalidateQueries({ queryKey: ['trail', order.id] })
  if (order.origin === 'report') void queries.invalidateQueries({ queryKey: ['reports', order.id] })
}

export const putRun = (run: RunView): void => {
  put(['runs', 'open'], run, run.phase === 'open')
  putPast(['runs', 'all'], run, one => one.id)
  underway.change<RunView>(['run', run.id], () => run)
  void queries.invalidateQueries({ queryKey: ['run-trail', run.id] })
}

/** The newest first, as the gateway lists them. */
export const NEWEST_COMMANDS = 20
export const commandsKey = (equipment: string) => ['commands', equipment] as const
export const putCommand = (command: CommandView): void => {
  const key = commandsKey(command.point.slice(0, command.point.indexOf('/')))
  underway.change<readonly CommandView[]>(key, old => {
    const at = old.findIndex(one => one.id === command.id)
    return at < 0 ? [command, ...old].slice(0, NEWEST_COMMANDS) : old.with(at, command)
  })
}

const gathering = openGathering(putAlarms, putWorkorder)
/** The answer to a step of an order: the order stays with it, whatever was told before. */
export const putAnswered = gathering.answered

/** A stick in its cradle tells of hundreds of visits at once: they are read once, and soon. */
const PATROL_MS = 200
let patrolDue = false
function patrolChanged(): void {
  if (patrolDue) return
  patrolDue = true
  setTimeout(() => {
    patrolDue = false
    void queries.invalidateQueries({ queryKey: ['patrol'] })
  }, PATROL_MS)
}

/** Records said by the live link go into the same cache as those read by a call. */
export function take(message: Told): void {
  if (message.kind === 'alarm') gathering.alarm(message.alarm)
  else if (message.kind === 'workorder') gathering.order(message.workorder)
  else if (message.kind === 'command') putCommand(message.command)
  else if (message.kind === 'runbook') putRun(message.run)
  else if (message.kind === 'patrol') patrolChanged()
  else if (message.kind === 'sound') queries.setQueryData(['alarm-sound'], message.silence)
  else if (message.kind === 'site') {
    for (const key of [
      'about',
      'me',
      'equipment',
      'spaces',
      'plans',
      'drawing',
      'channels',
      'site',
      'rules',
      'alarms',
      'workorders',
      'workorder',
      'maintenance',
      'trail',
      'commands',
      'contacts',
      'runbooks',
      'runs',
      'run',
    ])
      underway.again({ queryKey: [key] })
  } else underway.again()
}
