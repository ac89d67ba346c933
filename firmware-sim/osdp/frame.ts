/**
 * Frames of OSDP, as SIA OSDP 2.2 and IEC 60839-11-5 have them: `53 address length length control [security block] code
 * data [MAC] check`, lengths and numbers low byte first. Nothing here knows of a line, a clock or a key.
 */
export const COMMAND = {
  ...{ poll: 0x60, id: 0x61, cap: 0x62, lstat: 0x64, out: 0x68, led: 0x69, buz: 0x6a, comset: 0x6e, keyset: 0x75 },
  ...{ chlng: 0x76, scrypt: 0x77 },
} as const
export const REPLY = {
  ...{ ack: 0x40, nak: 0x41, pdid: 0x45, pdcap: 0x46, lstatr: 0x48, raw: 0x50, fmt: 0x51, keypad: 0x53, com: 0x54 },
  ...{ ccrypt: 0x76, rmac: 0x78, busy: 0x79 },
} as const
/** Why a reader refuses a command. */
export const NAK = { check: 1, length: 2, unknown: 3, sequence: 4, noSecure: 5, secureCondition: 6, record: 9 } as const
/** Types of the security block: the handshake, then MAC only and MAC with encryption, to the reader and back. */
export const SCS = {
  ...{ chlng: 0x11, ccrypt: 0x12, scrypt: 0x13, rmac: 0x14 },
  ...{ command: 0x15, reply: 0x16, sealedCommand: 0x17, sealedReply: 0x18 },
} as const
export const BROADCAST = 0x7f
/** Sent before a frame so that a line that was idle is awake. */
export const MARK = 0xff
const SOM = 0x53
const HEADER = 5
const MAC = 4
const MOST = 512

export interface Head {
  /** 0..126, or BROADCAST. */
  readonly address: number
  readonly reply: boolean
  /** 0 begins anew; then 1, 2, 3, 1. */
  readonly sequence: number
  /** CRC-16 instead of the checksum. */
  readonly crc: boolean
  /** Type and data of the security block; null: there is none. */
  readonly block: Uint8Array | null
}
export interface Frame extends Head {
  readonly code: number
  /** What follows the code, without the MAC: encrypted where the block says so. */
  readonly data: Buffer
  /** Null: the frame bears none. */
  readonly mac: Buffer | null
  /** What a MAC is made of: all before it. */
  readonly covered: Buffer
  readonly bytes: Buffer
}

/** CRC-16 with polynomial 1021h and initial value 1D0Fh [SIA OSDP 2.2, annex on the CRC]. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0x1d0f
  for (const byte of bytes) {
    crc ^= byte << 8
    for (let i = 0; i < 8; i++) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff
  }
  return crc
}
export const checksum = (bytes: Uint8Array): number => -bytes.reduce((sum, byte) => sum + byte, 0) & 0xff

const hasMac = (block: Uint8Array | null): boolean => block !== null && block[0]! >= SCS.command

/** @param macOf makes the MAC of what stands before it, where the security block asks for one */
export function encode(head: Head, code: number, data: Uint8Array, macOf?: (covered: Buffer) => Uint8Array): Buffer {
  const block = head.block ? [head.block.length + 1, ...head.block] : []
  const secured = hasMac(head.block)
  const length = HEADER + block.length + 1 + data.length + (secured ? MAC : 0) + (head.crc ? 2 : 1)
  if (length > MOST) throw new RangeError(`OSDP frame of ${length} bytes: at most ${MOST} can be sent`)
  const control = (head.sequence & 3) | (head.crc ? 4 : 0) | (head.block ? 8 : 0)
  const address = (head.address & 0x7f) | (head.reply ? 0x80 : 0)
  const covered = Buffer.from([SOM, address, length & 0xff, length >> 8, control, ...block, code, ...data])
  const body = secured && macOf ? Buffer.concat([covered, macOf(covered).subarray(0, MAC)]) : covered
  const crc = crc16(body)
  return Buffer.concat([body, Buffer.from(head.crc ? [crc & 0xff, crc >> 8] : [checksum(body)])])
}

/** @param bytes from SOM on, just as long as its length field says. @returns null: damaged, or no frame at all */
export function decode(bytes: Buffer): Frame | null {
  if (bytes.length < HEADER + 2 || bytes[0] !== SOM || bytes.readUInt16LE(2) !== bytes.length) return null
  const control = bytes[4]!
  const crc = (control & 4) !== 0
  const body = bytes.subarray(0, bytes.length - (crc ? 2 : 1))
  const right = crc ? crc16(body) === bytes.readUInt16LE(body.length) : checksum(body) === bytes[body.length]
  if (!right) return null
  const blockLength = control & 8 ? (body[HEADER] ?? 0) : 0
  if (control & 8 && blockLength < 2) return null
  const block = blockLength > 0 ? body.subarray(HEADER + 1, HEADER + blockLength) : null
  const covered = hasMac(block) ? body.subarray(0, body.length - MAC) : body
  const at = HEADER + blockLength
  const code = covered[at]
  if (code === undefined) return null
  return {
    ...{ address: bytes[1]! & 0x7f, reply: (bytes[1]! & 0x80) !== 0, sequence: control & 3, crc, block, code },
    ...{ data: covered.subarray(at + 1), mac: hasMac(block) ? body.subarray(covered.length) : null, covered, bytes },
  }
}

export type Scanner = ReturnType<typeof createScanner>
/** Finds frames in what comes over a line. What is damaged is passed over: a frame may begin inside of it. */
export function createScanner() {
  let had: Buffer = Buffer.alloc(0)
  return {
    take(bytes: Uint8Array): Frame[] {
      had = Buffer.concat([had, bytes])
      const found: Frame[] = []
      for (;;) {
        const som = had.indexOf(SOM)
        had = som < 0 ? Buffer.alloc(0) : had.subarray(som)
        if (had.length < HEADER) return found
        const length = had.readUInt16LE(2)
        const possible = length >= HEADER + 2 && length <= MOST
        if (possible && had.length < length) return found
        const frame = possible ? decode(Buffer.from(had.subarray(0, length))) : null
        if (frame) found.push(frame)
        had = had.subarray(frame ? length : 1)
      }
    },
    /** Forgets the beginning of a frame whose end did not come. */
    reset(): void {
      had = Buffer.alloc(0)
    },
  }
}
