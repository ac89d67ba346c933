import { randomBytes } from 'node:crypto'
import type { DoorClient } from '../door-link/client.ts'
import { createReaders, type ReaderSpec } from '../door-link/readers.ts'
import { encode, REPLY } from '../osdp/frame.ts'
import { createReader, type OsdpReader } from '../osdp/reader.ts'
import { cardBytes } from '../osdp/words.ts'

/** Two of the office doors have readers on an OSDP line of their controller; the third is tied by Wiegand, as of old. */
export const osdpReaders: readonly ReaderSpec[] = [
  { id: 'rd-b-10', door: 'door-b-10', direction: 'in', address: 1 },
  { id: 'rd-b-11', door: 'door-b-11', direction: 'in', address: 2 },
]
export const readerFaults = ['none', 'tamper', 'capabilities', 'new', 'clear-text'] as const
export type ReaderFault = (typeof readerFaults)[number]
export type DoorOsdp = ReturnType<typeof doorOsdp>

const STEP_MS = 200
const MOST_MS = 1000
const capabilities = [
  ...[
    { code: 3, level: 1, items: 1 },
    { code: 4, level: 1, items: 1 },
    { code: 5, level: 1, items: 1 },
  ],
  ...[
    { code: 8, level: 1, items: 0 },
    { code: 9, level: 1, items: 1 },
    { code: 13, level: 0, items: 1 },
  ],
]

/** The line, the panel's side of it and its readers. Time passes by `pass`; what is on the line takes none. */
export function doorOsdp(wall: () => number, client: () => Pick<DoorClient, 'present' | 'controller'> | null) {
  let now = 0
  let due = 0
  const toReaders: Buffer[] = []
  const toPanel: Buffer[] = []
  const key = new Map(osdpReaders.map(spec => [spec.id, randomBytes(16)]))
  // As they were set up before the building was handed over.
  let disk: string | null = JSON.stringify(
    Object.fromEntries([...key].map(([id, own]) => [id, { key: own.toString('hex'), next: null, pinned: null }])),
  )
  const panel = createReaders({
    ...{ readers: osdpReaders, send: bytes => toReaders.push(bytes), now: () => now, wall, client },
    disk: { read: () => disk, write: text => (disk = text) },
  })
  const make = ({ id, address }: ReaderSpec, own: Buffer | null, more: object = {}): OsdpReader =>
    createReader({
      ...{ address, capabilities, key: own, send: bytes => toPanel.push(bytes), now: () => now },
      id: { vendor: 0x5a4b3c, model: 7, version: 2, serial: 1000 + address, firmware: [1, 4, id.length] },
      ...more,
    })
  const readers = new Map(osdpReaders.map(spec => [spec.door, make(spec, key.get(spec.id)!)]))
  const specOf = (door: string) => osdpReaders.find(spec => spec.door === door)

  function pass(ms: number): void {
    for (due += Math.min(Math.max(0, ms), MOST_MS); due >= STEP_MS; due -= STEP_MS) {
      now += STEP_MS
      panel.tick()
      while (toReaders.length + toPanel.length > 0) {
        for (const bytes of toReaders.splice(0)) for (const one of readers.values()) one.receive(bytes)
        for (const bytes of toPanel.splice(0)) panel.receive(bytes)
      }
    }
  }
  // They stand in their channels long before anybody asks for the first time.
  pass(MOST_MS)
  return {
    pass,
    look: panel.look,
    order: panel.order,
    /** A card at the reader of a door. False: that door has none of these. */
    card(door: string, bits: string): boolean {
      readers.get(door)?.card(bits)
      return readers.has(door)
    },
    /** What somebody does to a reader. False: the door has none of these. */
    fault(door: string, fault: ReaderFault): boolean {
      const spec = specOf(door)
      const had = readers.get(door)
      if (!spec || !had) return false
      if (fault === 'tamper') had.setLocal(true, false)
      else if (fault === 'capabilities')
        readers.set(door, make(spec, had.key(), { capabilities: capabilities.slice(1) }))
      // Out of its box: it has no key yet, and waits to be given one.
      else if (fault === 'new') readers.set(door, make(spec, null, { install: true }))
      else if (fault === 'clear-text')
        toPanel.push(
          encode(
            { address: spec.address, reply: true, sequence: 1, crc: true, block: null },
            REPLY.raw,
            cardBytes('0'),
          ),
        )
      else readers.set(door, make(spec, had.key()))
      return true
    },
  }
}
