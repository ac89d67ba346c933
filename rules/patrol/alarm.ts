import type { PointId } from '../../drivers/point.ts'
import { packText } from '../pack.ts'
import type { Rule } from '../rule.ts'

/** The equipment whose points are the places of patrols. */
export const PATROL = 'gatehouse.patrol'
/** The equipment of what devices have told. */
export const PATROL_RECORDS = 'gatehouse.patrol-records'
const RECORDS: PointId = `${PATROL_RECORDS}/missing`
const TAMPERED: PointId = `${PATROL_RECORDS}/tampered`
const TAGS: PointId = `${PATROL_RECORDS}/tags`

export const patrolPoint = (space: string): PointId => `${PATROL}/${space}`
export const patrolRecords = RECORDS
export const patrolTampered = TAMPERED
export const patrolTags = TAGS
export const patrolPoints = (spaces: Iterable<string>): readonly PointId[] => [
  ...new Set([...spaces].map(patrolPoint)),
  RECORDS,
  TAMPERED,
  TAGS,
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
  {
    id: 'patrol-tampered',
    points: [TAMPERED],
    when: { equals: true },
    severity: 'medium',
    delayOnS: 0,
    delayOffS: 0,
    text: packText(
      '巡更设备报告被拆开、撞击，或签名不符',
      'A patrol device was opened or struck, or a signature is wrong',
    ),
    source: '电子巡检系统 G4',
  },
  {
    id: 'patrol-tag',
    points: [TAGS],
    when: { equals: true },
    severity: 'low',
    delayOnS: 0,
    delayOffS: 0,
    text: packText('巡更标签可疑：复制、移位或损坏', 'A patrol tag is in doubt: copied, moved or dead'),
    source: '电子巡检系统 G4',
  },
]
