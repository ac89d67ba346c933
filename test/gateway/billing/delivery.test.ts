import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { verifyBatch } from '../../../gateway/billing/verify.ts'
import { createClock } from '../../../gateway/core/clock.ts'
import { sshKeys } from '../../../gateway/out/sinks/sftp/keys.ts'
import { billedSite, eva } from '../../support/billing.ts'
import { tempFolder } from '../../support/gateway.ts'
import { mailServer } from '../../support/smtp.ts'
import { sshdAt } from '../../support/sshd.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})
const N = 'plaza-2026-11-all-v1'
const MIN = 60_000
const base = { groups: [], formats: ['csv', 'xlsx', 'json'] as const, enabled: true, mounted: false }
const files = ['csv', 'json', 'xlsx'].map(format => `${N}.${format}`)
function inbox() {
  const folder = tempFolder()
  closing.push(() => folder.remove())
  return folder.path
}
type W = ReturnType<typeof billedSite>
function opened(w: W) {
  closing.push(async () => {
    await w.deliverer.stop()
    expect(w.failures).toEqual([])
  })
  return w
}
/** It is looked, and what that began is over. */
const look = async (w: W, ms = 0) => {
  w.r.time.now += ms
  await w.clock.pass(ms)
  w.deliverer.look()
  await w.deliverer.idle()
}
const states = (w: W, name = N) => w.deliverer.of(name).map(d => [d.to, d.state, d.tries, d.why?.code ?? ''])

describe('into a folder', () => {
  it('nothing before it is approved; then whole files, the same bytes as saved, once', async () => {
    const folder = inbox()
    const w = opened(
      billedSite({
        deliveries: [{ ...base, id: 'finance', kind: 'folder', folder, formats: ['csv', 'xlsx', 'json'] }],
      }),
    )
    const { name } = w.change(eva, note => w.desk.prepare(note, '2026-11', 'all', eva))
    await look(w, MIN)
    expect([readdirSync(folder), w.deliverer.of(name)]).toEqual([[], []])
    w.change(eva, note => w.desk.withdraw(note, name, { ...eva, role: 'engineer' }))
    const { name: second } = w.issue('2026-11')
    expect(second).toBe('plaza-2026-11-all-v2')
    await look(w)
    expect(readdirSync(folder)).toEqual(files.map(f => f.replace('v1', 'v2')))
    for (const format of ['csv', 'xlsx', 'json'] as const) {
      const bytes = readFileSync(join(folder, `${second}.${format}`))
      expect(bytes.equals(await w.file(second, format))).toBe(true)
      expect(verifyBatch(bytes, w.publicKey).faults).toEqual([])
    }
    expect(states(w, second)).toEqual([['finance', 'sent', 1, '']])
    expect(w.said().slice(-2)).toEqual([`${second} issued`, `${second} delivered finance`])
    await look(w, 24 * 60 * MIN)
    expect(w.said().filter(s => s.includes('delivered')).length).toBe(1)
  })

  it('as a diary: the drive is away, a person is told once, it is there again after a restart', async () => {
    const folder = join(inbox(), 'drive')
    let w = billedSite({ deliveries: [{ ...base, id: 'drive', kind: 'folder', folder, formats: ['csv'] }] })
    w.issue('2026-11')
    await look(w)
    expect(states(w)).toEqual([['drive', 'waiting', 1, 'not-found']])
    await look(w, 10_000)
    expect(states(w)[0]![2]).toBe(1)
    for (let i = 0; i < 7; i++) await look(w, 10 * MIN)
    const tries = states(w)[0]![2] as number
    expect(tries).toBeGreaterThan(4)
    // The trouble has one line, and one more that calls somebody.
    expect(w.said().filter(s => s.includes('delivery'))).toEqual([
      `${N} delivery-failed drive not-found`,
      `${N} delivery-stuck drive not-found`,
    ])
    w = opened(await w.again())
    mkdirSync(folder)
    await look(w, 60 * MIN)
    expect(states(w)).toEqual([['drive', 'sent', tries + 1, '']])
    expect(readdirSync(folder)).toEqual([`${N}.csv`])
  })

  it('a drive that is not mounted gets nothing under its name here', async () => {
    const folder = inbox()
    const w = opened(
      billedSite({ deliveries: [{ ...base, id: 'nas', kind: 'folder', folder, mounted: true, formats: ['csv'] }] }),
    )
    w.issue('2026-11')
    await look(w)
    expect([states(w), readdirSync(folder)]).toEqual([[['nas', 'waiting', 1, 'not-mounted']], []])
  })

  it('half a file of one that was killed is none; another file of its name stays, and waits for a person', async () => {
    const folder = inbox()
    writeFileSync(join(folder, `.${N}.csv.0badcafe.part`), 'half')
    writeFileSync(join(folder, `${N}.xlsx`), 'something else')
    const w = opened(
      billedSite({
        deliveries: [{ ...base, id: 'finance', kind: 'folder', folder, formats: ['csv', 'xlsx', 'json'] }],
      }),
    )
    w.issue('2026-11')
    await look(w)
    expect(states(w)).toEqual([['finance', 'failed', 1, 'name-taken']])
    expect([readdirSync(folder), readFileSync(join(folder, `${N}.xlsx`), 'utf8')]).toEqual([
      [`${N}.csv`, `${N}.xlsx`],
      'something else',
    ])
    await look(w, 24 * 60 * MIN)
    expect(states(w)[0]![2]).toBe(1)
    expect(w.said().at(-1)).toBe(`${N} delivery-stuck finance name-taken`)
    rmSync(join(folder, `${N}.xlsx`))
    w.change(eva, note => w.deliverer.again(note, N))
    await look(w)
    expect([states(w), readdirSync(folder)]).toEqual([[['finance', 'sent', 2, '']], files])
  })

  it('a place that is set up later gets it when a person says so, and the groups go where they are sent', async () => {
    const [a, b] = [inbox(), inbox()]
    const deliveries = [
      {
        ...base,
        id: 'works',
        kind: 'folder' as const,
        folder: a,
        groups: ['works' as const],
        formats: ['json' as const],
      },
    ]
    let w = billedSite({ deliveries })
    w.issue('2026-11')
    const { name } = w.issue('2026-11', 'works')
    await look(w)
    expect([readdirSync(a), w.deliverer.of(N)]).toEqual([[`${name}.json`], []])
    expect(() => w.change(eva, note => w.deliverer.again(note, N))).toThrow('No place')
    w = opened(await w.again())
    ;(w.site.billing.deliveries as unknown[]).push({ ...base, id: 'new', kind: 'folder', folder: b, formats: ['csv'] })
    await look(w, MIN)
    expect(readdirSync(b)).toEqual([])
    w.change(eva, note => w.deliverer.again(note, N))
    await look(w)
    expect([readdirSync(b), states(w)]).toEqual([[`${N}.csv`], [['new', 'sent', 1, '']]])
  })
})

