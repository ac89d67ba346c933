import { useSyncExternalStore } from 'react'
import type { PointId } from '../../drivers/point.ts'
import type { LiveMessage, SampleView } from '../../gateway/http/contract.ts'

/**
 * The live link. Samples stay outside of React: a page subscribes to the points it shows, so that 10,000 points
 * a second draw nothing but what is in view.
 */
type Tell = () => void
export type Told = Exclude<
  LiveMessage,
  { kind: 'samples' } | { kind: 'beat' } | { kind: 'storage' } | { kind: 'alarm-rate' }
>

/** A screen that hears nothing for so long is not live; the gateway beats each second. */
const SILENCE_MS = 4000
/** How the gateway closes the link of a session that has ended. */
const SIGNED_OUT = 4401
const RETRY_MS = [1000, 1000, 2000, 3000, 5000]

// Samples ------------------------------------------------------------------------------------------------------------

const samples = new Map<PointId, SampleView>()
const watchers = new Map<PointId, Set<Tell>>()

/** Told whenever one of these points has a new sample. @returns ends it */
export const watch = (ids: readonly PointId[], tell: Tell): Tell => {
  for (const id of ids) {
    const all = watchers.get(id) ?? new Set()
    all.add(tell)
    watchers.set(id, all)
  }
  return () => {
    for (const id of ids) {
      const all = watchers.get(id)
      all?.delete(tell)
      if (all?.size === 0) watchers.delete(id)
    }
  }
}

export const sampleOf = (id: PointId): SampleView | undefined => samples.get(id)

export function putSamples(items: readonly (SampleView & { readonly point: PointId })[]): void {
  const due = new Set<Tell>()
  for (const item of items) {
    samples.set(item.point, item)
    for (const tell of watchers.get(item.point) ?? []) due.add(tell)
  }
  for (const tell of due) tell()
}

export const useSample = (id: PointId): SampleView | undefined =>
  useSyncExternalStore(
    tell => watch([id], tell),
    () => samples.get(id),
  )

/** What follows from several points; drawn again only when the outcome differs, so it must be a plain value. */
export const useDerived = <T extends string | number | boolean | null>(ids: readonly PointId[], derive: () => T): T =>
  useSyncExternalStore(tell => watch(ids, tell), derive)

// Time ---------------------------------------------------------------------------------------------------------------

const tickers = new Set<Tell>()
setInterval(() => {
  for (const tell of tickers) tell()
}, 1000)
const onTick = (tell: Tell): Tell => {
  tickers.add(tell)
  return () => tickers.delete(tell)
}

let clock = { server: Date.now(), here: performance.now() }
/** The gateway's clock, ms UTC, never this machine's: a wrong clock on a desk must not make data look fresh. */
export const serverNow = (): number => clock.server + (performance.now() - clock.here)

/** A text that follows from the time, looked at each second; the component draws only when the text differs. */
export const useTicking = <T extends string | number | boolean | null>(derive: (now: number) => T): T =>
  useSyncExternalStore(onTick, () => derive(Math.round(serverNow() / 100) * 100))
export const useSecond = (): number => useTicking(now => Math.floor(now / 1000) * 1000)

// Link ---------------------------------------------------------------------------------------------------------------

export interface Link {
  /** starting: not yet heard, and not yet long enough to worry. */
  readonly state: 'starting' | 'up' | 'lost'
  /** The gateway's time of the last word heard, ms UTC; null: never. */
  readonly stands: number | null
  readonly attempt: number
}

let link: Link = { state: 'starting', stands: null, attempt: 0 }
const linkWatchers = new Set<Tell>()
const setLink = (next: Link): void => {
  if (next.state === link.state && next.attempt === link.attempt && next.state !== 'lost') return
  link = next
  for (const tell of linkWatchers) tell()
}
export const useLink = (): Link =>
  useSyncExternalStore(
    tell => {
      linkWatchers.add(tell)
      return () => linkWatchers.delete(tell)
    },
    () => link,
  )
