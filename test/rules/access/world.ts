import type { DoorMode, Layer } from '../../../rules/access/doormode.ts'
import type {
  AccessDoor,
  Area,
  HeldCredential,
  Holder,
  PinRead,
  Reading,
  Snapshot,
} from '../../../rules/access/policy.ts'

/** An ordinary door and a member of staff who may pass it; tests say what is other. */
export const AT = Date.UTC(2026, 10, 23, 1)
const name = { 'zh-CN': '门', en: 'Door' }
export const office = {
  group: 'plant-rooms',
  schedule: { id: 'office', name, spans: [{ days: ['workday' as const], from: 480, to: 1080 }] },
  always: false,
}
export const door = (over: Partial<AccessDoor> = {}): AccessDoor => ({
  ...{ id: 'door-1', name, area: 'plant', from: 'outside', class: 'medium', groups: ['plant-rooms'], exit: 'free' },
  ...{ lock: 'fail-safe', mechanicalExit: true, fireRelease: true, interlock: null, twoPersons: null, escort: false },
  ...{ firstIn: [], custody: false, certificate: null, heldAfterS: 60 },
  ...over,
})
export const area = (over: Partial<Area> = {}): Area => ({
  ...{ id: 'plant', name, passback: 'none', passbackMin: 10, capacity: null, supervisors: [] },
  ...over,
})
export const credential = (over: Partial<HeldCredential> = {}): HeldCredential => ({
  ...{ id: 'c-li', class: 'w26', phase: 'active', validFrom: AT - 86_400_000, validTo: AT + 86_400_000 },
  ...{ grants: [{ group: 'plant-rooms', schedule: null, always: false }], siteClosed: false, permitTo: null },
  ...over,
})
export const holder = (over: Partial<Holder> = {}): Holder => ({
  ...{ id: 'li', kind: 'staff', status: 'active', level: 1, roles: ['cleaner'], area: 'outside', enteredAt: {} },
  ...{ forgivenUntil: 0, certificates: [], duplicateAtGate: false },
  ...over,
})
export const snapshot = (over: Partial<Snapshot> = {}): Snapshot => ({
  ...{ policyVersion: 'v1', door: door(), area: area(), layers: [], asks: 'card', within: () => true, holiday: false },
  ...{
    threatLevel: 0,
    inside: 0,
    supervisorsInside: 0,
    othersOpen: [],
    waiting: null,
    clockSafe: true,
    latest: AT,
    armed: false,
  },
  ...over,
})
export const known = (c: HeldCredential, h: Holder, pin: PinRead = 'none'): Reading => ({
  kind: 'known',
  credential: c,
  holder: h,
  pin,
})
export const layer = (mode: DoorMode, over: Partial<Layer> = {}): Layer => ({
  ...{ mode, since: AT - 1000, until: null, level: null, by: 'chen', reason: '' },
  ...over,
})
