import type { Credential } from './door-table.ts'

/** The doors of the two controllers, in the order of their terminals; the ids are those of the spaces they lead to. */
export const controllers = [
  {
    unit: 1,
    doors: ['lobby-a', 'lobby-b', 'fire-control-centre', 'elv-room', 'gate-post', 'a-roof', 'b-roof', 'car-park-b2'],
  },
  { unit: 2, doors: ['hv-room', 'distribution-room', 'pump-house', 'chiller-plant', 'lift-room-a', 'lift-room-b'] },
] as const
export type DoorId = (typeof controllers)[number]['doors'][number]
export const doorIds: readonly DoorId[] = controllers.flatMap(c => [...c.doors])
export const unitOfDoor = (controller: number, n: number): number => 10 * controller + 1 + n

/** Machine rooms with a contact and a bolt, but no reader: locked by key when nobody is in [M19]. */
export const contactRooms = [
  'generator-room',
  'fire-pump-room',
  'co2-room',
  'gas-valve-room',
  'cooling-towers',
] as const
export type ContactRoom = (typeof contactRooms)[number]

/** Wiegand 26: facility code 42 and the number printed on the card. */
export const card = (number: number): bigint => BigInt(42 * 65_536 + number)
const ALL = 0xff
export const cards = {
  /** Opens everything, with a PIN. */
  engineer: { card: card(1001), pin: 2580 },
  guard: { card: card(1002) },
  electrician: { card: card(1003) },
  /** A decorator whose pass ran out at the end of 2025. */
  decorator: { card: card(4711), to: Date.UTC(2025, 11, 31, 16) / 1000 },
  /** In nobody's table. */
  stranger: { card: card(60_001) },
} as const

/** Tenants and staff who come and go by themselves. */
export const people: readonly bigint[] = Array.from({ length: 40 }, (_, i) => card(2001 + i))

const entry = (c: bigint, doors: number, pin = 0, to = 0): Credential => ({ card: c, from: 0, to, doors, pin })
/** The table of each controller, as somebody loaded it. */
export const tables: readonly (readonly Credential[])[] = [
  [
    entry(cards.engineer.card, ALL, cards.engineer.pin),
    entry(cards.guard.card, ALL),
    entry(cards.electrician.card, ALL),
    entry(cards.decorator.card, 0b1000_0011, 0, cards.decorator.to),
    // Lobbies and car park.
    ...people.map(c => entry(c, 0b1000_0011)),
  ],
  [
    entry(cards.engineer.card, ALL, cards.engineer.pin),
    entry(cards.guard.card, 0b11_0000),
    entry(cards.electrician.card, ALL),
  ],
]
