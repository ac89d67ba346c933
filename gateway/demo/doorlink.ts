import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { wiegandBits } from '../../rules/access/wiegand.ts'
import type { Role } from '../../rules/flow.ts'
import type { Clock } from '../core/clock.ts'
import type { Actor } from '../core/events.ts'
import { type EnrolDeps, type Enrolled, enrolController } from '../doorlink/enrol.ts'
import type { Kept } from '../kept.ts'
import { writeDurably } from '../site/file.ts'
import type { Site } from '../site/site.ts'
import { both, type DemoPart, type Lines } from './part.ts'

/** Doors with a controller of its own that speaks MQTT, beside those on Modbus; a contact module proves what it says. */
export const linkController = 'ctl-b-10'
const floors = [10, 11, 12] as const
export const linkDoors = floors.map(n => `door-b-${n}`)
const UNIT = 31

export function doorLinkDemo(lines: Lines): DemoPart {
  const channel = 'doors-1'
  const bit = (key: string, address: number, zh: string, en: string) => ({
    ...{ key, name: both(zh, en), table: 'discrete', address, type: 'bool' },
  })
  return {
    channels: [{ id: channel, ...lines(channel) }],
    equipment: floors.map((n, i) => ({
      id: `door-b-${n}`,
      kind: 'door',
      name: both(`B 座 ${n} 层办公区门`, `Office door, tower B floor ${n}`),
      space: `b-${n}`,
      channel,
      unit: UNIT + i,
      points: [bit('open', 0, '门开', 'Open'), bit('unlocked', 1, '已开锁', 'Unlocked')],
    })),
    rules: [],
  }
}

/** Where the demo's controller looks for what it was enrolled with. */
export const demoDoorFile = (data: string): string => join(data, 'demo-door-controller.json')

/** [name, kind, what he does, level, number of the card of facility 42, levels] */
const people: readonly (readonly [string, 'staff' | 'tenant', string, number, number, readonly string[]])[] = [
  ['李建国', 'staff', '工程主管', 5, 1001, ['engineering']],
  ['张卫东', 'staff', '秩序维护员', 3, 1002, ['engineering', 'offices']],
  ['王电工', 'staff', '电工', 3, 1003, ['engineering']],
  ...(['陈晓', '刘洋', '赵敏', '孙浩', '周婷', '吴磊', '郑洁', '冯涛'] as const).map(
    (name, i) => [name, 'tenant', '', 1, 2001 + i, ['offices']] as const,
  ),
]
/** Guards with the tags that they hold to the readers of their rounds. */
const guards = [
  ['何强', '04A21B6A7C5E80'],
  ['罗勇', '04C39F12D84A81'],
  ['谢军', '04E7710B3F9C82'],
] as const
const YEAR_MS = 365 * 86_400_000

/** People of the demo with their cards, as if a desk had asked and a manager approved; the trail says who really did. */
function addPeople({ trail, people: persons, credentials, enrol, accessKeys }: Kept, site: Site, now: number): void {
  const asks: Actor & { role: Role } = { name: 'demo', role: 'desk' }
  const approves: Actor & { role: Role } = { name: 'demo (approval)', role: 'manager' }
  trail.change(asks, note => {
    const all = [
      ...people.map(p => ({
        class: 'w26' as const,
        made: enrol({ class: 'w26', bits: wiegandBits('w26', 42, p[4])! }),
        p,
      })),
      ...guards.map(([name, uid]) => ({
        ...{ class: 'uid' as const, made: enrol({ class: 'uid', number: uid }) },
        p: [name, 'staff', '秩序维护员', 3, 0, []] as const,
      })),
    ]
    for (const one of all) {
      const [name, kind, trade, level, , levels] = one.p
      const { lookup, shown, secret } = one.made
      const person = persons.add(
        note,
        {
          ...{ name, kind, trade, level, company: null, phone: '', roles: [], account: null, certificates: [] },
          ...{ idKind: null, idNumber: null },
        },
        now,
      )
      const asked = {
        ...{ class: one.class, shown, lookup, validFrom: now, validTo: now + YEAR_MS },
        ...{ levels: levels.filter(id => site.access.levels.has(id)), deposit: null, receipt: null, link: null },
        seal: (id: string) => (secret === null ? null : accessKeys.seal(secret, id)),
      }
      const { id } = credentials.request(note, person, null, asked, asks, now)
      credentials.move(note, id, person, 'approve', '', approves, now)
    }
  })
}

/**
 * Sets up the demo's door controller: at the first start people with cards, an account and keys made at random; at each
 * start where the broker listens. One that was enrolled anew by hand keeps what it has until somebody tells it.
 * @param mqtt `host:port` where the broker listens
 */
export async function startDoorLink(
  data: string,
  {
    kept,
    site,
    clock,
    dropBrokerAccount,
  }: {
    readonly kept: Kept
    readonly site: Site | null
    readonly clock: Pick<Clock, 'now'>
    readonly dropBrokerAccount: EnrolDeps['dropBrokerAccount']
  },
  mqtt: string,
): Promise<void> {
  if (!site?.access.controllers.some(c => c.id === linkController)) return
  const file = demoDoorFile(data)
  const url = `mqtt://${mqtt}`
  let enrolment: Enrolled | null = null
  if (kept.doorControllers.get(linkController) === undefined) {
    const now = clock.now()
    if (kept.people.list('', 1).length === 0) addPeople(kept, site, now)
    const by: Actor = { name: 'demo', role: 'gateway' }
    enrolment = await enrolController({ ...kept, dropBrokerAccount }, site.id, linkController, by, 'demo', now)
  } else if (existsSync(file)) enrolment = (JSON.parse(readFileSync(file, 'utf8')) as { enrolment: Enrolled }).enrolment
  if (enrolment) writeDurably(file, `${JSON.stringify({ url, enrolment })}\n`, 0o600)
}
