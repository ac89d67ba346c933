import type { Text } from '../../drivers/point.ts'
import type { Crew } from '../../rules/crew.ts'
import type { HandoverSource } from '../../rules/handover.ts'
import { watchName, watchNo, watchOrigin } from '../../rules/patrol/watch.ts'
import { titleOf } from '../../rules/register.ts'
import { registerOf } from '../../rules/registers/all.ts'
import { phaseOf } from '../../rules/runrecord/plan.ts'
import type { Deps } from '../http/deps.ts'
import { keysOut, presentIn } from '../records/registers.ts'

/** What the sources of this file read. */
export type HeldFrom = Pick<Deps, 'permits' | 'tags' | 'registers' | 'patrol' | 'runRecords' | 'plant'>

/** More seals of a day are no list for paper; the trail has them all. */
const SEALED_MOST = 200
const DAY_MS = 86_400_000
const both = (zh: string, en: string): Text => ({ 'zh-CN': zh, en })
const alike = (word: string): Text => both(word, word)
const joined = (...parts: readonly Text[]): Text =>
  both(parts.map(p => p['zh-CN']).join(' · '), parts.map(p => p.en).join(' · '))

/** Crews whose counts of keys and tools are what the registers have in their cabinets at this moment [3:217-219]. */
export const crewsCounted = <S extends { readonly crews: readonly Crew[] }>(
  site: S,
  from: Pick<Deps, 'registers'>,
): S => ({
  ...site,
  crews: site.crews.map(crew => ({
    ...crew,
    counted: crew.counted.map(one =>
      one.register === undefined ? one : { ...one, count: presentIn(from.registers, one.register) },
    ),
  })),
})

/** Permits that are not over yet and may be worked by, by what they are. */
const permitKinds = {
  issued: 'permit',
  live: 'permit-live',
  suspended: 'permit-suspended',
  watch: 'permit-watch',
} as const

/** What one crew holds for others and the next one goes on holding: permits, tags, keys, tools, rounds that nobody walked. */
export const heldSources = (from: HeldFrom): readonly HandoverSource[] => [
  {
    id: 'permits',
    name: both('作业许可', 'Permits'),
    lines: () =>
      from.permits.open().flatMap(p => {
        const kind = permitKinds[p.phase as keyof typeof permitKinds]
        const space = from.plant()?.site.spaces.get(p.space)?.name ?? alike(p.space)
        const link = `/permits/${encodeURIComponent(p.id)}`
        const text = joined(alike(p.no), space, alike(p.spot), alike(p.guardian))
        return kind ? [{ key: `permit:${p.id}`, kind, text, link, since: p.issuedAt }] : []
      }),
  },
  {
    id: 'tags',
    name: both('挂牌', 'Tags'),
    lines: () =>
      from.tags.open().map(t => ({
        // Whoever goes home hands his tag over, or says why it stays his [people-and-permits 4.1].
        ...{ key: `tag:${t.id}`, kind: t.offer ? 'tag-offered' : 'tag', asks: t.offer === null },
        ...{ link: '/permits/tags', since: t.at },
        text: joined(
          alike(t.no),
          from.plant()?.site.equipment.find(e => e.id === t.equipment)?.name ?? alike(t.equipment),
          alike(t.offer ? `${t.owner} → ${t.offer.to} ${t.reason}` : `${t.owner} ${t.reason}`),
        ),
      })),
  },
  {
    id: 'keys',
    name: both('借出的钥匙', 'Keys that are out'),
    lines: (_, now) =>
      keysOut(from.registers, now).items.map(k => ({
        ...{ key: `key:${k.id}`, kind: k.overdue ? 'key-late' : 'key-out', asks: k.overdue, since: k.since },
        ...{ text: alike(`${k.no} ${k.name} · ${k.borrower}`), link: '/registers/keys' },
      })),
  },
  {
    id: 'tools',
    name: both('借出的工具仪表', 'Tools and instruments that are out'),
    lines: (_, now) =>
      from.registers
        .list('tools', true)
        .filter(e => e.phase === 'out')
        .map(e => {
          const late = e.dueAt !== null && e.dueAt <= now
          const text = alike(`${titleOf(registerOf('tools')!, e.values)} · ${String(e.values.borrower ?? '')}`)
          return {
            key: `tool:${e.id}`,
            kind: late ? 'tool-late' : 'tool-out',
            text,
            link: '/registers/tools',
            since: e.since,
          }
        }),
  },
  {
    id: 'rounds-sealed',
    name: both('已封存与待复核的巡更', 'Rounds sealed, and rounds to review'),
    lines: (_, now) => {
      const { reviewing } = from.patrol
      const routes = new Map(from.plant()?.site.routes.map(r => [r.id, r.name]))
      const waiting = reviewing.unsealedSince(now - DAY_MS)
      const sealed = reviewing.sealedSince(now - DAY_MS).slice(-SEALED_MOST)
      return [
        ...(waiting === 0
          ? []
          : [
              {
                ...{ key: 'rounds:waiting', kind: 'rounds-unsealed', link: '/rounds', since: null },
                text: both(`24 小时内 ${waiting} 轮未封存`, `${waiting} of the last 24 h not sealed`),
              },
            ]),
        ...sealed.map(s => ({
          ...{ key: `seal:${s.id}`, kind: 'round-sealed', link: '/rounds', since: s.seal.at },
          // The hash in the sheet that both sign: whoever changes the round later would have to change that, too.
          text: joined(routes.get(s.route) ?? alike(s.route), alike(`${s.id} · SHA-256 ${s.seal.hash}`)),
        })),
      ]
    },
  },
  {
    id: 'rounds',
    name: both('漏巡', 'Missed on rounds'),
    lines: (_, now) => {
      const site = from.plant()?.site
      const routes = new Map(site?.routes.map(r => [r.id, r]))
      return from.patrol.records.missing(now - DAY_MS, now).map(({ route, checkpoint }) => {
        const no = watchNo(route)
        const own = no === null ? { route, checkpoint } : watchOrigin(checkpoint)
        const at = routes.get(own.route ?? '')
        const space = at?.checkpoints.find(c => c.id === own.checkpoint)?.space ?? own.checkpoint
        const text = joined(
          no === null ? (at?.name ?? alike(route)) : watchName(no),
          site?.spaces.get(space)?.name ?? alike(space),
        )
        return {
          key: `round:${route}/${checkpoint}`,
          kind: 'round-missed',
          text,
          link: '/rounds',
          since: null,
          asks: true,
        }
      })
    },
  },
  {
    id: 'run-records',
    name: both('运行记录', 'Run records'),
    lines: (_, now) =>
      (from.plant()?.site.runForms ?? []).flatMap(form =>
        from.runRecords.records.open(form.id, now - DAY_MS, now).flatMap(line => {
          const phase = phaseOf(line, now)
          if (phase === 'open' || (phase === 'missed' && line.reason !== '')) return []
          const asks = phase !== 'waiting'
          const kind = phase === 'waiting' ? 'run-waiting' : phase === 'late' ? 'run-late' : 'run-missed'
          const link = `/runrecords/${form.id}/${line.day}`
          return [{ key: `run-line:${line.id}`, kind, text: form.name, link, since: line.due, asks }]
        }),
      ),
  },
]
