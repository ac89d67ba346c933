/** What stands in the data of commands and replies of OSDP. Readers of it take any bytes and answer null for none of theirs. */

export interface ReaderId {
  /** IEEE number of the maker, 24 bits. */
  readonly vendor: number
  readonly model: number
  readonly version: number
  readonly serial: number
  /** major, minor, build. */
  readonly firmware: readonly [number, number, number]
}
export interface Capability {
  readonly code: number
  readonly level: number
  readonly items: number
}
/** Function codes of capabilities that matter here. */
export const CAPABILITY = { cards: 3, led: 4, buzzer: 5, check: 8, security: 9, readers: 13, version: 16 } as const
export const LED = { off: 0, red: 1, green: 2, amber: 3, blue: 4 } as const

export function idBytes({ vendor, model, version, serial, firmware }: ReaderId): Buffer {
  const bytes = Buffer.alloc(12)
  bytes.writeUIntLE(vendor, 0, 3)
  bytes.set([model, version], 3)
  bytes.writeUInt32LE(serial, 5)
  bytes.set(firmware, 9)
  return bytes
}
export const readId = (data: Buffer): ReaderId | null =>
  data.length === 12
    ? {
        ...{ vendor: data.readUIntLE(0, 3), model: data[3]!, version: data[4]!, serial: data.readUInt32LE(5) },
        firmware: [data[9]!, data[10]!, data[11]!],
      }
    : null
/** Of a reader, in the handshake: maker (two bytes), model, version, serial. */
export function clientId({ vendor, model, version, serial }: ReaderId): Buffer {
  const bytes = Buffer.from([vendor & 0xff, (vendor >> 8) & 0xff, model, version, 0, 0, 0, 0])
  bytes.writeUInt32LE(serial, 4)
  return bytes
}

/** The same of what a reader has answered, both in hex. */
export function clientIdOf(hex: string): string {
  const id = readId(Buffer.from(hex, 'hex'))
  return id === null ? '' : clientId(id).toString('hex')
}

export const capabilityBytes = (list: readonly Capability[]): Buffer =>
  Buffer.from(list.flatMap(c => [c.code, c.level, c.items]))
export const readCapabilities = (data: Buffer): Capability[] | null =>
  data.length % 3 === 0
    ? Array.from({ length: data.length / 3 }, (_, i) => {
        const [code, level, items] = data.subarray(i * 3) as unknown as [number, number, number]
        return { code, level, items }
      })
    : null

/** A card as it was read. @param bits `0` and `1` */
export function cardBytes(bits: string, format = 1): Buffer {
  const bytes = Array.from({ length: Math.ceil(bits.length / 8) }, (_, i) =>
    Number.parseInt(bits.slice(i * 8, i * 8 + 8).padEnd(8, '0'), 2),
  )
  return Buffer.from([0, format, bits.length & 0xff, bits.length >> 8, ...bytes])
}
export function readCard(data: Buffer): { readonly reader: number; readonly bits: string } | null {
  if (data.length < 5) return null
  const count = data.readUInt16LE(2)
  if (count === 0 || data.length !== 4 + Math.ceil(count / 8)) return null
  const bits = [...data.subarray(4)].map(byte => byte.toString(2).padStart(8, '0')).join('')
  return { reader: data[0]!, bits: bits.slice(0, count) }
}

/** Keys that were pressed: digits, 0Dh for #, 7Fh for *. */
export const keypadBytes = (keys: string): Buffer =>
  Buffer.from([0, keys.length, ...[...keys].map(k => (k === '#' ? 0x0d : k === '*' ? 0x7f : k.charCodeAt(0)))])
export function readKeypad(data: Buffer): string | null {
  if (data.length < 2 || data[1] !== data.length - 2) return null
  const keys = [...data.subarray(2)].map(b => (b === 0x0d ? '#' : b === 0x7f ? '*' : String.fromCharCode(b))).join('')
  return /^[0-9#*]*$/.test(keys) ? keys : null
}

/** For so long, in 100 ms, then back to what it was. */
export const ledBytes = (colour: number, tenths: number): Buffer =>
  Buffer.from([0, 0, 2, 1, 1, colour, colour, tenths & 0xff, tenths >> 8, 0, 0, 0, 0, 0])
/** @param times how often; on and off in 100 ms */
export const buzzerBytes = (on: number, off: number, times: number): Buffer => Buffer.from([0, 2, on, off, times])
/** @param code 0 nothing, 1 off, 2 on, 3 off at once, 4 on at once, 5 on for a time, 6 off for a time */
export const outputBytes = (output: number, code: number, tenths: number): Buffer =>
  Buffer.from([output, code, tenths & 0xff, tenths >> 8])
export function comsetBytes(address: number, baud: number): Buffer {
  const bytes = Buffer.from([address, 0, 0, 0, 0])
  bytes.writeUInt32LE(baud, 1)
  return bytes
}
/** Type 1: the base key of the secure channel, 16 bytes. */
export const keysetBytes = (key: Uint8Array): Buffer => Buffer.from([1, 16, ...key])
export const readKeyset = (data: Buffer): Buffer | null =>
  data.length === 18 && data[0] === 1 && data[1] === 16 ? Buffer.from(data.subarray(2)) : null
