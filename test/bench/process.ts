import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'

/** What processes of this machine cost, from /proc. */

const TICKS_PER_S = 100

/** The process and all that came from it. */
export function family(pid: number): number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap(task =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number),
  )
  return [pid, ...children.flatMap(family)]
}

/** User and system time so far, of the process and its ended children [proc(5): fields 14 to 17 of stat, in clock ticks]. */
export function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
  const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0)
  return (ticks * 1000) / TICKS_PER_S
}

export const rssMb = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024

export const sumOf = (pids: readonly number[], what: (pid: number) => number): number =>
  pids.reduce((sum, pid) => sum + what(pid), 0)

/** For programs that cannot take any port and say which. */
export const freePort = (): Promise<number> =>
  new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
