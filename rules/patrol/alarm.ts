import type { PointId } from '../../drivers/point.ts'
import { packText } from '../pack.ts'
import type { Rule } from '../rule.ts'

/** The equipment whose points are the places of patrols. */
export const PATROL = 'gatehouse.patrol'
/** The equipment of what devices have told. */
export const PATROL_RECORDS = 'gatehouse.patrol-records'
const RECORDS: PointId = `${PATROL_RECORDS}/missing`

export const patrolPoint = (space: string): PointId => `${PATROL}/${space}`
export const patrolRecords = RECORDS
export const patrolPoints = (spaces: Iterable<string>): readonly PointId[] => [
  ...new Set([...spaces].map(patrolPoint)),
  RECORDS,
]
/** The space of such a point; null for all others. */
export const patrolSpace = (point: string): string | null =>
  point.startsWith(`${PATROL}/`) ? point.slice(PATROL.length + 1) : null

/** Always on where a site has routes. */
export const patrolRules: readonly Rule[] = [
  {
    id: 'patrol-missed',
    points: [`${PATROL}/*`],
    when: { equals: true },
    severity: 'medium',
    delayOnS: 0,
    delayOffS: 0,
    text: packText('巡更漏巡：规定时间内无人到点', 'Patrol missed: nobody came in the time of the round'),
    source: '安保部：夜班每 30-40 分钟全面巡查一次 N40',
  },
  {
    id: 'patrol-records',
    points: [RECORDS],
    when: { equals: true },
    severity: 'medium',
    delayOnS: 0,
    delayOffS: 0,
    text: packText('巡更记录缺号，疑似被删除', 'Records of a patrol device are missing: they may have been deleted'),
    source: '电子巡检系统 G4',
  },
]
