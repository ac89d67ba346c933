import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createClock } from '../../gateway/core/clock.ts'
import type { Row } from '../../gateway/out/reader/row.ts'
import { sftpFolder } from '../../gateway/out/sinks/sftp/far.ts'
import { fingerprintOf, sshKeys } from '../../gateway/out/sinks/sftp/keys.ts'
import { shipper, type WholeFile } from '../../gateway/out/sinks/sftp/ship.ts'
import { sftpSink } from '../../gateway/out/sinks/sftp/sink.ts'
import { whyOf } from '../../gateway/out/sinks/sftp/words.ts'
import { tempFolder } from '../support/gateway.ts'
import { sshdAt } from '../support/sshd.ts'
import { until } from '../support/wait.ts'

const T0 = Date.UTC(2026, 10, 22, 0, 30)
const HOUR = 3_600_000
const signal = new AbortController().signal
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** A gateway's side of it, and the host over there. Rows are long, so that a file is not gone in one piece. */
async function ground() {
  const [here, there] = [tempFolder(), tempFolder()]
  const far = await sshdAt(there.path)
  const clock = createClock()
  closing.push(
    () => here.remove(),
    () => there.remove(),
    () => far.close(),
    () => clock.stop(),
  )
  const keys = sshKeys(join(here.path, 'keys'))
  const local = join(here.path, 'csv')
  let now = T0
  const make = (
    more: { password?: string; folder?: string; patience?: { stepMs: number; bytesPerS: number } } = {},
  ) => {
    const folder = sftpFolder({
      ...{ host: far.host, port: far.port, username: far.username, folder: far.inbox, local, keys, clock },
      ...{ token: 'tok', comment: 'gatehouse-plaza-drop', ...more },
    })
    const sink = sftpSink({
      ...{ folder: local, prefix: 'plaza', every: 'hour', timezone: 'UTC', now: () => now, far: folder },
      mostBytes: 10_000_000,
    })
    closing.push(() => sink.close())
    return sink
  }
  type Sink = ReturnType<typeof make>
  const row = (seq: number, at: number): Row => ({
    ...{ seq, id: `x-${seq}-0`, at, samples: 1, topic: 'telemetry' },
    text: `x-${seq}-0,${new Date(at).toISOString()},${'0123456789'.repeat(1000)}`,
  })
  return {
    ...{ far, keys, local, make },
    /** So many rows in each of some hours, all of which are over; then it goes. */
    async fill(sink: Sink, from: number, rows: number, hours: number) {
      for (let h = 0; h < hours; h++) {
        const some = Array.from({ length: rows }, (_, i) => row(from + h * rows + i, now + i))
        expect(await sink.send(some, signal)).toEqual({ kind: 'taken' })
        now += HOUR
      }
      sink.beat!(now)
    },
    /** It was tried once more, by a person. */
    async tried(sink: Sink) {
      const before = sink.beyond!().trouble?.tries ?? 0
      sink.hurry!()
      return until('it was tried', () => {
        const { trouble } = sink.beyond!()
        return trouble && trouble.tries > before && trouble.why.code
      })
    },
    arrived: (sink: Sink) =>
      until(
        () => `all arrive: ${JSON.stringify(sink.beyond!())}`,
        () => sink.beyond!().files === 0 && sink.beyond!().trouble === null,
      ),
    /** The numbers of all rows that can be seen over there, in the order of the names. */
    seen: () =>
      far
        .names()
        .filter(name => !name.startsWith('.'))
        .flatMap(name => [...far.read(name).matchAll(/^x-(\d+)-0,/gm)].map(([, seq]) => Number(seq))),
  }
}
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1)

