import { addDays, dayOf, momentOf } from '../../rules/calendar.ts'
import type { Permits } from '../records/permits.ts'
import type { Trail } from '../records/trail.ts'
import type { Site } from '../site/site.ts'

const DEMO = { name: 'demo', role: 'gateway' }
const SPACE = 'pump-house'

/** An application for hot work tomorrow, made up and marked as such, where there has never been any. */
export function fillPermits(
  { trail, permits }: { readonly trail: Trail; readonly permits: Permits },
  site: Pick<Site, 'spaces' | 'timezone'>,
  now: number,
): void {
  if (!site.spaces.has(SPACE) || permits.newest(1).length > 0) return
  const tomorrow = addDays(dayOf(now, site.timezone), 1)
  const at = (time: string) => momentOf(tomorrow, time, site.timezone)
  const yearOn = `${tomorrow.year + 1}-06-30`
  trail.change(DEMO, note =>
    permits.add(
      note,
      {
        ...{ kind: 'hot-work', grade: 'second', space: SPACE, outdoor: false, gas: false },
        ...{
          spot: '2# 泵支架 / Pump 2 bracket',
          work: '焊接支架 / welding a bracket',
          company: '演示安装公司 / Demo Fitters',
        },
        workers: [{ name: '演示焊工 / Demo welder', certificate: 'T-DEMO-01', validTo: yearOn }],
        ...{ guardian: 'admin', guardianPhone: '', validFrom: at('09:00'), validTo: at('15:00') },
      },
      DEMO.name,
      now,
    ),
  )
}
