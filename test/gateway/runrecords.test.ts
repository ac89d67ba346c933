import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { drivers, profiles } from '../../drivers/index.ts'
import { bad, type PointId, type Sample, type Value } from '../../drivers/point.ts'
import { createClock } from '../../gateway/core/clock.ts'
import { fillRunRecords } from '../../gateway/demo/runlines.ts'
import { demoPast } from '../../gateway/records/demopast.ts'
import type { Note } from '../../gateway/records/trail.ts'
import { openRunRecords } from '../../gateway/runrecords/runrecords.ts'
import { checkSite } from '../../gateway/site/site.ts'
import { manualClock } from '../support/clock.ts'
import { feed } from '../support/feed.ts'
import { startGateway } from '../support/gateway.ts'
import { records } from '../support/records.ts'
import { both, quietSite } from '../support/sites.ts'

const MIN = 60_000
/** `21 22:05`: a time of the site in November 2026. */
const t = (text: string): number => {
  const [day, h, m] = text.split(/[ :]/).map(Number) as [number, number, number]
  return Date.UTC(2026, 10, day, h - 8, m)
}
const clockOf = (at: number) => new Date(at + 480 * MIN).toISOString().slice(8, 16).replace('T', ' ')
const li = { name: 'li', role: 'engineer' }
const wang = { name: 'wang', role: 'operator' }

const room = {
  ...{ id: 'lv', name: { 'zh-CN': '低压配电室', en: 'Low-voltage room' }, by: ['engineer'] },
  columns: [
    { point: 'pump-1/pressure', name: both('pressure'), normal: [2, 6] },
    {
      key: 'noise',
      name: both('noise'),
      choices: [
        { id: 'no', text: both('no') },
        { id: 'yes', text: both('yes'), ok: false },
      ],
    },
    { key: 'oil', equipment: 'pump-1', name: both('oil'), unit: 'mm', optional: true },
  ],
  times: [{ from: '00:00', to: '24:00', everyMin: 120 }],
  peaks: [{ from: '10:00', to: '12:00', everyMin: 60 }],
}
const plant = {
  ...{ id: 'hvac', name: both('hvac'), columns: [{ point: 'pump-1/pressure' }] },
  follows: { point: 'pump-1/tripped', everyMin: 60 },
}
const siteOf = (runRecords: readonly object[]) => ({
  ...quietSite,
  site: { ...quietSite.site, timezone: 'Asia/Shanghai' },
  runRecords,
})

