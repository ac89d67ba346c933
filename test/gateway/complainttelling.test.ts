import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createBus } from '../../gateway/core/bus.ts'
import type { Events } from '../../gateway/core/events.ts'
import { openNotify } from '../../gateway/notices/notify.ts'
import { watchComplaints } from '../../gateway/orders/complaintwatch.ts'
import { openAfterReports } from '../../gateway/records/afterreports.ts'
import { alarms as openAlarms } from '../../gateway/records/alarms.ts'
import { complaints as openComplaints } from '../../gateway/records/complaints.ts'
import { openDecided } from '../../gateway/records/decided.ts'
import { notices as openNotices } from '../../gateway/records/notices.ts'
import type { Workorders } from '../../gateway/records/workorders.ts'
import { writeDurably } from '../../gateway/site/file.ts'
import type { Site } from '../../gateway/site/site.ts'
import type { ComplaintAction } from '../../rules/complaint.ts'
import type { Role } from '../../rules/flow.ts'
import { manualClock } from '../support/clock.ts'
import { records } from '../support/records.ts'
import { until } from '../support/wait.ts'

const MIN = 60_000
const both = (zh: string, en: string) => ({ 'zh-CN': zh, en })
/** What people's telephones were sent, and what a program was. */
const sent: string[] = []
const hooked: Record<string, unknown>[] = []
const server = createServer((request, response) => {
  let body = ''
  request.on('data', part => {
    body += part
  })
  request.on('end', () => {
    if (request.url === '/sms') sent.push(body)
    else hooked.push(JSON.parse(body) as Record<string, unknown>)
    response.end('{}')
  })
})
let r: ReturnType<typeof records>
let end = async () => {}
beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  r = records()
})
afterAll(async () => {
  await end()
  r.end()
  await new Promise(resolve => server.close(resolve))
})

/** A gateway on the records as they are. */
function begin() {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const day = [{ from: '08:00', to: '20:00' }]
  const file = {
    channels: [
      { id: 'text', kind: 'sms', events: [], options: { url: `${url}/sms`, body: '{phone} {text}' } },
      { id: 'hook', kind: 'webhook', events: [], options: { url: `${url}/hook` } },
    ],
    rosters: [
      {
        id: 'counter',
        people: [
          { name: '梅', phone: '131' },
          { name: '夜', phone: '133', shifts: [{ from: '20:00', to: '08:00' }] },
        ],
      },
      { id: 'heads', people: [{ name: '马', phone: '132', shifts: day }] },
    ],
    orders: { channels: ['text', 'hook'], rosters: { desk: 'counter', manager: 'heads' } },
    groups: [{ id: 'all', name: both('全体', 'All'), channels: ['hook'], people: [{ name: 'shop 1' }] }],
  }
  writeDurably(join(r.folder.path, 'notify.json'), JSON.stringify(file), 0o600)
  const clock = { ...manualClock(), now: () => r.time.now }
  const bus = createBus<Events>(() => {})
  const notify = openNotify({
    ...{ secrets: r.folder.path, decided: openDecided(r.db), clock, trail: r.trail, notices: openNotices(r.db), bus },
    ...{ afterReports: openAfterReports(r.db), alarms: openAlarms(r.db), workorders: {} as Workorders },
    ...{ flooded: () => false, placeOf: () => undefined, placeAt: () => undefined, failing: () => {} },
    refused: why => {
      throw new Error(why)
    },
    failed: () => {},
  })
  notify.use({
    ...{ name: both('测试广场', 'Test Plaza'), timezone: 'Asia/Shanghai' },
    ...{ calendar: { holidays: new Set(), workdays: new Set() }, orders: { address: null } },
  } as unknown as Site)
  const complaints = openComplaints(r.db, () => '20261121')
  const watch = watchComplaints({ clock, trail: r.trail, complaints, failed: error => expect(error).toBeNull() })
  const tell = () => {
    for (const entry of r.told.splice(0)) bus.emit('record', entry)
  }
  tell()
  end = async () => {
    watch.stop()
    await notify.stop()
  }
  return {
    ...{ notify, tell },
    complain: (class_: 'general' | 'hot') =>
      r.trail.change({ name: 'mei', role: 'desk' }, note =>
        complaints.create(
          note,
          {
            ...{ kind: 'complaint', class: class_, subject: 'noise', channel: 'phone', text: '夜间装修', space: null },
            ...{ reference: '', customer: { name: '吴女士', phone: '139', room: 'A-1502' } },
          },
          'mei',
          r.time.now,
        ),
      ),
    does: (id: string, action: ComplaintAction, role: Role) =>
      r.trail.change({ name: role, role }, note =>
        complaints.move(note, id, action, { name: role, role }, {}, r.time.now),
      ),
    at(ms: number) {
      r.time.now = ms
      watch.look()
      tell()
    },
  }
}
const outcomes = (id: string) =>
  r.trail
    .of('notice', id)
    .filter(e => e.data.channel === 'text')
    .map(e => `${e.action} ${(e.data.to as string[]).join()}${e.data.why ? ` ${String(e.data.why)}` : ''}`)