it('as a letter to each, with the files; who refuses for good holds up no other, and nobody gets it twice', async () => {
  let full = true
  const mail = await mailServer({
    refuse: to =>
      to.startsWith('gone')
        ? Object.assign(new Error('no such mailbox'), { responseCode: 550 })
        : to.startsWith('busy') && full
          ? Object.assign(new Error('later'), { responseCode: 451 })
          : null,
  })
  closing.push(() => mail.stop())
  const emails = ['ling@example.com', 'gone@example.com', 'busy@example.com']
  const options = { host: '127.0.0.1', port: mail.port, security: 'none', from: 'plaza@example.com', language: 'en' }
  const notify = () => ({ channels: [{ id: 'post', kind: 'email', options }] }) as never
  const w = opened(
    billedSite(
      { deliveries: [{ ...base, id: 'mail', kind: 'email', channel: 'post', emails, formats: ['csv', 'xlsx'] }] },
      { notify },
    ),
  )
  w.issue('2026-11')
  await look(w)
  expect(states(w)).toEqual([['mail', 'waiting', 1, 'mail']])
  expect(w.deliverer.of(N)[0]!.done).toEqual(['ling@example.com'])
  full = false
  await look(w, MIN)
  expect([states(w), w.deliverer.of(N)[0]!.done]).toEqual([
    [['mail', 'failed', 2, 'mail']],
    ['ling@example.com', 'busy@example.com'],
  ])
  expect(mail.letters.map(l => l.to)).toEqual([['ling@example.com'], ['busy@example.com']])
  const [letter] = mail.letters
  expect(letter!.header('subject')).toBe('[Billing batch] Plaza 2026-11, no. 1')
  const [, csv = ''] = /filename=plaza-2026-11-all-v1\.csv[\s\S]*?\r\n\r\n([\s\S]*?)\r\n--/.exec(letter!.raw) ?? []
  expect(Buffer.from(csv, 'base64').equals(await w.file(N, 'csv'))).toBe(true)
})

it('by SFTP, with the host and the keys of an output: never to a host that nobody trusts, and whole', {
  timeout: 60_000,
}, async () => {
  const [there, here] = [tempFolder(), tempFolder()]
  const far = await sshdAt(there.path)
  const server = await far.start()
  const real = createClock()
  closing.push(
    () => there.remove(),
    () => here.remove(),
    () => far.close(),
    () => server.kill(),
    () => real.stop(),
  )
  const sftp = { host: far.host, port: far.port, username: far.username, folder: far.inbox }
  const outputs = [
    {
      id: 'erp',
      kind: 'files',
      enabled: true,
      records: [],
      points: [],
      folder: 'erp',
      every: 'day',
      catchUpPerS: 10,
      sftp,
    },
  ]
  const w = opened(
    billedSite(
      { deliveries: [{ ...base, id: 'to-erp', kind: 'sftp', output: 'erp', formats: ['csv', 'xlsx', 'json'] }] },
      {
        outputs: outputs as never,
        outputSecrets: { folderOf: () => join(here.path, 'keys'), read: () => ({}) } as never,
      },
    ),
  )
  w.issue('2026-11')
  await look(w)
  expect(states(w)).toEqual([['to-erp', 'waiting', 1, 'host-key-unknown']])
  const keys = sshKeys(join(here.path, 'keys'))
  expect(keys.trust(keys.view().offered!)).toBe(true)
  far.allow(keys.view().publicKey)
  // The line is cut in the middle of the second file or so.
  far.trouble('cut', 7000)
  await look(w, 60 * MIN)
  expect(states(w)[0]!.slice(0, 3)).toEqual(['to-erp', 'waiting', 2])
  far.heal()
  await look(w, 60 * MIN)
  expect(states(w)).toEqual([['to-erp', 'sent', 3, '']])
  expect(far.names()).toEqual(files)
  for (const format of ['csv', 'xlsx', 'json'] as const)
    expect(readFileSync(join(far.inbox, `${N}.${format}`)).equals(await w.file(N, format))).toBe(true)
  // Nothing of it stays behind here.
  expect(existsSync(join(w.r.folder.path, 'billing', 'outgoing', 'to-erp', `${N}.csv`))).toBe(false)
})
