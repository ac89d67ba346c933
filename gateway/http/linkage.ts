import { z } from 'zod'
import { evidenceOf } from '../../rules/linkage.ts'
import { iso, isoOrNull } from '../core/clock.ts'
import { fail } from '../core/errors.ts'
import { type LinkageView, linkageConfirm, linkageConfirmed, linkageView } from './contract.ts'
import { type App, type Deps, who } from './deps.ts'

function viewOf(deps: Deps): LinkageView {
  const plant = deps.plant()
  const running = deps.linkage()
  if (!plant || !running) return { zones: [], actions: [] }
  const { linkage } = running
  const state = running.state()
  return {
    zones: linkage.zones.map(zone => {
      const at = state.zones[zone.id]
      const sources = zone.sources.flatMap(s => [...s.devices, ...s.callPoints, ...(s.confirmed ? [s.confirmed] : [])])
      return {
        id: zone.id,
        name: zone.name,
        space: zone.space,
        phase: at?.phase ?? 'normal',
        since: isoOrNull(at?.since ?? null),
        firstAt: isoOrNull(at?.firstAt ?? null),
        confirmedAt: isoOrNull(at?.confirmedAt ?? null),
        by: at?.by ?? null,
        devices: at?.devices ?? evidenceOf(zone, plant.latest.get).devices,
        former: (at?.former ?? []).map(one => ({
          firstAt: iso(one.firstAt),
          confirmedAt: isoOrNull(one.confirmedAt),
          normalAt: iso(one.normalAt),
          devices: one.devices,
        })),
        blind: sources.some(point => plant.latest.get(point)?.quality !== 'good'),
        actions: linkage.actions.filter(a => a.zones.includes(zone.id)).map(a => a.id),
      }
    }),
    actions: linkage.actions.map(action => {
      const at = state.actions[action.id]
      return {
        id: action.id,
        kind: action.kind,
        name: action.name,
        at: action.at,
        act: action.act,
        withinS: action.withinS,
        source: action.source ?? null,
        startedAt: isoOrNull(at?.startedAt ?? null),
        devices: action.devices.map(({ name, proof }) => {
          const proved = at?.devices[proof.point]
          const command = proved?.command ? deps.commands.get(proved.command) : undefined
          return {
            point: proof.point,
            name,
            phase: proved?.phase ?? null,
            since: isoOrNull(proved?.since ?? null),
            attempts: proved?.attempts ?? 0,
            sentAt: isoOrNull(proved?.sentAt ?? null),
            provedAt: isoOrNull(proved?.provedAt ?? null),
            command: proved?.command ?? null,
            why: command?.why ?? null,
            text: command?.text ?? null,
          }
        }),
      }
    }),
  }
}

export function linkageRoutes(app: App, deps: Deps) {
  const tags = ['fire linkage']
  app.get(
    '/api/v1/linkage',
    {
      config: { access: 'alarm.watch' },
      schema: {
        tags,
        summary: 'Each fire zone, each action of the linkage table, and the proof of each of its devices',
        response: { 200: linkageView },
      },
    },
    async () => viewOf(deps),
  )
  app.post(
    '/api/v1/linkage/:zone/confirm',
    {
      config: { access: 'linkage.confirm' },
      schema: {
        tags,
        summary:
          'A person says that the alarm of a zone is over, and what it was. Only after the panel has been reset.',
        params: z.object({ zone: z.string().max(64) }),
        body: linkageConfirm,
        response: { 200: linkageConfirmed },
      },
    },
    async request => {
      const { zone } = request.params
      const running = deps.linkage()
      if (!running?.linkage.zones.some(z => z.id === zone)) return fail('not-found', { what: zone })
      const { cause, remark } = request.body
      const restores = running.confirm(zone, cause, remark, who(request).actor)
      return { at: iso(deps.clock.now()), restores }
    },
  )
}
