import { useCallback, useEffect, useRef, useState } from 'react'
import type { MeterWalkView, WalkTaken } from '../../../gateway/http/contract.ts'
import { ApiError, call, post, sendFile } from '../api.ts'
import { blobOf } from '../round/post.ts'
import { kept, newId, type Queued } from './post.ts'

const LOOK_MS = 15_000
/** While it is away it is asked more often: whoever reads meters passes a window with a network quickly. */
const AWAY_MS = 3000
const ANSWER_MS = 8000
const AT_ONCE = 20

const within = <T>(answer: Promise<T>, ms: number): Promise<T> =>
  Promise.race([answer, new Promise<T>((_, reject) => setTimeout(() => reject(new ApiError(0, 'network', '')), ms))])
const isAway = (error: unknown): boolean => error instanceof ApiError && (error.status === 0 || error.status >= 500)

export interface LastSent {
  readonly meter: string
  readonly result: WalkTaken['items'][number]['result']
  readonly doubt: WalkTaken['items'][number]['doubt']
}

/** The walk on a phone: what was read is put down here first, then told in its order, and stays until it is confirmed. */
export function useMeters(signedOut: () => void) {
  const [walk, setWalk] = useState<MeterWalkView | null>(kept.walk.get)
  const [queue, setQueue] = useState(kept.queue.get)
  const [down, setDown] = useState(false)
  const [last, setLast] = useState<LastSent | null>(null)
  const [error, setError] = useState<unknown>(null)
  const flushing = useRef(false)

  const put = useCallback((next: readonly Queued[]) => {
    kept.queue.set(next)
    setQueue(next)
  }, [])
  /** A picture goes first: its record names it. */
  const withPhoto = useCallback(
    async (one: Queued): Promise<Queued> => {
      if (!one.photo?.startsWith('data:')) return one
      const { photo } = await within(sendFile<{ photo: string }>('meter-walk/photos', blobOf(one.photo)), ANSWER_MS * 5)
      const sent = { ...one, photo }
      put(kept.queue.get().map(q => (q.id === one.id ? sent : q)))
      return sent
    },
    [put],
  )
  /** @returns whether anything was sent */
  const flush = useCallback(async (): Promise<boolean> => {
    if (flushing.current) return false
    flushing.current = true
    let sent = false
    try {
      for (let some = kept.queue.get().slice(0, AT_ONCE); some.length > 0; some = kept.queue.get().slice(0, AT_ONCE)) {
        const records = []
        for (const one of some) records.push(await withPhoto(one))
        const body = { clock: new Date().toISOString(), records }
        const { items } = await within(post<WalkTaken>('meter-walk/readings', body), ANSWER_MS)
        sent = true
        const done = new Set(items.map(i => i.id))
        put(kept.queue.get().filter(q => !done.has(q.id)))
        const newest = items.at(-1)
        const point = records.find(r => r.id === newest?.id)?.point
        const meter = kept.walk.get()?.items.find(i => i.point === point)?.meter ?? point ?? ''
        if (newest) setLast({ meter, result: newest.result, doubt: newest.doubt })
        setError(null)
      }
      setDown(false)
    } catch (refused) {
      // What is not taken stays in the queue and is sent again.
      if (isAway(refused)) setDown(true)
      else setError(refused)
    } finally {
      flushing.current = false
    }
    return sent
  }, [put, withPhoto])
  const look = useCallback(async () => {
    const read = async () => {
      const next = await within(call<MeterWalkView>('meter-walk'), ANSWER_MS)
      kept.walk.set(next)
      setWalk(next)
      setDown(false)
    }
    try {
      await read()
      if (await flush()) await read()
    } catch (refused) {
      if (refused instanceof ApiError && refused.status === 401) signedOut()
      else if (isAway(refused)) setDown(true)
      else setError(refused)
    }
  }, [flush, signedOut])

  useEffect(() => {
    void look()
  }, [look])
  useEffect(() => {
    const timer = setInterval(() => void look(), down ? AWAY_MS : LOOK_MS)
    const online = () => void look()
    window.addEventListener('online', online)
    return () => {
      clearInterval(timer)
      window.removeEventListener('online', online)
    }
  }, [look, down])

  return {
    ...{ walk, queue, down, last, error },
    /** Put down here, then told. @throws when the device has no room left */
    add(one: Omit<Queued, 'id' | 'at'>) {
      put([...kept.queue.get(), { ...one, id: newId(), at: new Date().toISOString() }])
      setLast(null)
      void flush().then(sent => (sent ? look() : undefined))
    },
  }
}
