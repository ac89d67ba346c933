import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const MIRROR = 'http://deb.debian.org/debian'
const CACHE = process.env.GATEHOUSE_PROVE_DEBIAN ?? '/var/cache/gatehouse-prove/debian'
const PACKS = ['systemd', 'systemd-sysv', 'dbus', 'debconf', 'ca-certificates', 'curl', 'iproute2', 'procps']
const NEEDED = ['debootstrap', 'systemd-nspawn', 'ip', 'nsenter', 'curl', 'dpkg-deb']

export interface Said {
  readonly code: number
  readonly out: string
}
const run = (command: string, args: readonly string[], input?: string): Said => {
  const done = spawnSync(command, args, { encoding: 'utf8', input, timeout: 600_000 })
  return { code: done.status ?? 1, out: `${done.stdout}${done.stderr}`.trim() }
}

/** What is missing here to start a whole machine; empty: nothing. */
export function missing(): string[] {
  const lacks = NEEDED.filter(name => spawnSync('which', [name]).status !== 0)
  return process.getuid?.() === 0 ? lacks : ['root', ...lacks]
}

/** A Debian as its installer leaves it, with systemd; got from the mirror once. */
function debian(): string {
  if (existsSync(join(CACHE, 'usr/bin/systemctl'))) return CACHE
  mkdirSync(CACHE, { recursive: true })
  console.log('getting Debian, a few minutes …')
  execFileSync('debootstrap', ['--variant=minbase', `--include=${PACKS}`, 'bookworm', CACHE, MIRROR], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return CACHE
}

export const HERE = '10.77.0.1'
const DESK = '10.77.0.2'

/**
 * A fresh Debian with its own systemd, in namespaces of its own, and a desk: another network namespace with one cable to it.
 * Nothing of it is left after `end`.
 */
export async function startMachine() {
  const work = mkdtempSync(join(tmpdir(), 'gatehouse-machine-'))
  const at = (path: string) => join(work, path)
  for (const folder of ['upper', 'scratch', 'root']) mkdirSync(at(folder))
  const id = String(process.pid)
  const [site, desk] = [`gh-site-${id}`, `gh-desk-${id}`]
  const must = (command: string, ...args: string[]) =>
    execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const root = at('root')
  must(
    'mount',
    '-t',
    'overlay',
    'overlay',
    '-o',
    `lowerdir=${debian()},upperdir=${at('upper')},workdir=${at('scratch')}`,
    root,
  )
  writeFileSync(join(root, 'etc/hostname'), 'gatehouse-proof\n')
  for (const name of [site, desk]) must('ip', 'netns', 'add', name)
  must('ip', '-n', site, 'link', 'add', 'cable', 'type', 'veth', 'peer', 'name', 'cable', 'netns', desk)
  for (const [name, address] of [
    [site, HERE],
    [desk, DESK],
  ] as const) {
    must('ip', '-n', name, 'addr', 'add', `${address}/24`, 'dev', 'cable')
    for (const device of ['lo', 'cable']) must('ip', '-n', name, 'link', 'set', device, 'up')
  }
  const nspawn = spawn(
    'systemd-nspawn',
    ['--quiet', '--register=no', '--keep-unit', '-D', root, `--network-namespace-path=/run/netns/${site}`].concat([
      '-b',
      '--console=pipe',
    ]),
    { stdio: ['ignore', 'ignore', 'ignore'] },
  )
  let over = false
  nspawn.once('exit', () => {
    over = true
  })
  /** The first process of the machine, by its number here. */
  const init = (): string | null => {
    const found = run('pgrep', ['-P', String(nspawn.pid)]).out
    return found === '' ? null : found.split('\n')[0]!
  }
  const inside = (script: string, input?: string): Said =>
    run(
      'nsenter',
      [
        '-t',
        init() ?? '0',
        '-a',
        'env',
        '-i',
        `PATH=/usr/sbin:/usr/bin:/sbin:/bin`,
        'LANG=C.UTF-8',
        'sh',
        '-c',
        script,
      ],
      input,
    )
  const machine = {
    root,
    /** Runs a command in it, as its root. */
    inside,
    /** From the desk. */
    desk: (command: string, ...args: string[]): Said => run('ip', ['netns', 'exec', desk, command, ...args]),
    read: (path: string): string => readFileSync(join(root, path), 'utf8'),
    async until(what: string, fact: () => boolean, limitMs = 60_000): Promise<void> {
      for (const end = Date.now() + limitMs; Date.now() < end; ) {
        if (fact()) return
        await new Promise(resolve => setTimeout(resolve, 250))
      }
      throw new Error(`not within ${limitMs / 1000} s: ${what}`)
    },
    async end(): Promise<void> {
      const first = init()
      if (first && !over) {
        // To a first process this is: switch off at once [systemd(1), SIGRTMIN+4 is the slow way].
        try {
          process.kill(Number(first), 'SIGKILL')
        } catch {
          // It has ended meanwhile.
        }
      }
      nspawn.kill('SIGTERM')
      for (let i = 0; i < 40 && !over; i++) await new Promise(resolve => setTimeout(resolve, 250))
      nspawn.kill('SIGKILL')
      run('umount', ['-R', root])
      for (const name of [site, desk]) run('ip', ['netns', 'del', name])
      rmSync(work, { recursive: true, force: true })
    },
  }
  await machine.until(
    'systemd is up',
    () => !over && /running|degraded/.test(inside('systemctl is-system-running').out),
  )
  return machine
}
export type Machine = Awaited<ReturnType<typeof startMachine>>
