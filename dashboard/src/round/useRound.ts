import { useCallback, useEffect, useRef, useState } from 'react'
import type { PatrolTaken, PatrolVisitView, PatrolWalk } from '../../../gateway/http/contract.ts'
import { ApiError, call, post, sendFile } from '../api.ts'
import { blobOf, deviceId, kept, nextNumber, type Queued } from './post.ts'

const LOOK_MS = 10_000
/** While it is away it is asked more often: a guard passes a corner with a network quickly. */
const AWAY_MS = 2000
const ANSWER_MS = 6000

const within = <T>(answer: Promise<T>, ms: number): Promise<T> =>
  Promise.race([answer, new Promise<T>((_, reject) => setTimeout(() => reject(new ApiError(0, 'network', '')), ms))])
const isAway = (error: unknown): boolean => error instanceof ApiError && (error.status === 0 || error.status >= 500)

/** A round on a phone: what was seen is put down here first, then told in its order, and stays until it is confirmed. */
export function useRound(signedOut: () => void) {
  const [walk, setWalk] = useState<PatrolWalk | null>(kept.walk.get)
  const [queue, setQueue] = useState(kept.queue.get)
  const [down, setDown] = useState(false)
  const [last, setLast] = useState<PatrolVisitView | null>(null)
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
      const { photo } = await within(sendFile<{ photo: string }>('patrol-photos', blobOf(one.photo)), ANSWER_MS * 5)
      const sent = { ...one, photo }
      put(kept.queue.get().map(q => (q.n === one.n ? sent : q)))
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
      for (let some = kept.queue.get().slice(0, 20); some.length > 0; some = kept.queue.get().slice(0, 20)) {
        const records = []
        for (const one of some) {
          const { point, photo, tag, ...record } = await withPhoto(one)
          records.push({ ...record, ...(tag ? { tag } : { checkpoint: point }), photos: photo === null ? [] : [photo] })
        }
        const body = { device: deviceId(), clock: new Date().toISOString(), records }
        const { items } = await within(post<PatrolTaken>('patrol-scans', body), ANSWER_MS)
        sent = true
        const done = new Map(items.map(i => [i.n, i]))
        // Where another record has the number (a device that was put back from a copy), ours is not there yet.
        const anew = (q: Queued) => (done.get(q.n)?.result === 'other' ? [{ ...q, n: nextNumber() }] : [])
        put(kept.queue.get().flatMap(q => (done.has(q.n) ? anew(q) : [q])))
        setLast(items.findLast(i => i.result !== 'other')?.visit ?? null)
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
      const next = await within(call<PatrolWalk>('patrol-walk'), ANSWER_MS)
      kept.walk.set(next)
      kept.offset.set(Date.parse(next.now) - Date.now())
      setWalk(next)
      setDown(false)
    }
    try {
      await read()
      // What was just told is visited now.
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
    add(one: Omit<Queued, 'n' | 'at'>) {
      put([...kept.queue.get(), { ...one, n: nextNumber(), at: new Date().toISOString() }])
      setLast(null)
      void flush().then(look)
    },
  }
}
export type RoundNow = ReturnType<typeof useRound>
