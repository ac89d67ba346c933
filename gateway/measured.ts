import type { Deps } from './http/deps.ts'
import type { Measured } from './out/gauges.ts'

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
