import type { ModbusDevice } from '../modbus-pdu.ts'
import type { Part, Ties } from '../part.ts'

/**
 * The master clock of the building (弱电机房母钟): the devices take their time from it. Modbus TCP, line `clock-1`, unit 1;
 * a map of our own. It compares itself with its satellite receiver.
 *
 * | table    | address | type   | unit | value                                                       |
 * |----------|---------|--------|------|-------------------------------------------------------------|
 * | input    | 0       | uint32 | s    | its time, Unix seconds UTC, high word first                 |
 * | input    | 2       | int32  | s    | how far it is ahead of the receiver, high word first        |
 * | input    | 4       | uint16 |      | satellites in view                                          |
 * | discrete | 0       | bool   |      | synchronised: no more than 2 s away from the receiver       |
 */
export function clockPart(ties: Ties, now: () => number): Part {
  const words = Buffer.alloc(10)
  const synchronised = () => Math.abs(ties.clocks.offsetS) <= 2
  const device: ModbusDevice = {
    begin() {
      words.writeUInt32BE(Math.max(0, Math.floor(now() / 1000) + Math.round(ties.clocks.offsetS)) % 2 ** 32, 0)
      words.writeInt32BE(Math.round(ties.clocks.offsetS), 4)
      words.writeUInt16BE(9 + (Math.floor(now() / 600_000) % 4), 8)
      return true
    },
    read(table, address) {
      if (table === 'input' && address < 5) return words.readUInt16BE(address * 2)
      if (table === 'discrete' && address === 0) return synchronised() ? 1 : 0
      return undefined
    },
  }
  return {
    lines: [{ id: 'clock-1', protocol: 'modbus-tcp', units: new Map([[1, device]]) }],
    actions: [],
    state: () => ({ aheadS: ties.clocks.offsetS, synchronised: synchronised() }),
  }
}
