import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { node24 } from './fresh.ts'

/** What a machine can be made to do here, and what is missing for it; empty: nothing. */
export function lacking(tools: readonly string[]): readonly string[] {
  const lacks = tools.filter(name => spawnSync('which', [name]).status !== 0)
  return process.getuid?.() === 0 ? lacks : ['root', ...lacks]
}
const run = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()

/** The answer of ext4 to an error, as of a disk that fails: from now on it is read-only, whoever has files open. */
const FAIL = 'trigger_fs_error'
/** EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH: what was not forced to the disk is gone [linux/fs/ext4/ext4.h]. */
const SHUTDOWN = `open my $f, '<', $ARGV[0] or die $!; my $how = pack('L', 2); ioctl($f, 0x8004587d, $how) or die $!`
export const diskTools = ['losetup', 'mkfs.ext4', 'e2fsck', 'mount', 'perl']

/**
 * A disk of its own: ext4 on a loop device. Its power can be cut, and it can fail. Root only.
 * @param mb its size
 */
export function openDisk(mb = 256) {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-disk-'))
  const image = join(folder, 'image')
  const root = join(folder, 'disk')
  mkdirSync(root)
  run('truncate', '-s', `${mb}M`, image)
  run('mkfs.ext4', '-q', '-F', image)
  let loop = ''
  const mount = () => {
    loop = run('losetup', '--find', '--show', image)
    run('mount', '-o', 'errors=remount-ro,commit=300', loop, root)
  }
  const unmount = () => {
    if (loop === '') return
    run('umount', root)
    run('losetup', '-d', loop)
    loop = ''
  }
  mount()
  return {
    root,
    /** Whoever writes is told that it is read-only. */
    fail: () => writeFileSync(join('/sys/fs/ext4', loop.replace('/dev/', ''), FAIL), '1'),
    /** What the program has written and not forced to the disk is gone; nothing can be read or written until `again`. */
    cutPower: () => run('perl', '-e', SHUTDOWN, root),
    /** As after a new start of the machine: nobody may have a file open there. @returns what the check of the disk said */
    again(): string {
      unmount()
      // 1: it repaired something, as after any hard stop.
      const checked = spawnSync('e2fsck', ['-p', image], { encoding: 'utf8' })
      if ((checked.status ?? 99) > 1) throw new Error(`the disk is broken: ${checked.stdout}${checked.stderr}`)
      mount()
      return checked.stdout.trim()
    },
    end() {
      unmount()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const V1 = '/sys/fs/cgroup/memory'
const V2 = '/sys/fs/cgroup'
let groups = 0

/** Whether processes can be given a memory limit here, and how. */
export function memoryVersion(): 'v1' | 'v2' | null {
  if (process.getuid?.() !== 0) return null
  if (existsSync(join(V1, 'memory.limit_in_bytes'))) return 'v1'
  const subtree = join(V2, 'cgroup.subtree_control')
  return existsSync(subtree) && readFileSync(subtree, 'utf8').includes('memory') ? 'v2' : null
}

/** A group of processes with a limit of memory. Root only. */
export function openMemoryGroup() {
  const v1 = memoryVersion() === 'v1'
  const folder = join(v1 ? V1 : V2, `gatehouse-badday-${process.pid}-${++groups}`)
  mkdirSync(folder)
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  return {
    /** For a shell: from here on it and what it becomes is in the group. */
    enter: `echo $$ >${join(folder, 'cgroup.procs')};`,
    /** Without what is kept of files, bytes. */
    used(): number {
      const files = [
        ...read('memory.stat').matchAll(v1 ? /^total_(?:in)?active_file (\d+)$/gm : /^(?:in)?active_file (\d+)$/gm),
      ]
      return (
        Number(read(v1 ? 'memory.usage_in_bytes' : 'memory.current')) - files.reduce((sum, f) => sum + Number(f[1]), 0)
      )
    },
    /** @returns false: there is more in it already than the kernel can take back */
    limit(bytes: number): boolean {
      try {
        writeFileSync(join(folder, v1 ? 'memory.limit_in_bytes' : 'memory.max'), `${Math.round(bytes)}`)
        return true
      } catch {
        return false
      }
    },
    /** Somebody else in the group who takes all that is left; the kernel has to end another one for it. */
    eat() {
      const script = `echo $$ >${join(folder, 'cgroup.procs')}; echo -1000 >/proc/self/oom_score_adj; exec "$0" -e "$1"`
      const taking = 'const all = []; setInterval(() => all.push(Buffer.alloc(4 << 20, 1)), 20)'
      const eater = spawn('sh', ['-c', script, node24, taking], { stdio: 'ignore' })
      const gone = new Promise(resolve => eater.once('exit', resolve))
      return async () => {
        eater.kill('SIGKILL')
        await gone
      }
    },
    async end() {
      // Who has just died is still in it for a moment.
      for (let i = 0; i < 100; i++)
        try {
          return rmdirSync(folder)
        } catch {
          await new Promise(resolve => setTimeout(resolve, 100))
        }
    },
  }
}
