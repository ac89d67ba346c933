import type { PointId } from '../../drivers/point.ts'
import { packText } from '../pack.ts'
import type { Rule } from '../rule.ts'

/** The equipment whose points are the forms of run records. */
export const RUN_RECORDS = 'gatehouse.run-records'
export const runRecordPoint = (form: string): PointId => `${RUN_RECORDS}/${form}`

/** Always on where a site keeps run records. */
export const runRecordRules: readonly Rule[] = [
  {
    id: 'run-record-missed',
    points: [`${RUN_RECORDS}/*`],
    when: { equals: true },
    severity: 'low',
    delayOnS: 0,
    delayOffS: 0,
    text: packText('运行记录漏抄', 'Run record missed: nobody wrote the line in its time'),
    source: '配电室、空调机房：定时巡视抄录 F03 F05 N20',
  },
]
