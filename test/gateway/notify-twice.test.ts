import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createBus } from '../../gateway/core/bus.ts'
import { createClock } from '../../gateway/core/clock.ts'
import type { Events } from '../../gateway/core/events.ts'
import { openNotify } from '../../gateway/notices/notify.ts'
import { openAfterReports } from '../../gateway/records/afterreports.ts'
import { alarms as openAlarms } from '../../gateway/records/alarms.ts'
import { openDecided } from '../../gateway/records/decided.ts'
import { notices as openNotices } from '../../gateway/records/notices.ts'
import type { Workorders } from '../../gateway/records/workorders.ts'
import { writeDurably } from '../../gateway/site/file.ts'
import type { Site } from '../../gateway/site/site.ts'
import { records } from '../support/records.ts'
import { until } from '../support/wait.ts'

it('settings saved while the site is changed: nobody is told twice', async () => {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url!)
    request.resume()
    // Slow enough that it is under way when everything is changed.
    setTimeout(() => response.end('{}'), 200)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const r = records()
  const clock = createClock()
  const bus = createBus<Events>(() => {})
  const group = { 'zh-CN': '全体', en: 'All' }
  const file = {
    channels: [{ id: 'hook', kind: 'webhook', events: [], options: { url } }],
    groups: [{ id: 'all', name: group, channels: ['hook'], people: [{ name: 'wang' }] }],
  }
  writeDurably(join(r.folder.path, 'notify.json'), JSON.stringify(file), 0o600)
  const notify = openNotify({
    secrets: r.folder.path,
    decided: openDecided(r.db),
    clock,
    trail: r.trail,
    notices: openNotices(r.db),
    afterReports: openAfterReports(r.db),
    alarms: openAlarms(r.db),
    workorders: {} as Workorders,
    bus,
    flooded: () => false,
    placeOf: () => undefined,
    placeAt: () => undefined,
    failing: () => {},
    refused: why => {
      throw new Error(why)
    },
    failed: () => {},
  })
  const site = {
    name: group,
    timezone: 'UTC',
    calendar: { holidays: new Set(), workdays: new Set() },
    orders: { address: null },
  } as unknown as Site
  const tell = (run: string) => {
    const facts = { scope: group, reason: null, since: 'x', expectedEnd: null, restoredAt: null }
    const words = { 'zh-CN': { title: run, body: '' }, en: { title: run, body: '' } }
    r.trail.change({ name: 'li', role: 'manager' }, note =>
      notify.sendOutage(note, { run, no: run, group: 'all', kind: 'interrupted', words, what: 'power', facts }),
    )
    bus.emit('record', r.trail.after(r.trail.head() - 1, 1)[0]!)
  }
  notify.use(site)
  tell('one')
  await until('the first is under way', () => asked.length === 1)
  const { text, hash } = notify.view()
  const saved = notify.save(text.replace('"All"', '"Everybody"'), hash, { name: 'li', role: 'admin' })
  await notify.stop()
  notify.use(site)
  await saved
  const told = () => r.trail.of('notice', 'one').length + r.trail.of('notice', 'two').length
  await until('the first is told', () => told() === 1)
  asked.length = 0
  tell('two')
  await until('the second is told', () => told() >= 2)
  await notify.stop()
  expect([asked.length, told()]).toEqual([1, 2])
  clock.stop()
  r.end()
  await new Promise(resolve => server.close(resolve))
})
