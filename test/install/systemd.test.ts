import { execFileSync, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openSupervisor, supervisionOf, type Tell } from '../../gateway/systemd/notify.ts'
import { root } from '../support/fresh.ts'
import { tempFolder } from '../support/gateway.ts'
import { until } from '../support/wait.ts'

const unit = readFileSync(join(root, 'deploy/systemd/gatehouse.service'), 'utf8')
/** Every value of a setting. */
const all = (name: string) => [...unit.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value]) => value!)

it('what systemd asks for, and of whom', () => {
  const env = (extra: object) => ({ NOTIFY_SOCKET: '/run/x', WATCHDOG_USEC: '60000000', ...extra })
  const rows: [name: string, env: Record<string, string | undefined>, everyMs: number | null, socket: string | null][] =
    [
      ['no systemd', {}, null, null],
      ['a watchdog of a minute: thrice in it', env({ WATCHDOG_PID: '7' }), 20_000, '/run/x'],
      ['for whoever asks', env({}), 20_000, '/run/x'],
      ['the watchdog of another process', env({ WATCHDOG_PID: '8' }), null, '/run/x'],
      ['without a watchdog', env({ WATCHDOG_USEC: undefined }), null, '/run/x'],
      ['nonsense', env({ WATCHDOG_USEC: 'often' }), null, '/run/x'],
    ]
  for (const [name, given, everyMs, socket] of rows) {
    expect([name, supervisionOf(given, 7)]).toEqual([name, { socket, everyMs }])
    // What it starts must not speak in its name.
    expect(Object.keys(given).filter(key => /NOTIFY|WATCHDOG/.test(key) && given[key] !== undefined)).toEqual([])
  }
})

it('says that it lives only when it is ready, one message at a time, until it stops; a failure is told once', async () => {
  const diary: string[] = []
  const failed: unknown[] = []
  let beat = () => {}
  let answer = () => {}
  let broken = false
  const tell: Tell = (socket, words) => {
    diary.push(`${socket} ${words.join(' ')}`)
    if (broken) return Promise.reject(new Error('gone'))
    return words[0] === 'WATCHDOG=1' ? new Promise(resolve => (answer = resolve)) : Promise.resolve()
  }
  const supervisor = openSupervisor({
    supervision: { socket: '/s', everyMs: 20_000 },
    every: (ms, work) => {
      diary.push(`each ${ms}`)
      beat = work
      return () => diary.push('no more')
    },
    tell,
    failed: error => failed.push(error),
  })
  await supervisor.ready('here')
  beat()
  beat()
  answer()
  await Promise.resolve().then(() => Promise.resolve())
  await until('the message was taken', () => {
    beat()
    return diary.filter(line => line.includes('WATCHDOG')).length === 2
  })
  answer()
  broken = true
  await supervisor.stopping()
  await supervisor.stopping()
  expect(failed).toHaveLength(1)
  expect(diary).toEqual([
    '/s READY=1 STATUS=here',
    'each 20000',
    '/s WATCHDOG=1',
    '/s WATCHDOG=1',
    'no more',
    '/s STOPPING=1',
    'no more',
    '/s STOPPING=1',
  ])
})

it('a real socket hears it', async () => {
  const folder = tempFolder()
  const socket = join(folder.path, 'notify')
  const hear =
    'socket(S,AF_UNIX,SOCK_DGRAM,0); bind(S,sockaddr_un($ARGV[0])); $|=1; print "here\\n"; while(defined(recv(S,$b,4096,0))){print "$b\\n"}'
  const listener = spawn('perl', ['-MSocket', '-e', hear, socket], { stdio: ['ignore', 'pipe', 'ignore'] })
  let heard = ''
  listener.stdout.on('data', chunk => {
    heard += chunk
  })
  try {
    await until('it listens', () => heard.includes('here'))
    const failed: unknown[] = []
    const supervisor = openSupervisor({
      supervision: { socket, everyMs: null },
      every: () => () => {},
      failed: error => failed.push(error),
    })
    await supervisor.ready('Gatehouse 0.1.0 · 127.0.0.1:8443')
    await until('it was heard', () => heard.includes('READY=1'))
    expect(heard).toContain('STATUS=Gatehouse 0.1.0 · 127.0.0.1:8443')
    expect(failed).toEqual([])
  } finally {
    listener.kill()
    folder.remove()
  }
})

it('the unit starts the gateway as `npm run gateway` does, and systemd understands every line', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: { gateway: string } }
  const flags = (command: string) => command.split(' ').filter(word => word.startsWith('--'))
  expect(flags(scripts.gateway).length).toBeGreaterThan(3)
  expect(flags(all('ExecStart')[0]!)).toEqual(flags(scripts.gateway))
  expect(all('Environment')[0]).toContain(/\bMALLOC_ARENA_MAX=\d+/.exec(scripts.gateway)![0])

  const folder = tempFolder()
  try {
    const file = join(folder.path, 'gatehouse.service')
    // The program need not be installed here for its unit to be right.
    execFileSync('cp', [join(root, 'deploy/systemd/gatehouse.service'), file])
    execFileSync('sed', ['-i', 's#^ExecStart=[^ ]*#ExecStart=/bin/true#', file])
    const said = execFileSync('systemd-analyze', ['verify', file], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    expect(said.trim()).toBe('')
    const security = execFileSync('systemd-analyze', ['security', '--offline=true', file], { encoding: 'utf8' })
    const exposure = Number(/Overall exposure level for gatehouse.service: ([\d.]+)/.exec(security)?.[1])
    console.log(`exposure of the unit: ${exposure}`)
    // 9.6 is a unit without any of it; what is left are the network, the serial ports and compiled code.
    expect(exposure).toBeLessThanOrEqual(2)
  } finally {
    folder.remove()
  }
})
