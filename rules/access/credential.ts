import type { Flow } from '../flow.ts'

/**
 * What somebody shows or knows. `identifies`: it can be copied without the holder noticing (a UID, bits on two wires, a
 * plate, a photo of a code). `knows`: only together with another, or it would be found by trying. `proves`: a signature of
 * the moment.
 */
export const credentialClasses = {
  uid: 'identifies',
  w26: 'identifies',
  w34: 'identifies',
  w37: 'identifies',
  pin: 'knows',
  'qr-static': 'identifies',
  'qr-dynamic': 'proves',
  plate: 'identifies',
  /** A card for the barrier: it belongs to a lease of a bay [车位租用协议, 车场卡] and ends with it. */
  parking: 'identifies',
} as const satisfies Record<string, 'identifies' | 'knows' | 'proves'>
export type CredentialClass = keyof typeof credentialClasses
export const credentialKinds = Object.keys(credentialClasses) as CredentialClass[]

/** How much a door is worth. At a high one something that only identifies needs a PIN with it. */
export const doorClasses = ['low', 'medium', 'high'] as const
export type DoorClass = (typeof doorClasses)[number]

/**
 * Requested by one, approved by another; handed out; ended in one of three ways. A lost or revoked one never comes back:
 * a new one is issued in its place. That it has expired is a matter of the time and no phase.
 */
export const credentialPhases = ['requested', 'active', 'suspended', 'returned', 'revoked', 'lost', 'refused'] as const
export type CredentialPhase = (typeof credentialPhases)[number]
export const credentialActions = ['approve', 'refuse', 'suspend', 'resume', 'revoke', 'lose', 'return'] as const
export type CredentialAction = (typeof credentialActions)[number]

const approvers = ['admin', 'manager'] as const
/** Whoever is at the gate at night has to be able to stop a pass; giving one back its power is not for him. */
const stoppers = ['admin', 'manager', 'desk', 'operator', 'guard'] as const
const desk = ['admin', 'manager', 'desk'] as const
export const credentialFlow: Flow<CredentialPhase, CredentialAction> = {
  first: 'requested',
  moves: {
    requested: { approve: { to: 'active', by: approvers }, refuse: { to: 'refused', by: approvers } },
    active: {
      suspend: { to: 'suspended', by: stoppers },
      revoke: { to: 'revoked', by: desk },
      lose: { to: 'lost', by: stoppers },
      return: { to: 'returned', by: desk },
    },
    suspended: {
      resume: { to: 'active', by: approvers },
      revoke: { to: 'revoked', by: desk },
      lose: { to: 'lost', by: stoppers },
      return: { to: 'returned', by: desk },
    },
    // Somebody has to get his deposit back although it was revoked or his site is closed.
    revoked: { return: { to: 'returned', by: desk } },
    lost: {},
    returned: {},
    refused: {},
  },
}
/** It may still be in somebody's hands. */
export const isOut = (phase: CredentialPhase): boolean =>
  phase === 'active' || phase === 'suspended' || phase === 'revoked'

export const personKinds = ['staff', 'contractor', 'visitor', 'tenant'] as const
export type PersonKind = (typeof personKinds)[number]
/** Whose right to be here rests on a clock: without a clock that can be believed there is none. */
export const isTemporary = (kind: PersonKind): boolean => kind === 'contractor' || kind === 'visitor'
