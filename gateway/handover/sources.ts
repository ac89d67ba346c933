import type { PointId, Sample, Text } from '../../drivers/point.ts'
import type { DoorMode } from '../../rules/access/doormode.ts'
import { isTest, silenced } from '../../rules/alarm.ts'
import type { HandoverLine, HandoverSource } from '../../rules/handover.ts'
import { clocks } from '../../rules/orderclock.ts'
import type { Deps } from '../http/deps.ts'
import type { StoredAlarm } from '../records/alarms.ts'

/** What the sources read; all of it answers at once. */
export type HandoverFrom = Pick<
  Deps,
  'alarms' | 'workorders' | 'runs' | 'afterReports' | 'plant' | 'linkage' | 'access' | 'credentials' | 'visits'
>
/** More open orders are no list that anybody reads to his relief. */
const MOST = 500

const both = (zh: string, en: string): Text => ({ 'zh-CN': zh, en })
const joined = (a: Text | null | undefined, b: Text): Text =>
  a ? both(`${a['zh-CN']} · ${b['zh-CN']}`, `${a.en} · ${b.en}`) : b
const ofAlarm = (kind: string, a: StoredAlarm, asks: boolean, why: string | null): HandoverLine => ({
  ...{ key: `alarm:${a.id}`, kind, link: '/alarms', since: a.raisedAt, asks },
  text: joined(joined(a.place.space, a.place.equipmentName), why ? joined(a.text, both(why, why)) : a.text),
})
const modeWords: Readonly<Partial<Record<DoorMode, Text>>> = {
  lockdown: both('封锁', 'lockdown'),
  lockout: both('停用读卡', 'cards refused'),
  maintenance: both('检修', 'maintenance'),
  override: both('保持常开', 'held open'),
}

/** What of the plant and its people a sheet is filled from, in the order in which it is read out; `handoverheld.ts` goes on. */
export const handoverSources = (from: HandoverFrom): readonly HandoverSource[] => [
  {
    id: 'alarms',
    name: both('报警', 'Alarms'),
    lines: () =>
      from.alarms
        .open()
        .filter(a => !a.retired && !silenced(a) && !isTest(a.id))
        .map(a => ofAlarm(a.active ? 'standing' : 'unacknowledged', a, a.active, null)),
  },
  {
    id: 'alarms-aside',
    name: both('搁置、停用与抑制的报警', 'Alarms put aside'),
    lines: () =>
      from.alarms
        .open()
        .filter(a => !a.retired && silenced(a) && !isTest(a.id))
        .map(a =>
          a.outOfService
            ? ofAlarm('out-of-service', a, false, a.outOfService.reason)
            : a.shelved
              ? ofAlarm('shelved', a, false, a.shelved.reason)
              : ofAlarm('suppressed', a, false, null),
        ),
  },
  {
    id: 'orders',
    name: both('未结工单', 'Open orders'),
    lines: (_, now) =>
      from.workorders.list('open', MOST).map(order => {
        const zone = from.plant()?.site.timezone ?? 'UTC'
        const states = clocks(order, from.workorders.policyOf(order), now, zone).map(c => c.state)
        const kind = states.includes('over') ? 'order-late' : states.includes('soon') ? 'order-soon' : 'order'
        const link = `/orders/${encodeURIComponent(order.id)}`
        const text = joined(both(order.no, order.no), order.text)
        return { key: `order:${order.id}`, kind, text, link, since: order.openedAt, asks: kind === 'order-late' }
      }),
  },
  {
    id: 'runbooks',
    name: both('处置中的事件', 'Open runbooks'),
    lines: () => [
      ...from.runs.list('open', MOST).map(run => ({
        ...{ key: `run:${run.id}`, kind: 'runbook', link: `/runbooks/${encodeURIComponent(run.id)}` },
        ...{ text: joined(both(run.no, run.no), run.book.name), since: run.startedAt, asks: true },
      })),
      ...from.afterReports.list('open', MOST).map(owed => ({
        ...{ key: `after:${owed.id}`, kind: 'after-report', link: '/alarms', since: null },
        text: both(`越级上报后待补报告：${owed.reason}`, `A report is owed after levels were skipped: ${owed.reason}`),
      })),
    ],
  },
  {
    id: 'fire',
    name: both('消防联动', 'Fire linkage'),
    lines: () => {
      const plant = from.plant()
      const running = from.linkage()
      if (!plant) return []
      const state = running?.state()
      const zones = (running?.linkage.zones ?? []).flatMap(({ id, name }) => {
        const at = state?.zones[id]
        return at ? [{ key: `zone:${id}`, kind: 'zone-alarm', text: name, link: '/fire', since: at.since }] : []
      })
      // Of a panel that says itself whether it links by itself.
      const panels = plant.site.equipment.flatMap(e => {
        const point = e.points.find(p => p.key === 'linkage-auto')
        const said = point && plant.latest.get(point.id)
        return !said || (said.quality === 'good' && said.value === true) ? [] : [panelLine(e.name, point.id, said)]
      })
      return [...panels, ...zones]
    },
  },
  {
    id: 'devices',
    name: both('离线设备', 'Devices that do not answer'),
    lines: () => {
      const plant = from.plant()
      return (plant?.site.equipment ?? [])
        .filter(e => plant?.state(e.id)?.online === false)
        .map(e => ({
          ...{ key: `device:${e.id}`, kind: 'device-away', text: e.name, since: null },
          link: `/equipment/${encodeURIComponent(e.id)}`,
        }))
    },
  },
  {
    id: 'doors',
    name: both('非正常状态的门', 'Doors held by a person'),
    lines: () =>
      from.access.doors().flatMap(({ door, layers }) =>
        layers
          .filter(l => l.by !== null)
          .map(l => ({
            ...{ key: `door:${door.id}:${l.since}`, kind: 'door-mode', link: '/doors', since: l.since },
            text: joined(door.name, joined(modeWords[l.mode], both(`${l.by} ${l.reason}`, `${l.by} ${l.reason}`))),
          })),
      ),
  },
  {
    id: 'inside',
    name: both('在场外来人员与压证', 'People of others on site'),
    lines: () => [
      ...from.credentials.held().map(({ credential, slot, since }) => {
        const { passNo } = from.credentials.one(credential)
        const text = both(`临时出入证 ${passNo} 副本，${slot} 号格`, `Pass ${passNo}, duplicate in slot ${slot}`)
        return { key: `pass:${credential}`, kind: 'duplicate', text, link: '/passes', since }
      }),
      ...from.visits
        .open()
        .filter(v => v.phase === 'inside')
        .map(v => ({
          ...{ key: `visit:${v.id}`, kind: 'visitor', link: '/visits', since: v.inAt },
          text: both(
            `访客 ${v.no}，${v.people} 人`,
            `Visit ${v.no}, ${v.people} ${v.people === 1 ? 'person' : 'people'}`,
          ),
        })),
    ],
  },
]

/** Unknown is not automatic: whoever relies on it has to look. */
function panelLine(name: Text, point: PointId, said: Sample): HandoverLine {
  const by = said.quality === 'good' ? both('联动在手动', 'linkage by hand') : both('联动方式未知', 'linkage unknown')
  return { key: `linkage:${point}`, kind: 'linkage-manual', text: joined(name, by), link: '/fire', since: null }
}
