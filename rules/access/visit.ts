import type { Flow, Role } from '../flow.ts'
import { move } from '../flow.ts'

/**
 * A visit: somebody who is expected at the gate, or somebody who wants into a room that not everybody may enter
 * [人员出入登记表]. What a room asks is said by its policy; each approval is another person's, and none the asker's own.
 */
export interface RoomPolicy {
  /** Of each list somebody has to agree; without lists nobody has to. */
  readonly approvals: readonly (readonly Role[])[]
  /** Who goes along: 值班电工; empty: nobody has to. */
  readonly escort: boolean
  readonly noPhotos: boolean
}
/** 设备机房: 物业经理和工程主管同意, 有人陪同, 禁止拍照. */
export const usualRoom: RoomPolicy = { approvals: [['manager'], ['engineer']], escort: true, noPhotos: true }

/** How long a visitor's photo is kept after his visit where the site does not say, days: as briefly as will do [个人信息保护法第十九条]. */
export const VISITOR_PHOTO_DAYS = 30

export const visitPhases = ['requested', 'expected', 'inside', 'left', 'refused', 'cancelled'] as const
export type VisitPhase = (typeof visitPhases)[number]
export const visitActions = ['approve', 'refuse', 'cancel', 'enter', 'leave'] as const
export type VisitAction = (typeof visitActions)[number]

const approvers = ['admin', 'manager', 'engineer', 'operator'] as const
const desk = ['admin', 'manager', 'desk', 'operator', 'engineer'] as const
const gate = ['admin', 'manager', 'desk', 'operator', 'guard'] as const
export const visitFlow: Flow<VisitPhase, VisitAction> = {
  first: 'requested',
  moves: {
    requested: {
      approve: { to: 'expected', by: approvers },
      refuse: { to: 'refused', by: approvers },
      cancel: { to: 'cancelled', by: desk },
    },
    expected: {
      enter: { to: 'inside', by: gate },
      refuse: { to: 'refused', by: approvers },
      cancel: { to: 'cancelled', by: desk },
    },
    inside: { leave: { to: 'left', by: gate } },
    left: {},
    refused: {},
    cancelled: {},
  },
}

export interface Approval {
  readonly by: string
  readonly role: Role
  readonly at: number
}
/** Which of the lists nobody has agreed for yet. An administrator stands for one of them, not for all. */
export function approvalsLeft(policy: readonly (readonly Role[])[], given: readonly Approval[]): (readonly Role[])[] {
  const left = [...policy]
  for (const { role } of given) {
    const at = left.findIndex(roles => roles.includes(role))
    const any = at < 0 && role === 'admin' ? 0 : at
    if (any >= 0) left.splice(any, 1)
  }
  return left
}

export type VisitRefusal =
  | 'visit-not-so'
  | 'not-your-role'
  | 'approve-own'
  | 'visit-approved-by-you'
  | 'visit-not-today'
  | 'visit-escort'
export interface VisitNow {
  readonly phase: VisitPhase
  readonly askedBy: string
  readonly approvals: readonly Approval[]
  readonly needed: readonly (readonly Role[])[]
  readonly escortNeeded: boolean
  readonly validFrom: number
  readonly validTo: number
}
/** Where a visit goes by an action; `requested` again while others have to agree. @param escort who goes along, by name */
export function moveVisit(
  visit: VisitNow,
  action: VisitAction,
  by: { readonly name: string; readonly role: Role },
  at: number,
  escort: string,
): { readonly to: VisitPhase } | { readonly refused: VisitRefusal } {
  const moved = move(visitFlow, visit.phase, action, by.role)
  if ('refused' in moved) return { refused: moved.refused === 'no-such-move' ? 'visit-not-so' : 'not-your-role' }
  if (action === 'approve') {
    const same = (name: string) => name.toLowerCase() === by.name.toLowerCase()
    if (same(visit.askedBy)) return { refused: 'approve-own' }
    if (visit.approvals.some(a => same(a.by))) return { refused: 'visit-approved-by-you' }
    const before = approvalsLeft(visit.needed, visit.approvals).length
    const left = approvalsLeft(visit.needed, [...visit.approvals, { by: by.name, role: by.role, at }]).length
    if (left === before) return { refused: 'not-your-role' }
    return { to: left === 0 ? 'expected' : 'requested' }
  }
  if (action === 'enter') {
    if (at < visit.validFrom || at >= visit.validTo) return { refused: 'visit-not-today' }
    if (visit.escortNeeded && escort.trim() === '') return { refused: 'visit-escort' }
  }
  return { to: moved.to }
}
