import { mkdirSync, readdirSync, readFileSync, rmdirSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createBus } from '../../gateway/core/bus.ts'
import { createClock } from '../../gateway/core/clock.ts'
import { type Events, GATEWAY } from '../../gateway/core/events.ts'
import { openNoticeLinks, personOf } from '../../gateway/notices/links.ts'
import { openNotify } from '../../gateway/notices/notify.ts'
import { openAfterReports } from '../../gateway/records/afterreports.ts'
import { alarms as openAlarms, type StoredAlarm } from '../../gateway/records/alarms.ts'
import { openDecided } from '../../gateway/records/decided.ts'
import { notices as openNotices } from '../../gateway/records/notices.ts'
import type { Workorders } from '../../gateway/records/workorders.ts'
import { writeDurably } from '../../gateway/site/file.ts'
import type { Site } from '../../gateway/site/site.ts'
import { stagedFile } from '../../gateway/site/staged.ts'
import { records } from '../support/records.ts'
import { until } from '../support/wait.ts'

let r: ReturnType<typeof records>
beforeEach(() => {
  r = records()
})
afterEach(() => r.end())
const who = { name: 'admin', role: 'admin' }

it('who was told last is found however many lines there are', () => {
  const notices = openNotices(r.db)
  r.trail.change(GATEWAY, note => {
    for (let i = 1; i <= 20_500; i++) note('notice', 'a', 'told', { channel: 'sms', to: [`p${i}`], of: i })
    note('notice', 'b', 'told', { channel: 'sms', to: ['other'], of: 1 })
  })
  const last = notices.of('a', 3).map(e => (e.data.to as string[])[0])
  expect(last).toEqual(['p20500', 'p20499', 'p20498'])
})

it('a link opens nothing in another life of the records, though its number is there', () => {
  const other = records()
  const raise = (one: typeof r, id: string) =>
    one.trail.change(GATEWAY, note => note('alarm', id, 'raised', { count: 1 }))
  raise(r, 'pump')
  raise(other, 'lift')
  const person = personOf({ name: 'Zhang', phone: '13800000000' })
  const link = { seq: 1, person, expiresAt: 60_000 }
  const token = openNoticeLinks(r.folder.path, r.trail.hashAt).tokenOf(link)
  expect(openNoticeLinks(r.folder.path, r.trail.hashAt).read(token)).toEqual(link)
  // The same key, the same number, another entry; and one that is not there yet.
  expect(openNoticeLinks(r.folder.path, other.trail.hashAt).read(token)).toBeNull()
  expect(openNoticeLinks(r.folder.path, () => null).read(token)).toBeNull()
  other.end()
})

it('a secret and its line on the trail: both or neither, wherever it is cut off', () => {
  const decided = openDecided(r.db)
  const folder = join(r.folder.path, 'secrets')
  const path = join(folder, 'callback.key')
  mkdirSync(folder)
  const open = () => stagedFile(path, decided)
  const change = (decide: () => void) =>
    r.trail.change(who, note => {
      note('report', 'callback', 'secret-set')
      decide()
    })
  const lines = () => r.trail.of('report', 'callback').length
  const state = () => [
    readdirSync(folder).join(),
    readdirSync(folder).length > 0 ? readFileSync(path, 'utf8') : '',
    lines(),
  ]
  open()('first', change)
  expect(state()).toEqual(['callback.key', 'first', 1])
  // The disk refuses the record: the old secret stays, and nothing says otherwise.
  expect(() =>
    open()('second', () => {
      throw new Error('disk full')
    }),
  ).toThrow('disk full')
  expect(state()).toEqual(['callback.key', 'first', 1])
  // Killed before the record: what was put beside it is thrown away at the next start.
  writeDurably(`${path}.00000000-0000-4000-8000-000000000000.put`, 'third', 0o600)
  open()
  expect(state()).toEqual(['callback.key', 'first', 1])
  // Cut off after the record, before the file is there: the next start puts it there.
  open()(null, change)
  mkdirSync(path)
  mkdirSync(join(path, 'in the way'))
  expect(() => open()('fourth', change)).toThrow()
  rmdirSync(join(path, 'in the way'))
  rmdirSync(path)
  open()
  expect(state()).toEqual(['callback.key', 'fourth', 3])
  open()(null, change)
  expect(state()).toEqual(['', '', 4])
})

it('what is put aside calls nobody; when it is back and still there, it does, once', async () => {
  const told: { event: string; alarm: string }[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', part => {
      body += part
    })
    request.on('end', () => {
      told.push(JSON.parse(body) as (typeof told)[number])
      response.end('{}')
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const channel = { id: 'hook', kind: 'webhook', events: ['raised', 'cleared'], options: { url } }
  writeDurably(join(r.folder.path, 'notify.json'), JSON.stringify({ channels: [channel] }), 0o600)
  const alarms = openAlarms(r.db)
  const notify = openNotify({
    secrets: r.folder.path,
    decided: openDecided(r.db),
    clock: createClock(),
    trail: r.trail,
    notices: openNotices(r.db),
    afterReports: openAfterReports(r.db),
    alarms,
    workorders: {} as Workorders,
    bus: createBus<Events>(() => {}),
    flooded: () => false,
    placeOf: () => undefined,
    placeAt: () => undefined,
    failing: () => {},
    refused: why => {
      throw new Error(why)
    },
    failed: () => {},
  })
  const text = { 'zh-CN': '停电', en: 'Power lost' }
  const calendar = { holidays: new Set(), workdays: new Set() }
  const site = { name: text, timezone: 'UTC', calendar, orders: { address: null } } as unknown as Site
  const stored = (id: string, suppressedBy: string[], active: boolean): StoredAlarm => ({
    ...{ id, rule: 'r', point: 'x/y', severity: 'high', text, place: { equipmentName: text, space: null } },
    ...{ retired: false, active, acked: false, raisedAt: 1, clearedAt: null, ackedAt: null, ackedBy: null, count: 1 },
    ...{ value: true, frozen: null, turningSince: null, resetNeeded: false, shelved: null, outOfService: null },
    ...{ suppressedBy, unheard: false, firstOut: false },
  })
  notify.use(site)
  await notify.stop()
  r.trail.change(GATEWAY, note => {
    alarms.put(note, stored('child', ['cause'], true), 'raised', { called: false })
    alarms.put(note, stored('gone', ['cause'], true), 'raised', { called: false })
    alarms.put(note, stored('gone', ['cause'], false), 'cleared')
    alarms.put(note, stored('cause', [], true), 'raised', { called: true })
    alarms.put(note, stored('child', [], true), 'unsuppressed', { called: true })
    alarms.put(note, stored('gone', ['cause'], false), 'unsuppressed', { called: false })
  })
  notify.use(site)
  await until('told', () => told.length >= 2)
  await notify.stop()
  expect(told.map(one => `${one.event} ${one.alarm}`)).toEqual(['raised cause', 'raised child'])
  await new Promise(resolve => server.close(resolve))
})
