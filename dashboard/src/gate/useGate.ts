import { useCallback, useEffect, useRef, useState } from 'react'
import type { GateAnswer, GatePanel, GateTakeAway, GateTaken, Text } from '../../../gateway/http/contract.ts'
import { ApiError, call, post } from '../api.ts'
import { fromGateway, fromHere, type Shown } from './answer.ts'
import { judgeHere, listNow } from './offline.ts'
import { type Key, keepPhotos, kept, nextNumber, postId, type Queued } from './post.ts'

const PANEL_MS = 3000
const LIST_MS = 60_000
/** A guard does not wait longer for a gateway that may be gone. */
const ANSWER_MS = 4000
/** Longer nobody stands at the gate for one answer: it goes, so that it is not taken for the next one's. */
const SHOWN_MS = 90_000

const within = <T>(answer: Promise<T>, ms: number): Promise<T> =>
  Promise.race([answer, new Promise<T>((_, reject) => setTimeout(() => reject(new ApiError(0, 'network', '')), ms))])
const isAway = (error: unknown): boolean => error instanceof ApiError && (error.status === 0 || error.status >= 500)

export interface Conflict {
  readonly n: number
  readonly name: string
  readonly text: Text
}

/** The gate: asks the gateway, judges by itself while that is away, and tells later what happened meanwhile. */
export function useGate(gate: string, by: string, signedOut: () => void) {
  const [panel, setPanel] = useState(kept.panel.get)
  const [panelAt, setPanelAt] = useState<number | null>(null)
  const [downSince, setDownSince] = useState<number | null>(null)
  const [listAt, setListAt] = useState<{ readonly at: number; readonly ttlMs: number } | null>(null)
  const [queue, setQueue] = useState(kept.queue.get)
  const [conflicts, setConflicts] = useState<readonly Conflict[]>([])
  const [answer, setAnswer] = useState<Shown | null>(null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const asked = useRef(0)
  const flushing = useRef(false)
  const down = downSince !== null

  const put = useCallback((next: readonly Queued[]) => {
    kept.queue.set(next)
    setQueue(next)
  }, [])

  const flush = useCallback(async () => {
    if (flushing.current) return
    flushing.current = true
    try {
      for (let some = kept.queue.get().slice(0, 50); some.length > 0; some = kept.queue.get().slice(0, 50)) {
        const entries = some.map(({ name: _, no: __, ...entry }) => entry)
        const body = { gate, post: postId(), entries }
        const { items } = await within(post<GateTaken>('gate-entries', body), ANSWER_MS)
        const done = new Map(items.map(one => [one.n, one]))
        // Where another entry has the number (a device that was put back from a copy), ours is not there yet.
        const anew = (one: Queued) => (done.get(one.n)?.result === 'other' ? [{ ...one, n: nextNumber() }] : [])
        put(kept.queue.get().flatMap(one => (done.has(one.n) ? anew(one) : [one])))
        setConflicts(had => [
          ...had,
          ...some.flatMap(({ n, name }) => {
            const { text, result } = done.get(n) ?? {}
            return text && result !== 'other' ? [{ n, name, text }] : []
          }),
        ])
      }
    } catch (refused) {
      // What is not taken stays in the queue and is sent again.
      if (!isAway(refused)) setError(refused)
    } finally {
      flushing.current = false
    }
  }, [gate, put])

  useEffect(() => {
    let over = false
    let timer: ReturnType<typeof setTimeout>
    let listed = Number.NEGATIVE_INFINITY
    const look = async () => {
      try {
        const next = await within(call<GatePanel>(`gate-panel?gate=${encodeURIComponent(gate)}`), ANSWER_MS)
        if (over) return
        kept.up.set(Date.now())
        kept.panel.set(next)
        kept.offset.set(Date.parse(next.now) - Date.now())
        setPanel(next)
        setPanelAt(performance.now())
        setDownSince(null)
        await flush()
        if (performance.now() - listed >= LIST_MS) {
          listed = performance.now()
          kept.key.set(await call<Key>('pass-key'))
          const { list, signature } = await call<GateTakeAway>(`gate-list?gate=${encodeURIComponent(gate)}`)
          kept.list.set({ text: list, signature })
          const known = await listNow()
          if (!over) setListAt(known?.list ?? null)
          const people = known?.list.passes.filter(p => p.photo !== null) ?? []
          void keepPhotos([
            ...next.visits.flatMap(v => (v.photo === null ? [] : [`/api/v1/visits/${v.id}/photo/${v.photo}`])),
            ...people.map(p => `/api/v1/people/${p.person}/photo/${p.photo}`),
          ])
        }
      } catch (refused) {
        if (over) return
        if (refused instanceof ApiError && refused.status === 401) return signedOut()
        if (isAway(refused)) setDownSince(had => had ?? performance.now())
        else setError(refused)
      }
      if (!over) timer = setTimeout(() => void look(), PANEL_MS)
    }
    void listNow().then(known => setListAt(known?.list ?? null))
    void look()
    return () => {
      over = true
      clearTimeout(timer)
    }
  }, [gate, flush, signedOut])

  useEffect(() => {
    if (answer === null) return
    const timer = setTimeout(() => setAnswer(null), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [answer])

  const show = (next: Shown | null) => {
    asked.current++
    setBusy(false)
    setError(null)
    setAnswer(next)
  }
  /** Who is this? The former answer goes at once; one that comes too late is thrown away. */
  const scan = async (text: string, direction?: 'in' | 'out') => {
    const mine = ++asked.current
    setAnswer(null)
    setError(null)
    setBusy(true)
    const here = async () => {
      const said = fromHere(await judgeHere(text, Date.now() + kept.offset.get()), text)
      return direction ? { ...said, direction } : said
    }
    try {
      const ask = { gate, text: text.trim(), ...(direction ? { direction } : {}) }
      const next = down
        ? await here()
        : await within(post<GateAnswer>('gate-scans', ask), ANSWER_MS).then(a => fromGateway(a, text))
      if (mine === asked.current) setAnswer(next)
    } catch (refused) {
      if (!isAway(refused)) {
        if (mine === asked.current) setError(refused)
      } else {
        setDownSince(had => had ?? performance.now())
        const next = await here()
        if (mine === asked.current) setAnswer(next)
      }
    }
    if (mine === asked.current) setBusy(false)
  }
  /** He came in, or went out: put down here first, then told. */
  const confirm = (said: Shown, escort = '') => {
    const who = said.pass ?? said.visit
    if (!who) return
    const entry: Queued = {
      ...{ n: nextNumber(), at: new Date(Date.now() + kept.offset.get()).toISOString(), escort, by },
      ...{ credential: said.pass?.id ?? null, visit: said.visit?.id ?? null, direction: said.direction },
      ...{ how: down && said.how === 'online' ? 'shown' : said.how, event: said.event, name: who.name, no: who.no },
    }
    put([...kept.queue.get(), entry])
    show(null)
    void flush().then(async () => {
      if (down) return
      const next = await call<GatePanel>(`gate-panel?gate=${encodeURIComponent(gate)}`).catch(() => null)
      if (next) {
        setPanel(next)
        setPanelAt(performance.now())
      }
    })
  }
  return {
    ...{ panel, panelAt, downSince, listAt, queue, conflicts, answer, busy, error, scan, show, confirm },
    seen: () => setConflicts([]),
  }
}
export type GateNow = ReturnType<typeof useGate>
