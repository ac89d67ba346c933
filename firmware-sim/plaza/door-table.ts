/** What a door controller knows by itself, so that it decides without anybody: cards, and the events that it keeps. */

export interface Credential {
  /** As the reader gives it: facility code and number of Wiegand 26, or the UID of a card of 7 bytes. */
  readonly card: bigint
  /** Valid from and until, UTC seconds; 0: without end. */
  readonly from: number
  readonly to: number
  /** Bit n: door n. */
  readonly doors: number
  /** 0: the card alone. Else 4 digits. */
  readonly pin: number
}

/** Why a card opens a door, or doesn't; and what else happens at one. */
export const doorEvents = {
  granted: 1,
  duress: 2,
  unknown: 11,
  expired: 12,
  'not-yet-valid': 13,
  'wrong-door': 14,
  'wrong-pin': 15,
  lockdown: 16,
  exit: 21,
  remote: 22,
  'fire-release': 23,
  'fire-over': 24,
  opened: 31,
  closed: 32,
  'not-taken': 33,
  forced: 34,
  held: 35,
  tamper: 36,
  'gateway-away': 41,
  'gateway-back': 42,
  'mains-fail': 43,
  'mains-back': 44,
} as const satisfies Record<string, number>
export type DoorEvent = keyof typeof doorEvents

/**
 * The decision of the controller itself.
 * @param pin what was keyed in with the card; the right one with its last digit one higher (9: 0) opens under duress
 * @param nowS UTC seconds by the controller's clock
 */
export function decide(
  table: readonly (Credential | undefined)[],
  door: number,
  card: bigint,
  pin: number,
  nowS: number,
): DoorEvent {
  const found = table.find(c => c?.card === card)
  if (!found) return 'unknown'
  if (found.to !== 0 && nowS >= found.to) return 'expired'
  if (nowS < found.from) return 'not-yet-valid'
  if (!(found.doors & (1 << door))) return 'wrong-door'
  if (found.pin === 0 || pin === found.pin) return 'granted'
  return pin === duressPin(found.pin) ? 'duress' : 'wrong-pin'
}
export const duressPin = (pin: number): number => pin - (pin % 10) + ((pin + 1) % 10)

export interface RingEvent {
  /** From 1, without gaps: who reads them finds out what he has missed. */
  readonly seq: number
  /** UTC seconds. */
  readonly time: number
  /** 255: the controller itself. */
  readonly door: number
  readonly event: DoorEvent
  readonly card: bigint
}

export function createRing(size: number) {
  const kept: RingEvent[] = []
  let newest = 0
  return {
    add(event: Omit<RingEvent, 'seq'>) {
      newest++
      kept[newest % size] = { seq: newest, ...event }
    },
    /** The slot of an event is its number modulo the size. */
    slot: (i: number): RingEvent | undefined => kept[i],
    newest: () => newest,
    oldest: () => (newest === 0 ? 0 : Math.max(1, newest - size + 1)),
    /** Oldest first. */
    all: (): RingEvent[] => kept.filter(e => e !== undefined).sort((a, b) => a.seq - b.seq),
  }
}
