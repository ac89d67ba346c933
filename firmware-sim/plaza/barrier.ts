import type { ModbusDevice } from '../modbus-pdu.ts'

/**
 * The car park's barrier (道闸) with its loops and its plate camera. No maker's map: its own one, stated here.
 *
 * | table    | address | type   | value                                                                    |
 * |----------|---------|--------|--------------------------------------------------------------------------|
 * | input    | 0       | uint16 | boom: 0 closed, 1 opening, 2 open, 3 closing, 4 fault                    |
 * | input    | 1       | uint32 | vehicles through, never goes back                                        |
 * | input    | 3       | uint32 | time of the last plate, UTC s                                            |
 * | input    | 5       | uint16 | plates read, turns over                                                  |
 * | input    | 10      | string | plate of the last vehicle, GBK, 8 registers, filled with 0               |
 * | discrete | 0, 1    | bool   | loop before the boom, loop under it                                      |
 * | discrete | 2, 3    | bool   | fault (motor), held open by fire                                         |
 * | coil     | 0       | bool   | 1: opens once; reads 0                                                   |
 * | coil     | 1       | bool   | stays open                                                               |
 *
 * While fire is confirmed it stands open: fire engines come this way [GB 50116-2013 4.10.2].
 */
export interface Barrier extends ModbusDevice {
  step(dtS: number, at: number): void
  /** A vehicle drives up; the camera reads its plate, and whoever may is let through. */
  arrive(plate: string, allowed?: boolean): void
  jam(on: boolean): void
  state(): { readonly boom: string; readonly plate: string; readonly vehicles: number }
}

const booms = ['closed', 'opening', 'open', 'closing', 'fault'] as const
const MOVE_S = 2
/** Province marks of plates in GBK; the rest of a plate is ASCII. */
const gbk: Readonly<Record<string, readonly [number, number]>> = {
  京: [0xbe, 0xa9],
  沪: [0xbb, 0xa6],
  苏: [0xcb, 0xd5],
  浙: [0xd5, 0xe3],
  粤: [0xd4, 0xc1],
}
export const provinces = Object.keys(gbk)

export function createBarrier(fire: () => boolean): Barrier {
  let boom: (typeof booms)[number] = 'closed'
  let inBoomS = 0
  let [before, under] = [false, false]
  let waitS = 0
  let allowed = false
  let stay = false
  let jammed = false
  let vehicles = 28_114
  let plate = ''
  let plateTime = 0
  let plates = 0
  let wanted = false
  let nowS = 0
  const bytes = Buffer.alloc(16)

  const to = (next: typeof boom) => {
    boom = next
    inBoomS = 0
  }
  function drive(dtS: number): void {
    waitS += dtS
    if (before && boom === 'open' && allowed && waitS >= 2) {
      ;[before, under, waitS] = [false, true, 0]
    } else if (under && waitS >= 3) {
      ;[under, waitS] = [false, 0]
      vehicles++
    } else if (before && !allowed && waitS >= 30) before = false
  }
  return {
    step(dtS, at) {
      nowS = Math.floor(at / 1000)
      inBoomS += dtS
      drive(dtS)
      if (jammed) return boom === 'fault' ? undefined : to('fault')
      if (boom === 'fault') to('closing')
      const open = wanted || stay || fire() || under || (before && allowed)
      if (open && (boom === 'closed' || boom === 'closing')) to('opening')
      else if (boom === 'opening' && inBoomS >= MOVE_S) to('open')
      else if (boom === 'closing' && inBoomS >= MOVE_S) to('closed')
      else if (boom === 'open' && inBoomS >= 5) {
        wanted = false
        if (!stay && !fire() && !under && !(before && allowed)) to('closing')
      }
    },
    arrive(text, may = true) {
      plate = text
      bytes.fill(0)
      let i = 0
      for (const char of text)
        for (const byte of gbk[char] ?? [char.charCodeAt(0) & 0x7f]) if (i < 16) bytes[i++] = byte
      plateTime = nowS
      plates = (plates + 1) & 0xffff
      ;[before, allowed, waitS] = [true, may, 0]
    },
    jam(on) {
      jammed = on
    },
    state: () => ({ boom, plate, vehicles }),
    read(table, address) {
      if (table === 'discrete') return address > 3 ? undefined : [before, under, jammed, fire()][address] ? 1 : 0
      if (table === 'coil') return address > 1 ? undefined : Number(address === 1 && stay)
      if (table !== 'input') return undefined
      if (address >= 10 && address < 18) return bytes.readUInt16BE((address - 10) * 2)
      if (address > 5) return undefined
      const time = [vehicles >>> 16, vehicles & 0xffff, plateTime >>> 16, plateTime & 0xffff]
      return address === 0 ? booms.indexOf(boom) : address === 5 ? plates : time[address - 1]
    },
    write(table, address, value) {
      if (table !== 'coil' || address > 1) return false
      if (address === 1) stay = value !== 0
      else if (value) wanted = true
      return true
    },
  }
}
