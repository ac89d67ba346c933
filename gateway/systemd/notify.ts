import { spawn } from 'node:child_process'

/** What systemd wants to hear of a service, and how often [sd_notify(3), sd_watchdog_enabled(3)]. */
export interface Supervision {
  /** Where it listens; null: nobody does. */
  readonly socket: string | null
  /** How often it has to hear that the service lives; null: never. */
  readonly everyMs: number | null
}

/** Thrice within the time that systemd waits: one message that comes late must not end a gateway that works. */
const BEATS = 3

/**
 * Reads what systemd has put into the environment, and takes it out: what the gateway starts must not speak in its name.
 * @param pid of this process: the watchdog of another one is none of its business
 */
export function supervisionOf(env: Record<string, string | undefined>, pid: number): Supervision {
  const { NOTIFY_SOCKET, WATCHDOG_USEC, WATCHDOG_PID } = env
  for (const name of ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID']) delete env[name]
  const socket = NOTIFY_SOCKET || null
  const us = Number(WATCHDOG_USEC)
  const mine = WATCHDOG_PID === undefined || Number(WATCHDOG_PID) === pid
  return { socket, everyMs: socket !== null && mine && us > 0 ? Math.floor(us / 1000 / BEATS) : null }
}

/** Sends to the socket what stands in `words`, such as `READY=1`. Resolves when it was taken, rejects when it was not. */
export type Tell = (socket: string, words: readonly string[]) => Promise<void>

/** Node has no datagrams between processes of a machine: `systemd-notify`, which comes with systemd, sends them. */
export const tellSystemd: Tell = (socket, words) =>
  new Promise((resolve, reject) => {
    const child = spawn('systemd-notify', words, {
      stdio: 'ignore',
      env: { PATH: process.env.PATH, NOTIFY_SOCKET: socket },
    })
    child.once('error', reject)
    child.once('exit', code => (code === 0 ? resolve() : reject(new Error(`systemd-notify ended with ${code}`))))
    child.unref()
  })

export type Supervisor = ReturnType<typeof openSupervisor>

/**
 * Tells systemd how the gateway is: ready, alive, about to end. That it is alive is said by a timer of the same loop that
 * polls and alarms: who stands still says nothing, and is started anew. Without systemd it does nothing.
 * @param deps.every calls back each so many ms, and gives the end of it
 */
export function openSupervisor(deps: {
  readonly supervision: Supervision
  readonly every: (ms: number, work: () => void) => () => void
  readonly tell?: Tell
  /** Once, though it fails each time. */
  readonly failed: (error: unknown) => void
}) {
  const { socket, everyMs } = deps.supervision
  const tell = deps.tell ?? tellSystemd
  let told = false
  let sending = false
  let stopBeat = () => {}
  const say = async (...words: string[]): Promise<void> => {
    if (socket === null) return
    try {
      await tell(socket, words)
    } catch (error) {
      if (!told) deps.failed(error)
      told = true
    }
  }
  return {
    /** Everything runs: whoever waits for the service goes on. */
    async ready(status: string): Promise<void> {
      await say('READY=1', `STATUS=${status}`)
      if (everyMs === null) return
      stopBeat = deps.every(everyMs, () => {
        // One that hangs must not be joined by others.
        if (sending) return
        sending = true
        void say('WATCHDOG=1').finally(() => {
          sending = false
        })
      })
    },
    /** What it does before it is ready, for `systemctl status`. */
    status: (status: string): Promise<void> => say(`STATUS=${status}`),
    stopping(): Promise<void> {
      stopBeat()
      return say('STOPPING=1')
    },
  }
}