describe('files that go to a host by SFTP', () => {
  it('nothing is sent before a person has trusted the host and the host knows the key; then whole files, once', async () => {
    const { far, keys, make, fill, tried, arrived, seen, local } = await ground()
    let service = await far.start()
    closing.push(() => service.kill())
    let sink = make()
    await fill(sink, 1, 3, 2)
    await until('it looked who is there', () => sink.beyond!().trouble?.why.code === 'host-key-unknown')
    const { offered, hostKey, publicKey } = keys.view()
    expect(fingerprintOf(`h ${readFileSync(join(far.inbox, '../host-1.pub'), 'utf8')}`)).toBe(offered)
    expect([hostKey, sink.beyond!().trouble!.why.detail, far.names()]).toEqual([null, offered, []])
    expect(publicKey).toMatch(/^ssh-ed25519 \S+ gatehouse-plaza-drop$/)
    expect(statSync(join(keys.folder, 'id_ed25519')).mode & 0o777).toBe(0o600)
    expect([keys.trust('SHA256:x'), keys.trust(offered!)]).toEqual([false, true])
    // It does not know our key; nor is a password right that is not.
    expect(await tried(sink)).toBe('sign-in-refused')
    expect(service.said()).not.toContain('Failed password')
    await sink.close()
    sink = make({ password: 'not "the\\ $one' })
    expect(await tried(sink)).toBe('sign-in-refused')
    await until('the password was offered', () => service.said().includes('Failed password'))
    await sink.close()
    far.allow(publicKey)
    sink = make()
    sink.beat!(T0)
    await arrived(sink)
    const names = far.names()
    expect(names.map(name => name.replace(/[0-9a-f]{10}\.csv$/, '#.csv'))).toEqual([
      'plaza-telemetry-20261122-0000+0000-1-#.csv',
      'plaza-telemetry-20261122-0100+0000-4-#.csv',
    ])
    for (const name of names)
      expect(name).toContain(createHash('sha256').update(far.read(name)).digest('hex').slice(0, 10))
    expect([seen(), readdirSync(local), sink.beyond!().sent]).toEqual([upTo(6), [], 2])
    // Stopped between the name over there and the end of the file here: it is found, and not sent twice.
    writeFileSync(join(local, 'plaza-telemetry-20261122-0000+0000.csv'), far.read(names[0]!))
    // Another one by the same name stays, whoever it is of.
    const other = join(far.inbox, names[1]!)
    const whole = far.read(names[1]!)
    chmodSync(far.inbox, 0o777)
    writeFileSync(other, 'of somebody else')
    writeFileSync(join(local, 'plaza-telemetry-20261122-0100+0000.csv'), whole)
    sink.hurry!()
    await arrived(sink)
    expect(far.names()).toEqual([names[0], names[1]!.replace('.csv', '-2.csv'), names[1]].sort())
    expect([far.read(names[1]!), far.read(names[1]!.replace('.csv', '-2.csv'))]).toEqual(['of somebody else', whole])
    // The host is another one: nothing more is said to it, until a person says so.
    await service.kill()
    expect(await tried(sink)).toBe('unreachable')
    service = await far.start('host-2')
    await fill(sink, 7, 1, 1)
    expect(await tried(sink)).toBe('host-key-changed')
    const changed = keys.view()
    expect([changed.hostKey, changed.offered === null]).toEqual([offered, false])
    expect(sink.beyond!().trouble!.why.detail).toBe(changed.offered)
    expect(service.said()).not.toContain('Accepted')
    keys.trust(changed.offered!)
    sink.hurry!()
    await arrived(sink)
    expect(far.names().length).toBe(4)
  })

  it('cut off, hung, without room, without leave, the gateway stopped in the middle: none is missing, none twice, no half', async () => {
    const { far, keys, make, fill, tried, arrived, seen } = await ground()
    let service = await far.start()
    closing.push(() => service.kill())
    await keys.own('x')
    far.allow(keys.view().publicKey)
    keys.trust((await keys.look(far.host, far.port, signal))!)
    let sink = make()
    const whole = new Map<string, string>()
    const look = () => {
      for (const name of far.names().filter(one => !one.startsWith('.'))) {
        const text = far.read(name)
        expect(name).toContain(createHash('sha256').update(text).digest('hex').slice(0, 10))
        expect(whole.get(name) ?? text).toBe(text)
        whole.set(name, text)
      }
      return whole.size
    }
    // [what goes wrong, as which code, how many files are there afterwards]
    const diary: [string, string, number][] = []
    far.trouble('cut', 200_000)
    await fill(sink, 1, 10, 3)
    await until('it broke', () => sink.beyond!().trouble)
    diary.push(['cut off in the second file', sink.beyond!().trouble!.why.code, look()])
    expect(far.names().filter(name => name.startsWith('.')).length).toBeLessThanOrEqual(1)
    await sink.close()
    sink = make({ patience: { stepMs: 2000, bytesPerS: 1e6 } })
    far.trouble('stall', 30_000)
    diary.push(['stands still', await tried(sink), look()])
    await sink.close()
    sink = make()
    far.trouble('stall', 120_000)
    sink.hurry!()
    await until('it is under way', () => far.names().some(name => name.startsWith('.')))
    await sink.close()
    far.heal()
    sink = make()
    diary.push(['the gateway is stopped in the middle', '', look()])
    chmodSync(far.inbox, 0o555)
    diary.push(['no right to write', await tried(sink), look()])
    chmodSync(far.inbox, 0o755)
    await service.kill()
    service = await far.start('host-1', 64)
    diary.push(['no room', await tried(sink), look()])
    await service.kill()
    service = await far.start()
    await sink.close()
    sink = make({ folder: '/no/such/folder' })
    diary.push(['no such folder', await tried(sink), look()])
    await sink.close()
    sink = make()
    sink.hurry!()
    await arrived(sink)
    diary.push(['all is well', '', look()])
    expect(diary).toEqual([
      ['cut off in the second file', 'unreachable', 1],
      ['stands still', 'timeout', 1],
      ['the gateway is stopped in the middle', '', 1],
      ['no right to write', 'far-permission', 1],
      ['no room', 'far-full', 1],
      ['no such folder', 'not-found', 1],
      ['all is well', '', 3],
    ])
    expect(seen()).toEqual(upTo(30))
    // What was left of the attempts is gone.
    expect(far.names().filter(name => name.startsWith('.'))).toEqual([])
  })

  it('a machine without the program says so', async () => {
    const { make, tried } = await ground()
    const { PATH } = process.env
    process.env.PATH = '/nonexistent'
    try {
      expect(await tried(make())).toBe('no-sftp')
    } finally {
      process.env.PATH = PATH
    }
  })
})

