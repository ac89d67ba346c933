import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { getHeapStatistics } from 'node:v8'
import { type MemoryFacts, type MemoryRoom, memoryShort, memoryUsed } from '../../rules/memory.ts'
import type { Clock } from '../core/clock.ts'

const LOOK_MS = 5000
/** Clearing away stops the process for tenths of a second: not again and again when it does not help. */
const SWEEP_EVERY_MS = 60_000
/** What version 1 says where there is no limit is a number near 2^63. */
const NO_LIMIT = 2 ** 60

/** What a group says of itself by the files of its version [kernel.org cgroup-v2, "Memory"; cgroup-v1/memory]. */
const FILES = {
  v2: { used: 'memory.current', limit: 'memory.max', files: /^(?:in)?active_file (\d+)$/gm },
  v1: { used: 'memory.usage_in_bytes', limit: 'memory.limit_in_bytes', files: /^total_(?:in)?active_file (\d+)$/gm },
} as const
interface Group {
  readonly folder: string
  readonly version: keyof typeof FILES
}

/** The groups that this process is in, from its own one to the root; none where the machine has no such thing. */
function groupsHere(): readonly Group[] {
  const said = read('/proc/self/cgroup') ?? ''
  const found: Group[] = []
  for (const line of said.split('\n')) {
    const [, controllers = '', path = ''] = /^\d+:([^:]*):(.*)$/.exec(line) ?? []
    const version = line.startsWith('0::') ? 'v2' : controllers.split(',').includes('memory') ? 'v1' : null
    if (version === null) continue
    const roots = version === 'v1' ? ['/sys/fs/cgroup/memory'] : ['/sys/fs/cgroup', '/sys/fs/cgroup/unified']
    const root = roots.find(folder => existsSync(folder))
    if (root === undefined) continue
    const parts = path.split('/').filter(part => part !== '')
    for (let n = parts.length; n >= 0; n--) {
      const folder = join(root, ...parts.slice(0, n))
      // In a container the path may be that of the host, which is not there.
      if (existsSync(join(folder, FILES[version].limit))) found.push({ folder, version })
    }
  }
  return found
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

function roomOf({ folder, version }: Group): MemoryRoom | null {
  const names = FILES[version]
  const limit = Number(read(join(folder, names.limit))?.trim() || Number.NaN)
  if (!(limit < NO_LIMIT)) return null
  const used = Number(read(join(folder, names.used))?.trim() || Number.NaN)
  const files = [...(read(join(folder, 'memory.stat')) ?? '').matchAll(names.files)]
  const kept = files.reduce((sum, [, bytes]) => sum + Number(bytes), 0)
  return Number.isNaN(used) ? null : { used: Math.max(0, used - kept), limit }
}

/** Looks at heap, groups and machine. @returns a function that looks now */
export function memoryFacts(): () => MemoryFacts {
  const groups = groupsHere()
  const kib = (said: string, name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(said)?.[1]) * 1024
  return () => {
    const { used_heap_size, heap_size_limit } = getHeapStatistics()
    const said = read('/proc/meminfo') ?? ''
    const machine = { available: kib(said, 'MemAvailable'), total: kib(said, 'MemTotal') }
    return {
      heap: { used: used_heap_size, limit: heap_size_limit },
      groups: groups.flatMap(group => roomOf(group) ?? []),
      machine: Number.isNaN(machine.available + machine.total) ? null : machine,
    }
  }
}

/**
 * Looks each five seconds how much memory is left. When it gets short, what can be cleared away is, and `short` says that
 * nothing large may be begun, until there is enough again.
 * @param sweep clears away what nobody needs any more
 */
export function watchMemory(
  clock: Pick<Clock, 'every' | 'now'>,
  sweep: () => void,
  facts: () => MemoryFacts = memoryFacts(),
) {
  let used = memoryUsed(facts())
  let short = false
  let sweptAt: number | null = null
  const stop = clock.every(LOOK_MS, () => {
    used = memoryUsed(facts())
    short = memoryShort(short, used)
    const now = clock.now()
    if (!short || (sweptAt !== null && Math.abs(now - sweptAt) < SWEEP_EVERY_MS)) return
    sweptAt = now
    sweep()
  })
  return {
    /** Of what it may take, percent. */
    used: () => used,
    short: () => short,
    stop,
  }
}