it('a complaint that nobody answers reaches who is on duty, by telephone and with nothing of what was said', async () => {
  const g = begin()
  const start = r.time.now
  const { id, no, replyBy } = g.complain('general')
  const pct = (n: number) => Math.round(start + ((replyBy - start) * n) / 100) + 1000
  g.at(pct(74))
  expect(r.trail.of('complaint', id).map(e => e.action)).toEqual(['created'])
  g.at(pct(75))
  // 22:00 by the clocks of the site: the day's and the night's are both at the desk, nobody leads.
  await until('the desk is told', () => outcomes(id).length === 2)
  g.at(pct(100))
  await until('those who lead as well', () => outcomes(id).length === 4)
  expect(r.trail.of('complaint', id).map(e => [e.action, e.actor, e.data.tell])).toEqual([
    ['created', 'mei', undefined],
    ['escalated', 'gateway', ['desk']],
    ['escalated', 'gateway', ['desk', 'manager']],
  ])
  const [warning] = sent
  expect(warning).toMatch(new RegExp(`^131 \\[投诉 ${no} 答复已用时 75%·中\\] 一般·`))
  expect(sent.join()).not.toMatch(/吴女士|139|夜间装修|A-1502/)
  await until('the program', () => hooked.length >= 2)
  expect(hooked[1]).toMatchObject({
    event: 'escalated',
    severity: 'high',
    about: { kind: 'complaint', no, clock: 'reply' },
    level: 100,
  })
  // Somebody says that he knows: nothing more, until the next start neither.
  g.does(id, 'acknowledge', 'manager')
  const had = sent.length
  g.at(pct(260))
  expect(r.trail.of('complaint', id).filter(e => e.action === 'escalated')).toHaveLength(2)
  await end()
  begin()
  expect(sent.length).toBe(had)
})

it('a serious one is told at once; at night, when nobody who leads is on duty, that is written down, and the next day it is', async () => {
  await end()
  const g = begin()
  sent.length = 0
  // 23:00 by the clocks of the site.
  r.time.now = Date.UTC(2027, 0, 4, 15)
  const { id, no } = g.complain('hot')
  g.at(r.time.now)
  await until('written down', () => outcomes(id).length === 1)
  expect(outcomes(id)).toEqual(['not-told text nobody on duty'])
  // The gateway is off until the morning: what came due is told once each, with how late it is.
  await end()
  r.time.now = Date.UTC(2027, 0, 5, 1)
  const later = begin()
  later.tell()
  await until('told', () => sent.filter(s => s.includes(no)).length === 2)
  const mine = sent.filter(s => s.includes(no))
  expect(mine.map(s => s.slice(0, s.indexOf('噪')))).toEqual(Array(2).fill(`132 [重要投诉 ${no} 须上报·高] 热点·`))
  const late = r.trail.of('complaint', id).filter(e => e.action === 'escalated')
  expect(late.map(e => [e.data.step, Math.round(Number(e.data.lateMs) / MIN)])).toEqual([
    [1, 0],
    [2, 570],
    [3, 360],
  ])
})

it('a notice of an outage is facts for a program, too: scope, reason, since when, until when', async () => {
  await end()
  const g = begin()
  hooked.length = 0
  const facts = {
    ...{ scope: both('A 座', 'Tower A'), reason: '外线停电', since: '2026-11-21T08:00:00.000Z' },
    ...{ expectedEnd: '2026-11-21T12:00:00.000Z', restoredAt: null },
  }
  const words = { 'zh-CN': { title: '停电通知', body: '…' }, en: { title: 'Power outage', body: '…' } }
  r.trail.change({ name: 'li', role: 'manager' }, note =>
    g.notify.sendOutage(note, { run: 'r1', no: 'R-1', group: 'all', kind: 'interrupted', what: 'power', words, facts }),
  )
  g.tell()
  const notice = () => hooked.find(h => h.event === 'outage')
  await until('the program is told', () => notice() !== undefined)
  expect(notice()).toMatchObject({
    ...{ event: 'outage', alarm: 'r1', whole: words },
    outage: { run: 'r1', no: 'R-1', kind: 'interrupted', what: 'power', ...facts },
  })
})