describe('lines of run records', () => {
  let r: ReturnType<typeof records>
  beforeEach(() => {
    r = records()
  })
  afterEach(() => r.end())

  function begin(at: string, forms: readonly object[] = [room]) {
    let site = checkSite(JSON.stringify(siteOf(forms)), drivers, profiles)
    expect(site.problems.filter(p => p.level === 'error')).toEqual([])
    r.time.now = t(at)
    const alarms = new Map<PointId, boolean>()
    const values = new Map<PointId, Sample>()
    const failed: unknown[] = []
    const keeper = openRunRecords({
      ...{ db: r.db, trail: r.trail, safe: () => true, clock: { ...manualClock(), now: () => r.time.now } },
      running: () => ({
        site: site.site!,
        get: id => values.get(id),
        tell: samples => {
          for (const s of samples) alarms.set(s.point, s.value === true)
        },
      }),
      failed: error => failed.push(error),
    })
    const put = (point: PointId, value: Value) =>
      void values.set(point, { point, at: r.time.now, seen: r.time.now, quality: 'good', value })
    const change = <T>(work: (note: Note) => T, actor = li) => r.trail.change(actor, work)
    keeper.look()
    return {
      ...{ keeper, values, put },
      /** Alarms after a look at this time. */
      to(when: string): string[] {
        r.time.now = t(when)
        keeper.look()
        expect(failed).toEqual([])
        return [...alarms].filter(([, on]) => on).map(([id]) => id)
      },
      /** What stands on a sheet. */
      sheet: (form: string, day: string) =>
        keeper.records.ofDay(form, `2026-11-${day}`).map(l => `${clockOf(l.due)} ${l.cause} ${l.state}`),
      line: (when: string, form = 'lv') =>
        keeper.records.ofDay(form, `2026-11-${when.slice(0, 2)}`).find(l => l.due === t(when))!,
      write(id: string, typed: Record<string, Value>, remark = '', actor = li) {
        const reading = keeper.read(id, actor)
        return change(note => keeper.confirm(note, id, reading.id, { typed, remark }, actor), actor)
      },
      confirm: (id: string, typed: Record<string, Value> = {}, remark = '', actor = wang) =>
        change(note => keeper.confirm(note, id, null, { typed, remark }, actor), actor),
      correct: (id: string, typed: Record<string, Value>, reason: string, remark = '') =>
        change(note => keeper.correct(note, id, { typed, remark, reason }, li)),
      change,
      run(forms: readonly object[]) {
        site = checkSite(JSON.stringify(siteOf(forms)), drivers, profiles)
      },
    }
  }
  const code = (expected: string) => expect.objectContaining({ code: expected })

  it('are there ahead, also in hours of peak demand; what nobody writes is missed, and an alarm until the next is written', () => {
    const w = begin('21 08:30')
    // The first day of a form makes nobody late for what was before it.
    expect(w.sheet('lv', '21')).toEqual([
      ...['21 10:00 plan due', '21 11:00 peak due', '21 12:00 plan due', '21 14:00 plan due', '21 16:00 plan due'],
      ...['21 18:00 plan due', '21 20:00 plan due', '21 22:00 plan due'],
    ])
    expect(w.sheet('lv', '22').length).toBe(13)
    expect(w.to('21 10:50')).toEqual([])
    expect(w.to('21 10:51')).toEqual(['gatehouse.run-records/lv'])
    expect(w.line('21 10:00').state).toBe('missed')
    w.put('pump-1/pressure', 4)
    w.write(w.line('21 11:00').id, { noise: 'no' })
    expect(w.to('21 11:05')).toEqual([])
    expect(r.told.filter(e => e.kind === 'run-record').map(e => `${e.actor} ${e.action}`)).toEqual([
      ...['gateway planned', 'gateway missed', 'li confirmed'],
    ])
  })

  it('take what the plant shows at that moment, with its quality; the time of the taking counts, and the values grow old', () => {
    const w = begin('21 09:30')
    w.put('pump-1/pressure', 4)
    const { id } = w.line('21 10:00')
    w.to('21 09:49')
    expect(() => w.keeper.read(id, li)).toThrow(code('run-line-ahead'))
    w.to('21 10:14')
    const reading = w.keeper.read(id, li)
    expect(reading.cells).toMatchObject({ 'pump-1/pressure': { value: 4, source: 'live' } })
    // What the plant shows after the values were taken does not slip into the line.
    w.put('pump-1/pressure', 5)
    w.to('21 10:17')
    const said = { typed: { noise: 'no' }, remark: '' }
    expect(() => w.change(note => w.keeper.confirm(note, id, reading.id, said, wang), wang)).toThrow(
      code('run-reading-old'),
    )
    expect(() => w.confirm(id)).toThrow(code('run-reading-old'))
    const line = w.change(note => w.keeper.confirm(note, id, reading.id, said, li))
    expect(line).toMatchObject({ state: 'done', by: 'li', readAt: t('21 10:14'), confirmedAt: t('21 10:17') })
    expect(line.cells['pump-1/pressure']?.value).toBe(4)
    expect(() => w.write(id, { noise: 'no' })).toThrow(code('run-line-closed'))
    w.to('21 11:05')
    const old = w.keeper.read(w.line('21 11:00').id, li)
    w.to('21 11:16')
    expect(() => w.change(note => w.keeper.confirm(note, old.line, old.id, said, li))).toThrow(code('run-reading-old'))
  })

  it('a point that cannot be believed stays empty; what is out of its range asks for a word', () => {
    const w = begin('21 09:30')
    w.to('21 10:01')
    const { id } = w.line('21 10:00')
    w.values.set('pump-1/pressure', bad('pump-1/pressure', 'offline', r.time.now))
    expect(() => w.write(id, {})).toThrow(code('run-empty'))
    expect(w.write(id, { noise: 'no' }).cells).toMatchObject({ 'pump-1/pressure': { value: null, reason: 'offline' } })
    w.to('21 11:00')
    const next = w.line('21 11:00').id
    expect(() => w.write(next, { noise: 'no', 'pump-1/pressure': 9 })).toThrow(code('run-remark'))
    expect(w.write(next, { noise: 'no', 'pump-1/pressure': 9 }, '阀门关小').cells['pump-1/pressure']).toMatchObject({
      ...{ value: 9, source: 'typed', out: 'high', reason: 'offline' },
    })
  })

  it('what is wrong is put right by a new line; the old one stays, and so does a missed one that stood on paper', () => {
    const w = begin('21 09:30')
    w.put('pump-1/pressure', 4)
    w.to('21 10:01')
    const first = w.write(w.line('21 10:00').id, { noise: 'no', oil: 120 })
    expect(() => w.correct(w.line('21 11:00').id, { oil: 12 }, 'x')).toThrow(code('run-line-open'))
    const second = w.correct(first.id, { oil: 12 }, '多写了一个零')
    expect(second).toMatchObject({ replaces: first.id, state: 'done', readAt: first.readAt, reasonBy: 'li' })
    expect(second.cells).toMatchObject({ oil: { value: 12 }, 'pump-1/pressure': { value: 4, source: 'live' } })
    expect(w.keeper.records.one(first.id)).toMatchObject({ replacedBy: second.id, cells: { oil: { value: 120 } } })
    expect(() => w.correct(first.id, { oil: 13 }, 'x')).toThrow(code('run-line-replaced'))
    expect(() => w.correct(second.id, {}, 'nothing')).toThrow(code('run-empty'))
    w.to('21 12:00')
    const missed = w.line('21 11:00')
    expect(missed.state).toBe('missed')
    expect(() => w.correct(missed.id, { oil: 12 }, 'x')).toThrow(code('run-empty'))
    const entered = w.correct(missed.id, { noise: 'no', 'pump-1/pressure': 4.2 }, '网络中断，纸上已抄')
    expect(entered).toMatchObject({ afterwards: true, readAt: null, replaces: missed.id })
    expect(w.keeper.records.one(missed.id)).toMatchObject({ state: 'missed', replacedBy: entered.id })
    expect(w.to('21 12:01')).toEqual([])
    expect(r.told.filter(e => e.actor === 'li').map(e => e.action)).toEqual(['confirmed', 'corrected', 'entered'])
  })

  it('why one was missed is said by name; it stays missed, and the alarm ends', () => {
    const w = begin('21 09:30')
    expect(w.to('21 10:55')).toEqual(['gatehouse.run-records/lv'])
    const { id } = w.line('21 10:00')
    w.change(note => w.keeper.excuse(note, id, '停电抢修', li))
    expect(w.line('21 10:00')).toMatchObject({ state: 'missed', reason: '停电抢修', reasonBy: 'li' })
    expect(w.to('21 10:56')).toEqual([])
    expect(() => w.change(note => w.keeper.excuse(note, w.line('21 12:00').id, 'x', li))).toThrow(code('run-line-open'))
  })

  it('over midnight and over a night without a gateway nothing is silently absent', () => {
    const first = begin('21 21:30')
    first.put('pump-1/pressure', 4)
    first.to('21 22:00')
    first.write(first.line('21 22:00').id, { noise: 'no' })
    // Nobody looks until the next noon.
    const w = begin('22 11:30')
    expect(w.sheet('lv', '22').slice(0, 8)).toEqual([
      ...['22 00:00 plan missed', '22 02:00 plan missed', '22 04:00 plan missed', '22 06:00 plan missed'],
      ...['22 08:00 plan missed', '22 10:00 plan missed', '22 11:00 peak due', '22 12:00 plan due'],
    ])
    expect(w.sheet('lv', '23').length).toBe(13)
    expect(w.to('23 00:00')).toEqual(['gatehouse.run-records/lv'])
    expect(w.sheet('lv', '24').length).toBe(13)
  })

  it('a form that was changed has new lines ahead; what was written keeps the columns of its time', () => {
    const w = begin('21 09:30')
    w.put('pump-1/pressure', 4)
    w.to('21 10:00')
    const line = w.write(w.line('21 10:00').id, { noise: 'no' })
    w.run([
      { ...room, columns: room.columns.slice(0, 1), peaks: [], times: [{ from: '00:00', to: '24:00', everyMin: 180 }] },
    ])
    w.to('21 10:05')
    expect(w.sheet('lv', '21')).toEqual([
      ...['21 10:00 plan done', '21 12:00 plan due', '21 15:00 plan due', '21 18:00 plan due', '21 21:00 plan due'],
    ])
    expect(w.keeper.records.columnsOf(line.spec).map(c => c.key)).toEqual(['pump-1/pressure', 'noise', 'oil'])
    expect(w.keeper.records.columnsOf(w.line('21 12:00').spec).length).toBe(1)
  })

  it('the plant writes at its start, each hour and its stop, once each; they wait for a person; an hour away is missed', () => {
    const first = begin('21 08:00', [plant])
    first.put('pump-1/tripped', false)
    first.put('pump-1/pressure', 3)
    first.to('21 08:05')
    first.put('pump-1/tripped', true)
    first.to('21 08:06')
    first.to('21 09:06')
    // The gateway ends, and comes back two and a half hours later.
    const w = begin('21 11:40', [plant])
    w.put('pump-1/tripped', true)
    w.values.set('pump-1/pressure', bad('pump-1/pressure', 'timeout', r.time.now))
    w.to('21 11:41')
    w.to('21 12:06')
    w.put('pump-1/tripped', false)
    w.to('21 12:20')
    w.to('21 12:21')
    expect(w.sheet('hvac', '21')).toEqual([
      ...['21 08:06 start waiting', '21 09:06 hour waiting', '21 10:06 hour missed', '21 11:06 hour missed'],
      ...['21 12:06 hour waiting', '21 12:20 stop waiting'],
    ])
    // That the gateway was away is nobody's fault: no alarm.
    expect(w.to('21 12:22')).toEqual([])
    expect(w.line('21 10:06', 'hvac')).toMatchObject({ away: true, cells: {} })
    expect(w.line('21 08:06', 'hvac')).toMatchObject({ cells: { 'pump-1/pressure': { value: 3 } }, by: '' })
    const noon = w.line('21 12:06', 'hvac')
    expect(noon.cells['pump-1/pressure']).toMatchObject({ value: null, reason: 'timeout' })
    const { cells, by, readAt } = w.confirm(noon.id, { 'pump-1/pressure': 3.1 })
    expect({ by, readAt }).toEqual({ by: 'wang', readAt: t('21 12:06') })
    expect(cells['pump-1/pressure']).toMatchObject({ value: 3.1, source: 'typed', at: t('21 12:22') })
    expect(() => w.confirm(noon.id)).toThrow(code('run-line-closed'))
  })

  it('the past of a demo is made once, says that it is one, and goes with the history that it was made from', async () => {
    const w = begin('21 12:30', [room, plant])
    // Every ten minutes; the plant runs from 8 to 18.
    const times = Array.from({ length: 6 * 72 }, (_, i) => t('18 12:30') + i * 10 * MIN)
    const hour = (at: number) => Number(clockOf(at).slice(3, 5))
    const answer = (value: (at: number) => number) => ({
      ...{ n: times.length, times: Float64Array.from(times), codes: new Uint8Array(times.length), texts: [] },
      ...{ values: Float64Array.from(times, value), demo: [], coarse: [], truncated: false },
    })
    const history = {
      raw: async (points: readonly { readonly id: string }[]) =>
        points.map(p => answer(p.id === 'pump-1/tripped' ? at => Number(hour(at) >= 8 && hour(at) < 18) : () => 7)),
    }
    const site = checkSite(JSON.stringify(siteOf([room, plant])), drivers, profiles).site!
    const fill = () =>
      fillRunRecords({ history: history as never, trail: r.trail, runRecords: w.keeper }, site, r.time.now)
    const made = await fill()
    const lines = ['lv', 'hvac'].flatMap(form =>
      ['19', '20', '21'].flatMap(day => w.keeper.records.ofDay(form, `2026-11-${day}`)).filter(l => l.demo),
    )
    expect(made).toBe(lines.length)
    expect(lines.length).toBeGreaterThan(40)
    expect(lines.every(l => l.state === 'missed' || (l.by === 'demo' && l.cells['pump-1/pressure']?.value === 7))).toBe(
      true,
    )
    expect(lines.filter(l => l.form === 'hvac' && l.cause === 'start').length).toBe(2)
    expect(lines.filter(l => l.form === 'hvac' && l.cause === 'stop').length).toBe(2)
    expect(w.to('21 12:31')).toEqual([])
    expect(await fill()).toBe(0)
    const past = demoPast(r.db)
    r.trail.change(li, note => {
      past.end(note, { from: 0, to: 1, alarms: 0, orders: 0 })
      past.forget(note)
    })
    expect(w.sheet('lv', '20')).toEqual([])
    expect(w.sheet('lv', '21').length).toBeGreaterThan(0)
  })

  it('a form that does not fit is told where it stands', () => {
    const table: readonly [object, string, string][] = [
      [{ ...room, columns: [{ point: 'pump-1/none' }] }, 'runRecords[0].columns[0].point', 'unknown-point'],
      [
        { ...room, columns: [{ key: 'a', equipment: 'no', name: both('a') }] },
        'runRecords[0].columns[0].equipment',
        'unknown-equipment',
      ],
      [{ ...room, columns: [room.columns[0], room.columns[0]] }, 'runRecords[0].columns[1]', 'duplicate-id'],
      [{ ...room, times: [{ from: '24:00', to: '08:00', everyMin: 60 }] }, 'runRecords[0].times[0].from', 'span-empty'],
      [{ ...plant, follows: { point: 'pump-1/pressure' } }, 'runRecords[0].follows.point', 'run-follows'],
      [{ ...plant, follows: undefined }, 'runRecords[0]', 'run-no-times'],
    ]
    for (const [form, path, problem] of table)
      expect(checkSite(JSON.stringify(siteOf([form])), drivers, profiles).problems).toContainEqual(
        expect.objectContaining({ path, code: problem }),
      )
    expect(table.length).toBe(6)
  })
})

