import { useEffect, useRef, useState } from 'react'
import { mayReload, type Scene } from '../../../rules/wall.ts'
import { serverNow } from '../live.ts'

/** A page that stands for weeks: it keeps the screen on, and loads a newer program in a calm moment. */

const LOOK_MS = 60_000
const TRY_MS = 5000

/** Keeps the screen from going dark. False: this browser cannot, as on plain http; the machine has to be told. */
export function useAwake(): boolean {
  const [held, setHeld] = useState(false)
  useEffect(() => {
    let lock: WakeLockSentinel | null = null
    let ended = false
    const take = async () => {
      if (ended || document.visibilityState !== 'visible' || lock !== null) return
      try {
        lock = (await navigator.wakeLock?.request('screen')) ?? null
        setHeld(lock !== null)
        lock?.addEventListener('release', () => {
          lock = null
          setHeld(false)
        })
      } catch {
        setHeld(false)
      }
    }
    void take()
    document.addEventListener('visibilitychange', take)
    return () => {
      ended = true
      document.removeEventListener('visibilitychange', take)
      void lock?.release().catch(() => {})
    }
  }, [])
  return held
}

/** The programs that a page names; their names carry a hash of what is in them. */
export const programOf = (html: string): string => [...html.matchAll(/\/assets\/[\w.-]+\.(?:js|css)/g)].join(' ')

async function programThere(): Promise<string | null> {
  try {
    const answer = await fetch('/', { cache: 'no-store' })
    return answer.ok ? programOf(await answer.text()) || null : null
  } catch {
    return null
  }
}

/**
 * Looks each minute whether the gateway has a newer program, and loads it when nobody is disturbed.
 * @returns whether a newer one waits
 */
export function useNewer(scene: Scene, reload: () => void = () => location.reload()): boolean {
  const [since, setSince] = useState<number | null>(null)
  const looks = useRef<() => Promise<void>>(async () => {})
  const now = useRef({ scene, reload })
  useEffect(() => {
    now.current = { scene, reload }
  })
  useEffect(() => {
    let first: string | null = null
    const look = async () => {
      const there = await programThere()
      if (there === null) return
      first ??= there
      setSince(had => (there === first ? null : (had ?? serverNow())))
    }
    looks.current = look
    void look()
    const timer = setInterval(() => void look(), LOOK_MS)
    return () => clearInterval(timer)
  }, [])
  // A gateway that was away and is back may be a newer one.
  useEffect(() => {
    if (scene.up) void looks.current()
  }, [scene.up])
  useEffect(() => {
    if (since === null) return
    const timer = setInterval(() => {
      if (mayReload(since, now.current.scene, serverNow())) now.current.reload()
    }, TRY_MS)
    return () => clearInterval(timer)
  }, [since])
  return since !== null
}
