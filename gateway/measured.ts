import { firstNeeded } from './history/position.ts'
import type { Deps } from './http/deps.ts'
import type { Measured } from './out/gauges.ts'
import type { OutputFigures } from './out/outputgauges.ts'

/** What `/metrics` tells of channels, outputs, records and backups. */
export const measuredOf = (deps: () => Deps): Measured => ({
  channels() {
    const plant = deps().plant()
    return (plant?.site.channels ?? []).map(({ id, protocol }) => ({
      id,
      protocol,
      link: plant?.link(id),
      online: (plant?.site.equipment ?? []).filter(e => e.channel === id).map(e => plant?.state(e.id)?.online ?? null),
    }))
  },
  outputs() {
    const { notify } = deps()
    return notify.view().config.channels.map(({ id, kind }) => {
      const { failing, waiting } = notify.state(id)
      return { id, kind, failing: failing !== null, waiting }
    })
  },
  trailHead: () => deps().trail.head(),
  recordsFailing: () => deps().storageSince() !== null,
  ordersOpen: () => deps().workorders.openCount(),
  backup() {
    const { backups, clock } = deps()
    const { lastGoodAt } = backups.state()
    return { lastGoodAgeMs: lastGoodAt === null ? null : clock.now() - lastGoodAt, failing: backups.failing() }
  },
})

/** What `/metrics` tells of each output of the site. */
export async function outputFigures({ outputs, clock }: Deps): Promise<readonly OutputFigures[]> {
  const since = (at: number | null | undefined) => (at == null ? 0 : Math.max(0, clock.now() - at))
  return (await outputs.states()).map(({ output, trouble, telemetry, records, aside, bytes }) => ({
    ...{ id: output.id, kind: output.kind, troubleMs: since(trouble?.since), quarantined: aside.rows, bytes },
    samples: telemetry && {
      position: firstNeeded(telemetry.position),
      waiting: telemetry.samples,
      ageMs: since(telemetry.oldestAt),
      lost: telemetry.lost,
    },
    records: records && {
      position: records.seq + 1,
      waiting: records.waiting,
      ageMs: since(records.oldestAt),
      lost: records.lost,
    },
  }))
}