it('over HTTP: who may, the sheet with its entry of the trail, and the same as a table', async () => {
  // Ten in the morning at the site, at whatever hour this runs.
  const began = performance.now()
  const clock = createClock(
    () => t('21 10:02') + performance.now() - began,
    () => performance.now(),
  )
  const g = await startGateway({ clock, site: siteOf([{ ...room, times: [], peaks: [] }]) })
  try {
    const as = await g.people()
    feed(g, 'pump-1/pressure', 7)
    expect((await as.viewer.get('/api/v1/run-forms')).status).toBe(403)
    expect((await as.operator.post('/api/v1/run-forms/lv/lines')).body).toMatchObject({ code: 'run-not-yours' })
    expect((await as.manager.post('/api/v1/run-forms/lv/lines')).status).toBe(403)
    const line = (await as.engineer.post('/api/v1/run-forms/lv/lines')).body
    expect(line).toMatchObject({ cause: 'extra', phase: 'open' })
    const path = `/api/v1/run-lines/${line.id}`
    expect((await as.operator.post(`${path}/read`)).body).toMatchObject({ code: 'run-not-yours' })
    const reading = (await as.engineer.post(`${path}/read`)).body
    expect(reading.cells).toMatchObject({ 'pump-1/pressure': { value: 7, out: 'high' } })
    const said = { reading: reading.id, typed: { noise: 'no' } }
    expect((await as.engineer.post(`${path}/confirm`, said)).body).toMatchObject({ code: 'run-remark' })
    // Sent twice, as a phone does that heard no answer.
    const key = { 'idempotency-key': 'once' }
    const body = { ...said, remark: '=泵超压，已调' }
    const answers = [
      await as.engineer.post(`${path}/confirm`, body, key),
      await as.engineer.post(`${path}/confirm`, body, key),
    ]
    expect(answers.map(a => [a.status, a.body.phase, a.body.by])).toEqual(Array(2).fill([200, 'done', 'engineer']))
    expect((await as.engineer.post(`${path}/excuse`, { reason: 'x' })).status).toBe(403)
    const forms = (await as.manager.get('/api/v1/run-forms')).body.items
    expect(forms).toMatchObject([{ id: 'lv', mine: false, open: 0, waiting: 0, missed: 0, equipment: ['pump-1'] }])
    const sheet = (await as.manager.get('/api/v1/run-forms/lv/sheet')).body
    expect(sheet).toMatchObject({ day: '2026-11-21', lines: [{ phase: 'done', lateMs: 0 }] })
    expect(sheet.trail).toMatchObject({ seq: g.deps.trail.head() })
    expect((await as.manager.get('/api/v1/run-forms/lv/sheet?day=2026-11-20')).body.lines).toEqual([])
    const csv = await fetch(`${g.url}/api/v1/run-forms/lv/sheet?format=csv&lang=zh-CN`, { headers: as.manager.headers })
    const bytes = Buffer.from(await csv.arrayBuffer())
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
    const rows = bytes.toString().slice(1).split('\r\n')
    expect(rows[0]).toContain('低压配电室')
    expect(rows[2]).toMatch(/^应抄时间,类别,状态,Pump pressure|^应抄时间,类别,状态,水泵 pressure/)
    expect(rows[3]).toMatch(/^2026-11-21 10:02:\d\d,临时加抄,已抄,7,no,/)
    // What a person wrote is no formula for a spreadsheet.
    expect(rows[3]).toContain("'=泵超压，已调")
    expect(rows[4]).toContain(String((sheet.trail as { hash: string }).hash))
  } finally {
    await g.stop()
  }
})
