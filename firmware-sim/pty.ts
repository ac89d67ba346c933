import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

export interface Pty {
  /** A serial device that leads to the TCP port. It disappears for a moment when the far end drops the connection, like a pulled adapter. */
  readonly path: string
  stop(): Promise<void>
}

/**
 * Bridges a pseudo terminal to a TCP port of this machine with `socat`, so that a program finds a serial line.
 * @param link where the serial device appears; by default somewhere in the system's temporary folder
 * @returns undefined when socat is not on the PATH or makes no pty within 2 s
 */
export async function openPty(port: number, link?: string): Promise<Pty | undefined> {
  const folder = link === undefined ? await mkdtemp(join(tmpdir(), 'gatehouse-sim-')) : undefined
  const path = link ?? join(folder!, 'bus')
  await rm(path, { force: true })
  const stopping = new AbortController()

  /** Lives as long as socat does. false: there is no socat. */
  const bridge = () =>
    new Promise<boolean>(resolve => {
      const child = spawn('socat', ['-t', '0.05', `pty,raw,echo=0,link=${path}`, `TCP:127.0.0.1:${port}`], {
        stdio: 'ignore',
      })
      const end = () => child.kill()
      stopping.signal.addEventListener('abort', end)
      const over = (present: boolean) => {
        stopping.signal.removeEventListener('abort', end)
        resolve(present)
      }
      child.once('error', () => over(false))
      child.once('exit', () => over(true))
    })

  const keepUp = async () => {
    while (!stopping.signal.aborted) {
      if (!(await bridge())) return
      await pause(100, undefined, { signal: stopping.signal }).catch(() => {})
    }
  }
  let given = false
  const over = keepUp().then(() => {
    given = true
  })
  const stop = async () => {
    stopping.abort()
    await over
    await rm(folder ?? path, { recursive: true, force: true })
  }

  // Nothing tells when socat has made the link, so look.
  for (let waitedMs = 0; waitedMs < 2000 && !given; waitedMs += 10) {
    if (existsSync(path)) return { path, stop }
    await pause(10)
  }
  await stop()
  return undefined
}