/** Whether records (`since`) and samples (`history`) can be written; null: they can. */
export type Storage = Omit<Extract<LiveMessage, { kind: 'storage' }>, 'kind'>
const WRITABLE: Storage = { since: null, history: null, waiting: [] }
let storage = WRITABLE
const storageWatchers = new Set<Tell>()
const setStorage = (next: Storage): void => {
  if ([next, storage].every(one => one.since === null && one.history === null)) return
  storage = next
  for (const tell of storageWatchers) tell()
}
export const useStorage = (): Storage =>
  useSyncExternalStore(
    tell => {
      storageWatchers.add(tell)
      return () => storageWatchers.delete(tell)
    },
    () => storage,
  )

/** Whether alarms are a flood, as last heard. */
export type AlarmRate = Pick<Extract<LiveMessage, { kind: 'alarm-rate' }>, 'flood' | 'since' | 'count'>
const CALM: AlarmRate = { flood: false, since: null, count: 0 }
let rate = CALM
const rateWatchers = new Set<Tell>()
const setRate = (next: AlarmRate): void => {
  if (!next.flood && !rate.flood) return
  rate = next
  for (const tell of rateWatchers) tell()
}
export const useAlarmRate = (): AlarmRate =>
  useSyncExternalStore(
    tell => {
      rateWatchers.add(tell)
      return () => rateWatchers.delete(tell)
    },
    () => rate,
  )

let heard = false
let heardAt = performance.now()
/** How long ago the gateway was last heard, ms. */
export const silence = (): number => performance.now() - heardAt

/**
 * Opens the link and keeps it open, until the returned function is called.
 * @param told what changed in the records, and `hello` after each connection: then everything is to be read again
 * @param failed an attempt that did not get through: perhaps the session has ended
 */
export function openLive(told: (message: Told) => void, failed: () => void): () => void {
  let socket: WebSocket | undefined
  let retry: ReturnType<typeof setTimeout> | undefined
  let ended = false
  let attempt = 0
  let position: { seq: number; epoch: string } | undefined
  heard = false
  heardAt = performance.now()
  setLink({ state: 'starting', stands: null, attempt: 0 })

  const lose = (): void => {
    if (ended) return
    const old = socket
    socket = undefined
    old?.close()
    if (link.state !== 'starting' || attempt > 0 || silence() >= SILENCE_MS)
      setLink({ state: 'lost', stands: heard ? serverNow() - silence() : null, attempt: attempt + 1 })
    const waitMs = RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] ?? 5000
    attempt++
    clearTimeout(retry)
    retry = setTimeout(connect, waitMs)
  }

  const connect = (): void => {
    const at = position ? `?since=${position.seq}&epoch=${encodeURIComponent(position.epoch)}` : ''
    const opened = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/v1/live${at}`)
    socket = opened
    const startedAt = performance.now()
    let said = false
    const watchdog = setInterval(() => {
      if (opened === socket && performance.now() - (said ? heardAt : startedAt) > SILENCE_MS) lose()
    }, 250)
    opened.onmessage = event => {
      if (opened !== socket) return
      const message = JSON.parse(String(event.data)) as LiveMessage
      heardAt = performance.now()
      if (message.kind === 'hello' || message.kind === 'beat')
        clock = { server: Date.parse(message.now), here: heardAt }
      if (message.kind === 'hello') {
        said = true
        heard = true
        attempt = 0
        if (position && position.epoch !== message.epoch) samples.clear()
        position = { seq: message.seq, epoch: message.epoch }
        setLink({ state: 'up', stands: null, attempt: 0 })
        setStorage(WRITABLE)
        setRate(CALM)
      }
      if (message.kind === 'samples') putSamples(message.items)
      else if (message.kind === 'storage')
        setStorage({ since: message.since, history: message.history ?? null, waiting: message.waiting })
      else if (message.kind === 'alarm-rate') setRate(message)
      else if (message.kind !== 'beat') {
        if ('seq' in message && position) position = { ...position, seq: Math.max(position.seq, message.seq) }
        told(message)
      }
    }
    opened.onclose = ({ code }) => {
      clearInterval(watchdog)
      if (opened !== socket) return
      if (!said || code === SIGNED_OUT) failed()
      lose()
    }
  }
  connect()

  return () => {
    ended = true
    clearTimeout(retry)
    socket?.close()
    socket = undefined
    samples.clear()
    setStorage(WRITABLE)
    setRate(CALM)
    setLink({ state: 'starting', stands: null, attempt: 0 })
  }
}