it('what OpenSSH says is a reason', () => {
  const table: readonly (readonly [string, string])[] = [
    ['ssh: connect to host h port 22: Connection refused\r\nConnection closed', 'unreachable'],
    ['ssh: connect to host h port 22: No route to host', 'unreachable'],
    ['ssh: Could not resolve hostname h: Name or service not known', 'unreachable'],
    ['ssh: connect to host h port 22: Connection timed out', 'timeout'],
    ['Timeout, server h not responding.', 'timeout'],
    ['u@h: Permission denied (publickey,password).\nConnection closed', 'sign-in-refused'],
    ['No ED25519 host key is known for gatehouse and you have requested strict checking.', 'host-key-changed'],
    ['kex_exchange_identification: Connection closed by remote host', 'unreachable'],
    ['subsystem request failed on channel 0', 'nonsense'],
    ['Received message too long 1416128883', 'nonsense'],
    ['dest open "/in/.a.part": Permission denied', 'far-permission'],
    ['stat remote: No such file or directory', 'not-found'],
    ['write remote "/in/.a.part": Failure', 'far-full'],
    ['', 'other'],
  ]
  expect(table.map(([said]) => [said, whyOf(said).code])).toEqual(table)
})

it('who refuses is asked less and less; what is not ours is left alone; more than it has room for is not taken', async () => {
  const folder = tempFolder()
  closing.push(() => folder.remove())
  const path = join(folder.path, 'csv')
  mkdirSync(path)
  writeFileSync(join(path, 'notes.csv'), 'mine')
  writeFileSync(join(path, 'plaza-records-20261122.csv'), `head\r\ntrail-12,x\r\n${'x'.repeat(1000)}`)
  let now = T0
  const asked: [at: number, files: readonly string[]][] = []
  let code: 'timeout' | 'sign-in-refused' | null = 'timeout'
  const ship = shipper({
    ...{ folder: path, prefix: 'plaza', now: () => now },
    far: {
      async put(files: readonly WholeFile[], done) {
        asked.push([(now - T0) / 1000, files.map(({ name }) => name.replace(/[0-9a-f]{10}\.csv/, '#'))])
        if (code) return { code, detail: '' }
        for (const { local } of files) done(local)
        return null
      },
    },
  })
  const live = async (s: number) => {
    for (let i = 0; i < s; i += 10) {
      ship.beat(now)
      await ship.idle()
      now += 10_000
    }
  }
  await live(200)
  expect(asked.map(([at]) => at)).toEqual([0, 10, 30, 70, 150])
  expect(asked[0]![1]).toEqual(['plaza-records-20261122-12-#'])
  expect([ship.full(1000), ship.full(10_000)]).toEqual([{ code: 'timeout', detail: '' }, null])
  code = 'sign-in-refused'
  await live(700)
  expect(asked.slice(5).map(([at]) => at)).toEqual([310])
  code = null
  await live(30)
  expect([asked.length, readdirSync(path)]).toEqual([7, ['notes.csv']])
  await ship.close()
})
